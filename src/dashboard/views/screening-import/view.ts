import type { View } from '../../app/view.ts';

/** Before what stands at `/parties/:partyId`. */
export const screeningImport: View = {
  path: '/parties/screenings',
  scopes: ['parties:screen'],
  load: () => import('./screening-import.tsx'),
};
