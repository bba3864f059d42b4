import type { View } from '../../app/view.ts';

export const facilityProposal: View = {
  path: '/facilities/propose',
  scopes: ['facilities:propose'],
  load: () => import('./facility-proposal.tsx'),
};
