import type { View } from '../../app/view.ts';

export const decision: View = {
  path: '/decisions/:decisionId',
  scopes: ['decisions:read'],
  load: () => import('./decision.tsx'),
};
