import type { View } from '../../app/view.ts';

export const landmark: View = {
  path: '/landmarks/:landmarkId',
  scopes: ['trust:read'],
  load: () => import('./landmark.tsx'),
};
