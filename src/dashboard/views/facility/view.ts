import type { View } from '../../app/view.ts';

export const facility: View = {
  path: '/facilities/:facilityId',
  scopes: ['facilities:read'],
  load: () => import('./facility.tsx'),
};
