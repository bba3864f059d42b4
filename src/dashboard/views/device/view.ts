import type { View } from '../../app/view.ts';

export const device: View = {
  path: '/devices/:deviceId',
  scopes: ['status:read'],
  load: () => import('./device.tsx'),
};
