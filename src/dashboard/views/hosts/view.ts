import type { View } from '../../app/view.ts';

export const hosts: View = {
  path: '/hosts',
  scopes: ['hosts:read'],
  place: { group: 'fleet', label: { en: 'Hosts', ko: '호스트' } },
  load: () => import('./hosts.tsx'),
};
