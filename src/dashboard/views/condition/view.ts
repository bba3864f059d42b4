import type { View } from '../../app/view.ts';

export const condition: View = {
  path: '/condition',
  scopes: ['keys:read', 'metrics:read'],
  place: { group: 'operation', label: { en: 'Condition', ko: '가동 상태' } },
  load: () => import('./condition.tsx'),
};
