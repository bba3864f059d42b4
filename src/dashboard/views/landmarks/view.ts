import type { View } from '../../app/view.ts';

export const landmarks: View = {
  path: '/landmarks',
  scopes: ['trust:read'],
  place: { group: 'fleet', label: { en: 'Landmarks', ko: '랜드마크' } },
  load: () => import('./landmarks.tsx'),
};

/** Apart from `/landmarks/…`, where every name may be a landmark's. */
export const landmarkProposal: View = {
  path: '/landmark-proposal',
  scopes: ['trust:propose'],
  load: () => import('./proposal.tsx'),
};
