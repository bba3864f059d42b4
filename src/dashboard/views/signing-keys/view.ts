import type { View } from '../../app/view.ts';

export const signingKeys: View = {
  path: '/signing-keys',
  scopes: ['keys:read'],
  place: { group: 'operation', label: { en: 'Signing keys', ko: '서명 키' } },
  load: () => import('./signing-keys.tsx'),
};
