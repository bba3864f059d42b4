import type { View } from '../../app/view.ts';

export const log: View = {
  path: '/log',
  scopes: ['log:read'],
  place: { group: 'record', label: { en: 'Log and proofs', ko: '기록과 증명' } },
  load: () => import('./log.tsx'),
};

export const act: View = {
  path: '/log/:leafIndex',
  scopes: ['log:read'],
  load: () => import('./act.tsx'),
};
