import type { View } from '../../app/view.ts';

export const people: View = {
  path: '/principals',
  scopes: ['principals:read'],
  place: { group: 'operation', label: { en: 'People and tokens', ko: '사용자와 토큰' } },
  load: () => import('./people.tsx'),
};

export const person: View = {
  path: '/principals/:principalId',
  scopes: ['principals:read'],
  load: () => import('./person.tsx'),
};
