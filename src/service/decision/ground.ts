import { settled } from '../../bytes/canonical-json.ts';
import type { FacilityState, PartyState } from '../../policy/inputs.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import { type DeclaredList, graceOf, isOutdated } from '../../policy/register/screening.ts';
import { licenceById } from '../../store/attestation/licences.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import { StoreError } from '../../store/errors.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { gateStamp } from '../../store/registry/gate-stamp.ts';
import { visibleTenant } from '../access/visibility.ts';
import { RequestError } from '../errors.ts';
import { dateOrNull } from '../instants.ts';
import { payerOf } from '../ledger/payer.ts';
import { conditionsOf } from '../licence/conditions.ts';
import type { Principal } from '../principal.ts';
import { facilityAuthorisationAt } from '../registry/authorisation.ts';
import { type OwnedParty, ownershipOf } from '../registry/ownership.ts';
import { currentListVersionIn, declaredListsIn, standingOf } from '../registry/screening.ts';
import { type GroundTold, tellGround } from './tell-ground.ts';

/**
 * What decisions under a licence rest on and share: the licence, its parties with their owners, its facilities, and what packs are told
 * of these. Nothing in it is ever changed.
 */
export type Ground = {
  /** See {@link groundOf}. */
  readonly stamp: string;
  readonly licence: LicenceTable;
  readonly conditions: LicenceConditions;
  readonly conditionsSha256: string;
  /** Ids of the devices that the licence names. */
  readonly named: ReadonlySet<string>;
  /** Those of its parties that are registered. */
  readonly owners: ReadonlyMap<string, OwnedParty>;
  readonly parties: readonly PartyState[];
  readonly facilities: readonly FacilityState[];
  /** The account that use is charged to besides the licence's own. */
  readonly payer: string | null;
  readonly told: GroundTold;
};

type Kept = { readonly ground: Ground; readonly fromMs: number; readonly untilMs: number };

/** By licence, as they were read. */
const kept = new Map<string, Kept>();
/** At some ten kilobytes for each, of licences of a hundred devices. */
const MAX_KEPT = 10_000;

/**
 * The ground of decisions under a licence, in the caller's snapshot or unit of work; undefined where there is no such licence.
 *
 * It is read once, and again after any write to the tables that it is made of, and when a period of a facility begins. The database itself
 * moves the stamp with every such write, in the same transaction, whoever writes (store/migrations/0120-gate-stamp.ts), and it is
 * read here each time: what is kept is never older than what a statement would have read.
 *
 * @throws StoreError `log_inconsistent` for a store without its stamp: nothing is kept then, and nothing decided
 */
export async function groundOf(view: View, licenceId: string, at: Date): Promise<Ground | undefined> {
  const stamp = (await view.first(gateStamp, {}))?.stamp;
  if (stamp === undefined) throw new StoreError('log_inconsistent', 'the stamp of the gate is missing');
  const known = kept.get(licenceId);
  if (known?.ground.stamp === stamp && known.fromMs <= at.getTime() && at.getTime() < known.untilMs) {
    return known.ground;
  }
  const licence = await view.first(licenceById, { id: licenceId });
  if (licence === undefined) return undefined;
  const read = await readGround(view, { stamp, licence, at });
  kept.delete(licenceId);
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
  kept.set(licenceId, read);
  return read.ground;
}

/** {@link groundOf} for whoever may see the licence. @throws RequestError `not_found`, for another tenant's too */
export async function visibleGround(view: View, by: Principal, licenceId: string, at: Date): Promise<Ground> {
  const tenant = visibleTenant(by);
  // Whose it is comes first: of another tenant's licence no more is read than of one that is not there, remembered or not.
  const owner = tenant === null ? null : (await view.first(licenceById, { id: licenceId }))?.tenant;
  const ground = owner === tenant ? await groundOf(view, licenceId, at) : undefined;
  if (ground !== undefined) return ground;
  throw new RequestError('not_found', 'there is no such licence');
}

type Reading = { readonly stamp: string; readonly licence: LicenceTable; readonly at: Date };

async function readGround(view: View, { stamp, licence, at }: Reading): Promise<Kept> {
  const { conditions, sha256: conditionsSha256 } = conditionsOf(licence.conditions);
  const owners = await readOwners(view, conditions);
  const { states, untilMs } = await readFacilities(view, conditions, at);
  const ground: Ground = {
    stamp,
    licence,
    conditions,
    conditionsSha256,
    named: new Set(conditions.devices),
    owners,
    parties: settled(await readParties(view, owners)),
    facilities: settled(states),
    payer: await payerOf(view, conditions),
    told: await tellGround(view, { licenceId: licence.id, conditions, owners }),
  };
  return { ground, fromMs: at.getTime(), untilMs };
}

async function readOwners(view: View, { parties }: LicenceConditions): Promise<Map<string, OwnedParty>> {
  const owners = new Map<string, OwnedParty>();
  for (const id of new Set(parties)) {
    const party = await ownershipOf(view, id);
    if (party !== undefined) owners.set(id, party);
  }
  return owners;
}

async function readParties(view: View, owners: ReadonlyMap<string, OwnedParty>): Promise<PartyState[]> {
  const currentListVersion = await currentListVersionIn(view);
  const isBehind = [...owners.values()].some(({ row }) => isOutdated(row.list_version, currentListVersion));
  const lists = isBehind ? await declaredListsIn(view) : [];
  return [...owners].map(([id, { row, parents }]) => ({
    id,
    standing: standingOf(row),
    clearUntil: dateOrNull(row.clear_until_ms),
    listVersion: row.list_version,
    currentListVersion,
    ...graceOfParty(row.list_version, lists),
    deniedParents: parents.filter((parent) => standingOf(parent) === 'denied').map((parent) => parent.id),
  }));
}

function graceOfParty(
  listVersion: string | null,
  lists: readonly DeclaredList[],
): Pick<PartyState, 'graceUntil'> {
  const graceUntil = graceOf(listVersion, lists);
  return graceUntil === null ? {} : { graceUntil };
}

async function readFacilities(
  view: View,
  { facilities }: LicenceConditions,
  at: Date,
): Promise<{ readonly states: FacilityState[]; readonly untilMs: number }> {
  const states: FacilityState[] = [];
  let untilMs = Number.POSITIVE_INFINITY;
  for (const id of new Set(facilities)) {
    const row = await view.first(facilityById, { id });
    if (row === undefined) continue;
    const { authorisation, from, until, tier, nextAt } = await facilityAuthorisationAt(view, row, at);
    states.push({ id, authorisation, authorisedFrom: from, authorisedUntil: until, tier });
    untilMs = Math.min(untilMs, nextAt?.getTime() ?? untilMs);
  }
  return { states, untilMs };
}
