import type { View } from '../../app/view.ts';

export const licences: View = {
  path: '/licences',
  scopes: ['licences:read'],
  place: { group: 'licensing', label: { en: 'Licences', ko: '허가' } },
  load: () => import('./licences.tsx'),
};
