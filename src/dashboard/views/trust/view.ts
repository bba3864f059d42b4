import type { View } from '../../app/view.ts';

export const trustInputs: View = {
  path: '/trust',
  scopes: ['trust:read'],
  place: { group: 'trust', label: { en: 'Trust inputs', ko: '신뢰 입력' } },
  load: () => import('./trust-inputs.tsx'),
};

export const trustProposal: View = {
  path: '/trust/propose',
  scopes: ['trust:propose', 'trust:propose-reference-set'],
  load: () => import('./propose/propose.tsx'),
};

export const trustInput: View = {
  path: '/trust/:trustInputId',
  scopes: ['trust:read'],
  load: () => import('./trust-input.tsx'),
};
