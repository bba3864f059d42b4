import type { Answer } from '../../api/call.ts';
import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { challengeWords } from './words.ts';

export type Order = Answer<'getChallenge'>;
export type Drawn = NonNullable<Order['devices']>[number];

const TONES: { readonly [O in Drawn['outcome']]: Tone } = {
  pending: 'info',
  answered: 'good',
  'not-shown': 'bad',
  refused: 'bad',
  unanswered: 'bad',
  unreachable: 'warn',
};

export function OutcomeStatus({ outcome }: { readonly outcome: Drawn['outcome'] }) {
  const { outcomes } = useWords(challengeWords);
  return <Status tone={TONES[outcome]}>{outcomes[outcome]}</Status>;
}

const STATE_TONES: { readonly [S in Order['state']]: Tone } = {
  ordered: 'warn',
  drawn: 'info',
  ended: 'idle',
  lapsed: 'bad',
};

export function OrderStatus({ state }: { readonly state: Order['state'] }) {
  const { states } = useWords(challengeWords);
  return <Status tone={STATE_TONES[state]}>{states[state]}</Status>;
}
