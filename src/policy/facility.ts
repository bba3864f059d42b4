import type { FacilityState } from './inputs.ts';
import type { Deny } from './reasons.ts';

/** Whether a facility is authorised now; `ends` gains the end of its authorisation. */
export function decideFacilityStanding(
  id: string,
  facility: FacilityState | undefined,
  at: Date,
  deny: Deny,
  ends: Date[],
): void {
  const subject = `facility:${id}`;
  if (facility === undefined) {
    deny('facility.unknown', subject, `Nothing is known of the facility ${id}.`);
  } else if (facility.authorisation === 'revoked') {
    deny('facility.revoked', subject, `The facility ${id} is no longer authorised.`);
  } else if (facility.authorisation !== 'authorised') {
    deny('facility.not-authorised', subject, `The facility ${id} is not authorised.`);
  } else if (facility.tier === 'denied') {
    deny('facility.tier-denied', subject, `The facility ${id} is in the tier that is denied.`);
  } else if (facility.authorisedFrom === null || !(facility.authorisedFrom <= at)) {
    deny('facility.not-yet-authorised', subject, `No authorisation of ${id} has begun.`);
  } else if (facility.authorisedUntil !== null) {
    ends.push(facility.authorisedUntil);
    // Written so that an invalid instant, which compares false with everything, denies.
    if (at < facility.authorisedUntil) return;
    deny('facility.authorisation-lapsed', subject, `The authorisation of ${id} has ended.`);
  }
}
