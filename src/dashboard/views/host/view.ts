import type { View } from '../../app/view.ts';

export const host: View = {
  path: '/hosts/:hostId',
  scopes: ['hosts:read'],
  load: () => import('./host.tsx'),
};
