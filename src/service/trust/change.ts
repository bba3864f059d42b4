import { toHex } from '../../bytes/text.ts';
import type { Tx } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { advanceTrustEpoch, moveTrustInput, trustInputsByName } from '../../store/registry/trust.ts';
import { type ActType, recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';

export type Approval = { readonly approvedBy: string; readonly selfApproved: boolean };

/**
 * Puts an input in force: the version that it replaces ends, both are logged, and the epoch advances, all in the caller's
 * unit of work. From its commit on results rest on it.
 */
export async function putInForce(
  context: Context,
  tx: Tx,
  row: TrustInputTable,
  { approvedBy, selfApproved }: Approval,
): Promise<TrustInputTable> {
  const versions = await tx.all(trustInputsByName, { kind: row.kind, name: row.name });
  for (const before of versions.filter(({ state }) => state === 'effective')) {
    const reason = `replaced by version ${row.version}`;
    await endInput(context, tx, before, { state: 'superseded', by: approvedBy, reason });
  }
  const at = context.clock();
  const changed: TrustInputTable = {
    ...row,
    state: 'effective',
    approved_by: approvedBy,
    effective_at_ms: at.getTime(),
    self_approved: selfApproved ? 1 : 0,
    leaf_index: await recordTrustAct(context, tx, 'trust-input.effective', row, at, {
      approvedBy,
      selfApproved,
    }),
  };
  await tx.run(moveTrustInput, changed);
  await advance(context, tx);
  return changed;
}

export type Ending = {
  readonly state: 'superseded' | 'withdrawn' | 'refused';
  readonly by: string;
  readonly reason: string;
};

const ENDINGS: { readonly [S in Ending['state']]: ActType } = {
  superseded: 'trust-input.superseded',
  withdrawn: 'trust-input.withdrawn',
  refused: 'trust-input.refused',
};

/** Ends an input, logged, in the caller's unit of work; the epoch advances where it was in force. */
export async function endInput(
  context: Context,
  tx: Tx,
  row: TrustInputTable,
  { state, by, reason }: Ending,
): Promise<TrustInputTable> {
  const at = context.clock();
  const changed: TrustInputTable = {
    ...row,
    state,
    ended_by: by,
    ended_at_ms: at.getTime(),
    ended_reason: reason,
    leaf_index: await recordTrustAct(context, tx, ENDINGS[state], row, at, { by, reason }),
  };
  await tx.run(moveTrustInput, changed);
  if (row.state === 'effective') await advance(context, tx);
  return changed;
}

/** Trust inputs are the verifier's, whoever proposed them: their receipts go to auditors. */
export function recordTrustAct(
  context: Context,
  tx: Tx,
  type: ActType,
  { id, kind, name, version, digest, proposed_by: proposedBy }: TrustInputTable,
  at: Date,
  more: { readonly [name: string]: string | boolean | null },
): Promise<number> {
  const body = { trustInputId: id, kind, name, version, digest, proposedBy, ...more };
  return recordAct(tx, context, { type, at, tenant: VERIFIER_TENANT, body });
}

async function advance({ random }: Context, tx: Tx): Promise<void> {
  await tx.run(advanceTrustEpoch, { stamp: toHex(random(16)) });
}
