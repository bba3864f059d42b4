import type { View } from '../../app/view.ts';

export const challenges: View = {
  path: '/challenges',
  scopes: ['challenges:read'],
  place: { group: 'record', label: { en: 'Challenges', ko: '불시 확인' } },
  load: () => import('./challenges.tsx'),
};

export const challengeOrdering: View = {
  path: '/challenges/order',
  scopes: ['challenges:order'],
  load: () => import('./order.tsx'),
};

export const challenge: View = {
  path: '/challenges/:challengeId',
  scopes: ['challenges:read'],
  load: () => import('./challenge.tsx'),
};
