import type { Answer } from '../../api/call.ts';
import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { hostsWords } from './words.ts';

export type HostState = Answer<'listHosts'>['items'][number]['state'];

const TONES: { readonly [S in HostState]: Tone } = {
  proven: 'good',
  'earlier-trust': 'info',
  stale: 'warn',
  refused: 'bad',
  never: 'idle',
  suspended: 'bad',
};

/** Every state that a host can be in, from the best to the worst. */
export const HOST_STATES = Object.keys(TONES) as readonly HostState[]; // the object's own

/** How a host stands now. */
export function HostStateStatus({ state }: { readonly state: HostState }) {
  const words = useWords(hostsWords);
  return <Status tone={TONES[state]}>{words.states[state]}</Status>;
}
