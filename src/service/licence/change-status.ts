import type { JsonValue } from '../../bytes/json.ts';
import { setLicenceStatus } from '../../store/attestation/licences.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { followRuling } from '../grant/follow.ts';
import { schedule } from '../schedule/schedule.ts';

type StatusChange = {
  readonly status: LicenceTable['status'];
  readonly reason: string;
  /** A principal, or the verifier itself. */
  readonly by: string;
  /** What failed, where the verifier suspends. */
  readonly cause?: JsonValue;
  readonly at: Date;
};

const GRANTS_AFTER = { active: 'reinstated', suspended: 'suspended', revoked: 'revoked' } as const;

/** Suspends, reinstates or revokes a licence, and its grants with it, in the caller's unit of work; decisions from the next on go by it. */
export async function changeStatus(
  context: Context,
  tx: Tx,
  row: LicenceTable,
  { status, reason, by, cause, at }: StatusChange,
): Promise<LicenceTable> {
  const { id, tenant } = row;
  const body = { licenceId: id, status, reason, by, ...(cause === undefined ? {} : { cause }) };
  const leafIndex = await recordAct(tx, context, { type: 'licence.changed', at, tenant, body });
  await tx.run(setLicenceStatus, { id, status, leafIndex });
  await followRuling(context, tx, { kind: 'licence', id }, GRANTS_AFTER[status], at);
  // Nobody judged its grants while it was not in force.
  if (status === 'active') await schedule(tx, 'grants', id, at);
  return { ...row, status, version: row.version + 1, leaf_index: leafIndex };
}
