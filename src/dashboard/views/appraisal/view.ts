import type { View } from '../../app/view.ts';

export const appraisal: View = {
  path: '/appraisals/:sessionId',
  scopes: ['sessions:read'],
  load: () => import('./appraisal.tsx'),
};
