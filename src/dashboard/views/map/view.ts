import type { View } from '../../app/view.ts';

export const map: View = {
  path: '/map',
  scopes: ['facilities:read'],
  place: { group: 'watch', label: { en: 'Map', ko: '지도' } },
  load: () => import('./map.tsx'),
};
