import type { ChipCount } from '../../ledger/chips.ts';
import { commitReserved, release, releaseReserved } from '../../ledger/entries.ts';
import { allocationById, allocationsOfLicence, ruleOnAllocationRow } from '../../store/ledger/allocations.ts';
import type { LedgerAllocationTable } from '../../store/ledger/tables.ts';
import type { Tx } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { readLicence } from '../licence/licences.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { entered } from './adjust.ts';
import { postingsOf } from './allocations.ts';
import { Draft } from './draft.ts';

export type AllocationRuling = { readonly state: 'committed' | 'released'; readonly reason: string };

/** From which state to which, and what that does in each account; nothing leads out of `released`. */
const CHANGES = {
  'reserved committed': commitReserved,
  'reserved released': releaseReserved,
  'committed released': release,
} as const;

/**
 * Says that an allocation was delivered (`committed`), or was not and is given back (`released`), in the periods in which
 * it was reserved. The same again changes nothing.
 *
 * @throws RequestError `not_found`; `conflict` for one that was given back
 */
export async function ruleOnAllocation(
  context: Context,
  by: Principal,
  id: string,
  { state, reason }: AllocationRuling,
): Promise<LedgerAllocationTable> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const row = await readAllocation(tx, by, id);
    if (row.state === state) return row;
    if (row.state === 'released') {
      throw new RequestError('conflict', 'what was given back stays so: allocate anew');
    }
    const change = CHANGES[`${row.state} ${state}` as keyof typeof CHANGES]; // what is left of the two states
    const draft = new Draft(tx);
    const chips = JSON.parse(row.chips) as ChipCount[]; // what `allocate` wrote
    for (const posting of postingsOf(row, chips, change)) await entered(draft.enter(posting));
    const { licence_id: licenceId, tenant, tpp } = row;
    const body = { allocationId: id, licenceId, tpp, reason, by: by.id };
    const type = state === 'committed' ? 'allocation.committed' : 'allocation.released';
    const leafIndex = await recordAct(tx, context, { type, at, tenant, body });
    await draft.write(tx, {
      at_ms: at.getTime(),
      licence_id: licenceId,
      decision_id: row.decision_id,
      allocation_id: id,
      by_id: by.id,
      reason,
      leaf_index: leafIndex,
    });
    const changed = {
      id,
      state,
      changed_by: by.id,
      changed_at_ms: at.getTime(),
      changed_reason: reason,
      leaf_index: leafIndex,
    };
    await tx.run(ruleOnAllocationRow, changed);
    return { ...row, ...changed };
  });
}

async function readAllocation(tx: Tx, by: Principal, id: string): Promise<LedgerAllocationTable> {
  const row = await tx.first(allocationById, { id });
  const tenant = visibleTenant(by);
  if (row !== undefined && (tenant === null || row.tenant === tenant)) return row;
  throw new RequestError('not_found', 'there is no such allocation');
}

/** What was allocated under a licence, oldest first. @throws RequestError `not_found` */
export async function listAllocations(
  { store }: Context,
  by: Principal,
  licenceId: string,
  page: PageRequest,
): Promise<Page<LedgerAllocationTable>> {
  return pageFrom(page, (range) =>
    store.read(async (view) => {
      await readLicence(view, by, licenceId);
      return view.all(allocationsOfLicence, { licenceId, ...range });
    }),
  );
}
