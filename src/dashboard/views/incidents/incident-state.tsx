import type { Incident } from '../../../protocol/incident.ts';
import { useNow } from '../../parts/instant.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { type Stand, standOf } from './duty.ts';
import { incidentWords } from './words.ts';

const TONES: { readonly [S in Stand]: Tone } = {
  open: 'warn',
  overdue: 'bad',
  reported: 'good',
  closed: 'idle',
};

/** How an incident stands now; it turns overdue while somebody looks. */
export function IncidentState(told: Pick<Incident, 'state' | 'overdue' | 'dueAt'>) {
  const { states } = useWords(incidentWords);
  const stand = standOf(told, useNow());
  return <Status tone={TONES[stand]}>{states[stand]}</Status>;
}
