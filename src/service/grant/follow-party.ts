import { licencesOfSubject } from '../../store/events/licence-subjects.ts';
import type { Tx } from '../../store/port.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { reconsiderLicences } from '../licence/reconsider.ts';
import { ownedBy } from '../registry/group.ts';
import { ownershipOfRow } from '../registry/ownership.ts';
import { standingOf } from '../registry/screening.ts';
import { schedule } from '../schedule/schedule.ts';
import { suspendGrants } from './change.ts';
import { followRuling, type GrantsAfter } from './follow.ts';

type Screened = Pick<PartyTable, 'standing' | 'clear_until_ms' | 'list_version'>;

/**
 * Changes grants of licences that name a party as its new standing demands, in the unit of work that screens it. One that is denied
 * denies everybody whom it owns: what rests on those is suspended with it, and lifted with it once it is clear.
 */
export async function followScreening(
  context: Context,
  tx: Tx,
  id: string,
  { before, after, at }: { readonly before: Screened; readonly after: Screened; readonly at: Date },
): Promise<void> {
  // Against which list is for a review: what a newer one suspended is lifted by it.
  if (before.list_version !== after.list_version) await lookAt(tx, id, at);
  if (before.standing === after.standing && before.clear_until_ms === after.clear_until_ms) return;
  await followRuling(context, tx, { kind: 'party', id }, grantsAfter(before, after), at);
  if (after.standing === 'denied') await suspendOwned(context, tx, id, { denied: id, at });
  else if (before.standing === 'denied') await lookAtOwned(tx, id, at);
}

/** Grants rest on a screening until its end: one that lapses earlier is another ground than theirs. */
function grantsAfter(before: Screened, after: Screened): GrantsAfter {
  if (after.standing !== 'clear') return 'suspended';
  const isAsLong = (after.clear_until_ms ?? Infinity) >= (before.clear_until_ms ?? Infinity);
  return isAsLong ? 'reinstated' : 'revoked';
}

/**
 * Changes grants as a new word on who owns a party demands, in its unit of work: where somebody who is denied owns it now, they are
 * suspended; whatever else packs may make of its owners is for a review, which follows at once.
 */
export async function followOwnership(context: Context, tx: Tx, row: PartyTable, at: Date): Promise<void> {
  const { parents } = await ownershipOfRow(tx, row);
  for (const parent of parents.filter((one) => standingOf(one) === 'denied')) {
    const cause = { cause: `party:${parent.id}`, at };
    await suspendGrants(context, tx, { kind: 'party', id: row.id }, cause);
    await suspendOwned(context, tx, row.id, { denied: parent.id, at });
  }
  await lookAt(tx, row.id, at);
  await lookAtOwned(tx, row.id, at);
}

async function suspendOwned(
  context: Context,
  tx: Tx,
  id: string,
  { denied, at }: { readonly denied: string; readonly at: Date },
): Promise<void> {
  for (const owned of (await ownedBy(tx, id)) ?? []) {
    await suspendGrants(context, tx, { kind: 'party', id: owned.id }, { cause: `party:${denied}`, at });
  }
  await lookAtOwned(tx, id, at);
}

/** Has licences looked at that name somebody whom a party owns; all of them where these are too many to be told. */
async function lookAtOwned(tx: Tx, id: string, at: Date): Promise<void> {
  const all = await ownedBy(tx, id);
  if (all === null) await schedule(tx, 'walk-licences', 'all', at);
  for (const owned of all ?? []) await lookAt(tx, owned.id, at);
}

/** Has licences that name a party looked at soon, and their grants. */
async function lookAt(tx: Tx, partyId: string, at: Date): Promise<void> {
  const subject = `party:${partyId}`;
  await reconsiderLicences(tx, subject, at);
  for (const { id } of await tx.all(licencesOfSubject, { subject })) await schedule(tx, 'grants', id, at);
}
