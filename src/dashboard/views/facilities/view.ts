import type { View } from '../../app/view.ts';

export const facilities: View = {
  path: '/facilities',
  scopes: ['facilities:read'],
  place: { group: 'fleet', label: { en: 'Facilities', ko: '시설' } },
  load: () => import('./facilities.tsx'),
};
