import type { View } from '../../app/view.ts';

export const rules: View = {
  path: '/rules',
  scopes: ['parties:read', 'trust:read'],
  place: { group: 'trust', label: { en: 'Lists and rules', ko: '명단과 규칙' } },
  load: () => import('./rules.tsx'),
};
