import type { Answer } from '../../api/call.ts';
import { useNow } from '../../parts/instant.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { facilitiesWords } from './words.ts';

type Facility = Answer<'getFacility'>;
/**
 * As the register has it; an authorisation whose newest period is over, or has not begun, is told apart: whether an older one counts
 * meanwhile stands among the periods.
 */
type FacilityStand = Facility['state'] | 'over' | 'ahead';

const TONES: { readonly [S in FacilityStand]: Tone } = {
  proposed: 'info',
  authorised: 'good',
  ahead: 'info',
  over: 'warn',
  withdrawn: 'bad',
  refused: 'bad',
};

export function standOf(
  { state, authorisedFrom, authorisedUntil }: Pick<Facility, 'state' | 'authorisedFrom' | 'authorisedUntil'>,
  now: Date,
): FacilityStand {
  if (state !== 'authorised') return state;
  if (authorisedUntil !== null && Date.parse(authorisedUntil) <= now.getTime()) return 'over';
  return authorisedFrom !== null && Date.parse(authorisedFrom) > now.getTime() ? 'ahead' : 'authorised';
}

/** How a facility stands by its newest authorisation; it turns over while somebody looks. */
export function FacilityState({ facility }: { readonly facility: Parameters<typeof standOf>[0] }) {
  const { states } = useWords(facilitiesWords);
  const stand = standOf(facility, useNow());
  return <Status tone={TONES[stand]}>{states[stand]}</Status>;
}
