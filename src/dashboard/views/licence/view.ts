import type { View } from '../../app/view.ts';

export const licence: View = {
  path: '/licences/:licenceId',
  scopes: ['licences:read'],
  load: () => import('./licence.tsx'),
};
