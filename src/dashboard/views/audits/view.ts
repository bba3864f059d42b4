import type { View } from '../../app/view.ts';

export const audits: View = {
  path: '/audits',
  scopes: ['trust:read'],
  place: { group: 'record', label: { en: 'Facility audits', ko: '시설 감사' } },
  load: () => import('./audits.tsx'),
};

export const auditRecording: View = {
  path: '/audits/record',
  scopes: ['facilities:audit'],
  load: () => import('./record.tsx'),
};

export const audit: View = {
  path: '/audits/:auditId',
  scopes: ['trust:read'],
  load: () => import('./audit.tsx'),
};
