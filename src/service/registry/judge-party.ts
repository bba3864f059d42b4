import { partyById } from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import type { Principal } from '../principal.ts';
import type { Finder } from './drafts.ts';
import { ownershipOfRow } from './ownership.ts';
import { standingOf } from './screening.ts';

/** Why the register does not take what somebody says of a party, and what they can do about it. */
export type PartyRejection = {
  readonly code:
    | 'parent_unknown'
    | 'ownership_loops'
    | 'ownership_contradicts'
    | 'source_missing'
    | 'not_yours';
  readonly field: string;
  readonly message: string;
};

/**
 * Whether a party may be what somebody says that it is. Parents are parties of the same tenant; nobody owns itself over any number of
 * steps; and whoever says that a party has no parent, the authority apart, says from which source and of what day.
 *
 * @param before what the register has; null where the party is new
 */
export async function judgeParty(
  finder: Finder,
  by: Principal,
  before: PartyTable | null,
  after: PartyTable,
  at: Date,
): Promise<PartyRejection | null> {
  if (before?.ownership_role === 'authority' && by.role !== 'authority' && ownershipDiffers(before, after)) {
    const message = 'the authority has said who owns this party: ask it to change that';
    return { code: 'not_yours', field: 'parentId', message };
  }
  return (
    judgeSource(by, after, at) ??
    (await judgeParents(finder, after)) ??
    (by.role === 'authority' || before === null ? null : await judgeDenied(finder, before, after))
  );
}

/** Whether two versions name other owners, whatever their sources. */
export function ownershipDiffers(one: PartyTable, other: PartyTable): boolean {
  return (['headquarters', 'parent_id', 'ultimate_parent_id', 'own_ultimate_parent'] as const).some(
    (column) => one[column] !== other[column],
  );
}

/** A parent that is denied denies: nobody but the authority takes it off. */
async function judgeDenied(
  finder: Finder,
  before: PartyTable,
  after: PartyTable,
): Promise<PartyRejection | null> {
  const owned = await ownershipOfRow(finder, before);
  const denied = owned.parents.filter((parent) => standingOf(parent) === 'denied');
  if (denied.length === 0) return null;
  const kept = new Set((await ownershipOfRow(finder, after)).parents.map(({ id }) => id));
  const lost = denied.find(({ id }) => !kept.has(id));
  if (lost === undefined) return null;
  const message = `${lost.id}, which owns it, is denied: the authority alone says that it owns it no more`;
  return { code: 'not_yours', field: 'parentId', message };
}

function judgeSource(by: Principal, after: PartyTable, at: Date): PartyRejection | null {
  const { own_ultimate_parent: own, ownership_source: source, ownership_dated: dated } = after;
  if (dated !== null && dated > at.toISOString().slice(0, 10)) {
    return { code: 'source_missing', field: 'dated', message: 'the source is of a day that has not come' };
  }
  if (own === 0) return null;
  if (after.parent_id !== null || (after.ultimate_parent_id ?? after.id) !== after.id) {
    const message = 'a party with a parent is not its own ultimate parent: say one or the other';
    return { code: 'ownership_contradicts', field: 'ownUltimateParent', message };
  }
  if (by.role === 'authority' || (source !== null && dated !== null)) return null;
  const message =
    'name the source that says so (source) and its day (dated), e.g. a commercial register’s extract';
  return { code: 'source_missing', field: 'source', message };
}

async function judgeParents(finder: Finder, after: PartyTable): Promise<PartyRejection | null> {
  const { id, tenant, parent_id: parentId, ultimate_parent_id: ultimateParentId } = after;
  for (const [field, named] of [
    ['parentId', parentId],
    ['ultimateParentId', ultimateParentId],
  ] as const) {
    if (named === null || (named === id && field === 'ultimateParentId')) continue;
    if (named !== id && (await finder.first(partyById, { id: named }))?.tenant === tenant) continue;
    const message =
      named === id
        ? 'a party is not its own parent'
        : `${named} is no party of this tenant: register it first`;
    return { code: named === id ? 'ownership_loops' : 'parent_unknown', field, message };
  }
  const { ownership } = await ownershipOfRow(finder, after);
  if (ownership.gap !== 'loop' && ownership.gap !== 'too-long') return null;
  const message = `its chain of parents comes back to itself or has no end: ${ownership.parents.map((parent) => parent.id).join(', ')}`;
  return { code: 'ownership_loops', field: 'parentId', message: message.slice(0, 500) };
}
