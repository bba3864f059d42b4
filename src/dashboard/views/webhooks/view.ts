import type { View } from '../../app/view.ts';

export const webhooks: View = {
  path: '/webhooks',
  scopes: ['webhooks:read'],
  place: { group: 'operation', label: { en: 'Webhooks', ko: '웹훅' } },
  load: () => import('./webhooks.tsx'),
};
