import type { View } from '../../app/view.ts';

export const reports: View = {
  path: '/reports',
  scopes: ['reports:read'],
  place: { group: 'record', label: { en: 'Reports', ko: '보고서' } },
  load: () => import('./reports.tsx'),
};
