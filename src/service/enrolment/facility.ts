import { formatInstant } from '../../bytes/instant.ts';
import { facilityStanding } from '../../store/attestation/register.ts';
import type { View } from '../../store/port.ts';
import { RequestError } from '../errors.ts';
import { facilityAuthorisationAt } from '../registry/authorisation.ts';

/**
 * The facility at which an operator's hosts are enrolled: one that it operates, authorised now.
 *
 * @throws RequestError `not_found` for another operator's, `conflict` where it is not authorised
 */
export async function requireFacility(
  view: View,
  operatorTenant: string,
  facilityId: string,
  now: Date,
): Promise<void> {
  const facility = await view.first(facilityStanding, { id: facilityId });
  if (facility?.operator_tenant !== operatorTenant) {
    throw new RequestError('not_found', `you operate no facility ${facilityId}`, { path: 'facilityId' });
  }
  const { authorisation, from, until } = await facilityAuthorisationAt(view, facility, now);
  const begun = from !== null && from <= now;
  const lapsed = until !== null && !(now < until);
  if (authorisation === 'authorised' && begun && !lapsed) return;
  throw new RequestError(
    'conflict',
    'the facility is not authorised: ask the licensing authority to authorise it',
    {
      path: 'facilityId',
      expected: 'authorised',
      actual: lapsed ? `authorised until ${formatInstant(until)}` : facility.state,
    },
  );
}
