import type { IncidentKind } from '../../protocol/incident-kind.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { openIncident } from './open.ts';

/**
 * What is an incident besides being held for review. A platform whose maker has revoked its level (`tcb.revoked`) is vulnerable and
 * not tampered with; two hosts with one chip are an incident of their own (service/chips/contest.ts).
 */
const KINDS: { readonly [code: string]: IncidentKind } = {
  'place.proven-outside': 'diversion',
  'measurement.denied': 'tampering',
  'device.key-revoked': 'tampering',
};

type Seen = {
  readonly tenant: string;
  readonly hostId: string;
  readonly sessionId: string;
  readonly code: string;
  /** What is held, as `<kind>:<id>`. */
  readonly held: string;
  readonly at: Date;
};

/** Opens the incident that a violation is, if it is one, in the unit of work that holds its subject for review. */
export async function incidentOfViolation(
  context: Context,
  tx: Tx,
  { tenant, hostId, sessionId, code, held, at }: Seen,
): Promise<void> {
  const kind = KINDS[code];
  if (kind === undefined) return;
  const subjects = [`host:${hostId}`, held];
  await openIncident(context, tx, { kind, tenant, subjects, evidence: [`session:${sessionId}`], at });
}
