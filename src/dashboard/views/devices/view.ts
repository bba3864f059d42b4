import type { View } from '../../app/view.ts';

export const devices: View = {
  path: '/devices',
  scopes: ['devices:read'],
  place: { group: 'fleet', label: { en: 'Devices', ko: '장치' } },
  load: () => import('./devices.tsx'),
};
