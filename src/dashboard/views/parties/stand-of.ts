import { isOutdated } from '../../../policy/register/screening.ts';
import type { PartyAnswer } from '../../../protocol/party.ts';

/** How a party stands before a licence that names it, by the reasons of the gate: of its parents and what is held against it nothing is said here. */
export type PartyStand = 'clear' | 'denied' | 'unscreened' | 'outdated' | 'lapsed' | 'unproven';

/**
 * As decisions judge a screening (policy/standing.ts).
 *
 * @param inForce the list that the authority declared last; null where it declared none, undefined while that is not known: then nobody is clear
 */
export function standOf(
  party: Pick<PartyAnswer, 'standing' | 'listVersion' | 'clearUntil'>,
  inForce: string | null | undefined,
  now: Date,
): PartyStand {
  const { standing, listVersion, clearUntil } = party;
  if (standing !== 'clear') return standing;
  if (inForce === undefined) return 'unproven';
  if (isOutdated(listVersion, inForce)) return 'outdated';
  const holds = clearUntil === null || now.getTime() < Date.parse(clearUntil);
  return holds ? 'clear' : 'lapsed';
}
