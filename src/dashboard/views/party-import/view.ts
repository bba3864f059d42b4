import type { View } from '../../app/view.ts';

/** Before what stands at `/parties/:partyId`. */
export const partyImport: View = {
  path: '/parties/import',
  scopes: ['parties:write'],
  load: () => import('./party-import.tsx'),
};
