import type { View } from '../../app/view.ts';

export const overview: View = {
  path: '/',
  scopes: [],
  place: { group: 'watch', label: { en: 'Overview', ko: '개요' } },
  load: () => import('./overview.tsx'),
};
