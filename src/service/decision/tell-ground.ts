import { settled } from '../../bytes/canonical-json.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { Told } from '../../policy/told.ts';
import type { View } from '../../store/port.ts';
import { incidentsForPacks } from '../incident/for-packs.ts';
import { knowYourCustomerOfParty } from '../registry/customers.ts';
import type { OwnedParty } from '../registry/ownership.ts';

/** What packs are told of a licence whatever is asked under it; nothing where it names no pack. */
export type GroundTold = Pick<Told, 'consignee' | 'endUser' | 'incidents'>;

type Telling = {
  readonly licenceId: string;
  readonly conditions: LicenceConditions;
  /** The licence's parties, as they are registered. */
  readonly owners: ReadonlyMap<string, OwnedParty>;
};

/** Reads it, in the caller's snapshot or unit of work. */
export async function tellGround(
  view: View,
  { licenceId, conditions, owners }: Telling,
): Promise<GroundTold> {
  const { rulePacks, consignee, endUser } = conditions;
  if (rulePacks === 'none') return { consignee: null, endUser: null, incidents: null };
  const receiving = ownedBy(owners, consignee);
  const using = ownedBy(owners, endUser);
  return {
    consignee: receiving && settled(receiving),
    endUser: using && settled({ ...using, examinedAt: await examinedAt(view, using.id) }),
    incidents: settled(await incidentsForPacks(view, licenceId)),
  };
}

/** Both are among the licence's parties, and were read with them; null where they are not on the register. */
function ownedBy(owners: Telling['owners'], id: string | undefined): Told['consignee'] {
  const party = id === undefined ? undefined : owners.get(id);
  if (party === undefined) return null;
  const { row, parents, ownership } = party;
  const headquarters = parents.flatMap((parent) => parent.headquarters ?? []);
  return {
    id: row.id,
    country: row.country,
    headquarters: row.headquarters,
    // Where one parent's is not known, none of them may be taken for all.
    parents: headquarters.length === parents.length ? headquarters : null,
    chainComplete: ownership.complete,
  };
}

async function examinedAt(view: View, partyId: string): Promise<Date | null> {
  const examined = await knowYourCustomerOfParty(view, partyId);
  return examined === null ? null : new Date(examined.dated);
}
