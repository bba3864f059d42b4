import type { View } from '../../app/view.ts';

export const parties: View = {
  path: '/parties',
  scopes: ['parties:read'],
  place: { group: 'licensing', label: { en: 'Parties', ko: '당사자' } },
  load: () => import('./parties.tsx'),
};

export const party: View = {
  path: '/parties/:partyId',
  scopes: ['parties:read'],
  load: () => import('../party/party.tsx'),
};
