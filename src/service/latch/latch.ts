import type { Violation } from '../../protocol/appraisal.ts';
import { insertLatch, openLatchesOn } from '../../store/attestation/latches.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import type { HostPrincipal } from '../principal.ts';

type Seen = {
  readonly host: HostPrincipal;
  readonly sessionId: string;
  readonly violations: readonly Violation[];
  readonly at: Date;
};

/**
 * Holds a host for review, in the unit of work of the appraisal that shows why.
 *
 * The hold is on the host, which is its endorsement key: enrolling again, under whatever name or key, leaves it in place,
 * and everything that the host carries is held with it. What is already held for the same reason is not held twice.
 */
export async function latchViolations(
  context: Context,
  tx: Tx,
  { host, sessionId, violations, at }: Seen,
): Promise<void> {
  const { hostId, tenant } = host;
  const open = await tx.all(openLatchesOn, { subjectKind: 'host', subjectId: hostId });
  for (const { code, sentence } of violations) {
    if (open.some((latch) => latch.code === code && latch.sentence === sentence)) continue;
    const id = newIdentifier('lat', context);
    await tx.run(insertLatch, {
      id,
      tenant,
      subjectKind: 'host',
      subjectId: hostId,
      code,
      sentence,
      sessionId,
      nowMs: at.getTime(),
    });
    const body = { latchId: id, subject: `host:${hostId}`, code, sentence, sessionId };
    await recordAct(tx, context, { type: 'latch.set', at, tenant, body });
  }
}
