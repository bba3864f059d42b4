import { clearLatch, latchById } from '../../store/attestation/latches.ts';
import type { LatchTable } from '../../store/attestation/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { reinstateGrants } from '../grant/change.ts';
import type { Principal } from '../principal.ts';

export type Clearing = { readonly latchIds: readonly string[]; readonly reason: string };

/**
 * Ends holds, all of them or none, each with a leaf of its own that names the person and the reason. Failures that turn
 * into passes by themselves were a peer's fault; here a person of the licensing authority says why.
 *
 * @throws RequestError `not_found` where any of them is unknown, `conflict` where any was cleared before
 */
export async function clearLatches(
  context: Context,
  by: Principal,
  { latchIds, reason }: Clearing,
): Promise<LatchTable[]> {
  const at = context.clock();
  const nowMs = at.getTime();
  return context.store.write(async (tx) => {
    const cleared: LatchTable[] = [];
    for (const id of new Set(latchIds)) {
      const row = await tx.first(latchById, { id });
      if (row === undefined) throw new RequestError('not_found', `there is no hold ${id}`);
      if ((await tx.run(clearLatch, { id, nowMs, clearedBy: by.id, reason })) === 0) {
        throw new RequestError('conflict', `the hold ${id} was cleared before`);
      }
      const subject = `${row.subject_kind}:${row.subject_id}`;
      const body = { latchId: id, subject, code: row.code, by: by.id, reason };
      await recordAct(tx, context, { type: 'latch.cleared', at, tenant: row.tenant, body });
      await reinstateGrants(context, tx, { cause: `latch:${id}`, at });
      cleared.push({ ...row, cleared_at_ms: nowMs, cleared_by: by.id, cleared_reason: reason });
    }
    return cleared;
  });
}
