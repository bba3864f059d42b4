import type { Tx } from '../../store/port.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { followRuling, type GrantsAfter } from './follow.ts';

type Authorised = Pick<
  FacilityTable,
  | 'id'
  | 'state'
  | 'tier'
  | 'government_agreement'
  | 'authorised_area'
  | 'authorised_from_ms'
  | 'authorised_until_ms'
>;

/** Changes grants of the hosts at a facility as a ruling on it demands, in the unit of work of the ruling. */
export async function followFacility(
  context: Context,
  tx: Tx,
  { before, after, at }: { readonly before: Authorised; readonly after: Authorised; readonly at: Date },
): Promise<void> {
  const grants = grantsAfter(before, after, at);
  if (grants !== null) await followRuling(context, tx, { kind: 'facility', id: after.id }, grants, at);
}

const SAME = ['authorised_area', 'tier', 'government_agreement'] as const;

/** Grants rest on the authorisation that was: under another area, tier or agreement, or one that ends earlier, their hosts ask anew. */
function grantsAfter(before: Authorised, after: Authorised, at: Date): GrantsAfter | null {
  if (after.state !== 'authorised') return 'suspended';
  // A period that is yet to come is no ground for anything now, and takes none away.
  if ((after.authorised_from_ms ?? 0) > at.getTime()) return null;
  if (after.tier === 'denied') return 'suspended';
  const isAsLong = (after.authorised_until_ms ?? Infinity) >= (before.authorised_until_ms ?? Infinity);
  const isSame = SAME.every((column) => after[column] === before[column]);
  return isAsLong && isSame ? 'reinstated' : 'revoked';
}
