import type { Answer } from '../../api/call.ts';
import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { trustWords } from './words.ts';

export type TrustInput = Answer<'getTrustInput'>;
export type TrustState = TrustInput['state'];

/** In the order in which somebody should look at them. */
export const TRUST_STATES: readonly TrustState[] = [
  'proposed',
  'effective',
  'superseded',
  'withdrawn',
  'refused',
];

const TONES: { readonly [S in TrustState]: Tone } = {
  proposed: 'info',
  effective: 'good',
  superseded: 'idle',
  withdrawn: 'idle',
  refused: 'idle',
};

export function TrustStatus({ state }: { readonly state: TrustState }) {
  const { states } = useWords(trustWords);
  return <Status tone={TONES[state]}>{states[state]}</Status>;
}
