import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { devicesWords } from './words.ts';

const TONES = {
  declared: 'info',
  shipped: 'info',
  due: 'warn',
  verified: 'good',
  missing: 'bad',
  maintenance: 'warn',
  returned: 'idle',
  transferred: 'idle',
  retired: 'idle',
} as const satisfies { readonly [state: string]: Tone };

/** Where a device stands between its declaration and its end (docs/register.md). */
export function DeviceState({ state }: { readonly state: keyof typeof TONES }) {
  const { states } = useWords(devicesWords);
  return <Status tone={TONES[state]}>{states[state]}</Status>;
}
