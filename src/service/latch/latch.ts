import type { Violation } from '../../protocol/appraisal.ts';
import { insertLatch, openLatchesOn } from '../../store/attestation/latches.ts';
import type { LatchTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { suspendGrants } from '../grant/change.ts';
import { newIdentifier } from '../identifier.ts';
import { incidentOfViolation } from '../incident/seen.ts';
import type { HostPrincipal } from '../principal.ts';

type Seen = {
  readonly host: HostPrincipal;
  readonly sessionId: string;
  readonly violations: readonly Violation[];
  readonly at: Date;
};

/** A chip by itself: appraisal/devices, `chipName`. */
const CHIP = /^device:((?:gpu|switch)_[0-9a-f]{32})$/;

/**
 * Holds a host, or a chip, for review, in the unit of work of the appraisal that shows why.
 *
 * A hold on the host is on its endorsement key: enrolling again, under whatever name or key, leaves it in place, and
 * everything that the host carries is held with it. A hold on a GPU or switch is on its chip: it goes with the chip from host
 * to host, however it is declared. What is already held for the same reason is not held twice.
 */
export async function latchViolations(
  context: Context,
  tx: Tx,
  { host: { hostId, tenant }, sessionId, violations, at }: Seen,
): Promise<void> {
  for (const { code, sentence, subject } of violations) {
    const chip = CHIP.exec(subject)?.[1];
    const held =
      chip === undefined ? ({ kind: 'host', id: hostId } as const) : ({ kind: 'device', id: chip } as const);
    await latch(context, tx, { tenant, subject: held, code, sentence, sessionId, at });
    const what = `${held.kind}:${held.id}`;
    await incidentOfViolation(context, tx, { tenant, hostId, sessionId, code, held: what, at });
  }
}

type Hold = {
  readonly tenant: string;
  readonly subject: { readonly kind: LatchTable['subject_kind']; readonly id: string };
  readonly code: string;
  readonly sentence: string;
  readonly sessionId: string | null;
  readonly at: Date;
};

/** One hold, unless there is one for the same reason. */
export async function latch(
  context: Context,
  tx: Tx,
  { tenant, subject: { kind, id: subjectId }, code, sentence, sessionId, at }: Hold,
): Promise<void> {
  const open = await tx.all(openLatchesOn, { subjectKind: kind, subjectId });
  if (open.some((one) => one.code === code && one.sentence === sentence)) return;
  const id = newIdentifier('lat', context);
  const nowMs = at.getTime();
  await tx.run(insertLatch, { id, tenant, subjectKind: kind, subjectId, code, sentence, sessionId, nowMs });
  const body = { latchId: id, subject: `${kind}:${subjectId}`, code, sentence, sessionId };
  await recordAct(tx, context, { type: 'latch.set', at, tenant, body });
  await suspendGrants(context, tx, { kind, id: subjectId }, { cause: `latch:${id}`, at });
}
