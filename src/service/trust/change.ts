import { toHex } from '../../bytes/text.ts';
import type { TrustKind } from '../../protocol/trust.ts';
import type { Tx } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { advanceTrustEpoch, effectiveOfName, moveTrustInput } from '../../store/registry/trust.ts';
import { type ActType, recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { followPackEnd } from '../grant/follow-pack.ts';
import { forgetTrust } from './effective.ts';
import { KINDS } from './kinds.ts';

export type Approval = {
  readonly approvedBy: string;
  readonly selfApproved: boolean;
  /** Who may be shown the receipts, besides auditors. */
  readonly tenant: string;
};

/**
 * Puts an input in force: the version that it replaces ends (rule packs replace none), both are logged, and the epoch advances, all in the caller's
 * unit of work. From its commit on results rest on it.
 */
export async function putInForce(
  context: Context,
  tx: Tx,
  row: TrustInputTable,
  { approvedBy, selfApproved, tenant }: Approval,
): Promise<TrustInputTable> {
  const { sideBySide = false } = KINDS[row.kind as TrustKind]; // written from that union alone
  const versions = sideBySide ? [] : await tx.all(effectiveOfName, { kind: row.kind, name: row.name });
  for (const before of versions) {
    const reason = `replaced by version ${row.version}`;
    await endInput(context, tx, before, { state: 'superseded', by: approvedBy, reason, tenant });
  }
  const at = context.clock();
  const changed: TrustInputTable = {
    ...row,
    state: 'effective',
    approved_by: approvedBy,
    effective_at_ms: at.getTime(),
    self_approved: selfApproved ? 1 : 0,
    leaf_index: await recordTrustAct(context, tx, {
      type: 'trust-input.effective',
      at,
      tenant,
      row,
      more: { approvedBy, selfApproved },
    }),
  };
  await tx.run(moveTrustInput, changed);
  await advanceTrust(context, tx);
  return changed;
}

export type Ending = {
  readonly state: 'superseded' | 'withdrawn' | 'refused';
  readonly by: string;
  readonly reason: string;
  readonly tenant: string;
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
  { state, by, reason, tenant }: Ending,
): Promise<TrustInputTable> {
  const at = context.clock();
  const changed: TrustInputTable = {
    ...row,
    state,
    ended_by: by,
    ended_at_ms: at.getTime(),
    ended_reason: reason,
    leaf_index: await recordTrustAct(context, tx, {
      type: ENDINGS[state],
      at,
      tenant,
      row,
      more: { by, reason },
    }),
  };
  await tx.run(moveTrustInput, changed);
  if (row.state === 'effective') {
    await advanceTrust(context, tx);
    if (row.kind === 'rule-pack') await followPackEnd(context, tx, row, at);
  }
  return changed;
}

type TrustAct = {
  readonly type: ActType;
  readonly at: Date;
  readonly tenant: string;
  readonly row: TrustInputTable;
  readonly more: { readonly [name: string]: string | boolean | null };
};

export function recordTrustAct(context: Context, tx: Tx, { row, more, ...act }: TrustAct): Promise<number> {
  const { id: trustInputId, kind, name, version, digest, proposed_by: proposedBy } = row;
  return recordAct(tx, context, {
    ...act,
    body: { trustInputId, kind, name, version, digest, proposedBy, ...more },
  });
}

/** Whatever was proven under what was in force before is looked at again. */
export async function advanceTrust({ random }: Pick<Context, 'random'>, tx: Tx): Promise<void> {
  await tx.run(advanceTrustEpoch, { stamp: toHex(random(16)) });
  forgetTrust(tx);
}
