import type { View } from '../../app/view.ts';

/** Before what stands at `/devices/:deviceId`. */
export const deviceImport: View = {
  path: '/devices/import',
  scopes: ['devices:write'],
  load: () => import('./device-import.tsx'),
};
