import type { ActBody } from '../record/leaf.ts';
import { SALT_BYTES } from '../record/leaf.ts';
import type { Tx } from '../store/port.ts';
import type { Context } from './context.ts';
import { tellAct } from './events/tell-act.ts';

/** Everything that the service writes to the log. Names are API: auditors search by them. */
export type ActType =
  | 'principal.created'
  | 'principal.changed'
  | 'principal.disabled'
  | 'principal.party-declared'
  | 'token.minted'
  | 'token.bound'
  | 'token.revoked'
  | 'page-session.opened'
  | 'page-session.ended'
  | 'party.registered'
  | 'party.changed'
  | 'party.screened'
  | 'screening.imported'
  | 'screening-list.declared'
  | 'know-your-customer.recorded'
  | 'access.started'
  | 'access.ended'
  | 'facility.proposed'
  | 'facility.authorised'
  | 'facility.refused'
  | 'facility.withdrawn'
  | 'device.registered'
  | 'device.changed'
  | 'device.shipped'
  | 'device.returned'
  | 'device.maintained'
  | 'device.resumed'
  | 'device.retired'
  | 'device.state-changed'
  | 'device.transfer-offered'
  | 'device.transfer-refused'
  | 'device.transfer-withdrawn'
  | 'device.transferred'
  | 'trust-input.proposed'
  | 'trust-input.effective'
  | 'trust-input.superseded'
  | 'trust-input.refused'
  | 'trust-input.withdrawn'
  | 'enrolment-token.minted'
  | 'enrolment-token.revoked'
  | 'enrolment.refused'
  | 'enrolment.challenged'
  | 'enrolment.activation-refused'
  | 'host.enrolled'
  | 'host.suspended'
  | 'host.reinstated'
  | 'session.issued'
  | 'session.expired'
  | 'appraisal'
  | 'permits.issued'
  | 'location'
  | 'landmarks.set-aside'
  | 'chip.contested'
  | 'disclosure.issued'
  | 'challenge.ordered'
  | 'challenge.drawn'
  | 'challenge.ended'
  | 'challenge.lapsed'
  | 'webhook.added'
  | 'webhook.removed'
  | 'webhook.secret-rotated'
  | 'webhook.replayed'
  | 'incident.opened'
  | 'incident.noted'
  | 'incident.reported'
  | 'incident.closed'
  | 'latch.set'
  | 'latch.cleared'
  | 'licence.granted'
  | 'licence.changed'
  | 'decision'
  | 'ledger.adjusted'
  | 'allocation.committed'
  | 'allocation.released'
  | 'usage.reported'
  | 'grant.issued'
  | 'grant.suspended'
  | 'grant.reinstated'
  | 'grant.revoked'
  | 'lease.released'
  | 'signing-key.created'
  | 'signing-key.rotated'
  | 'device-manifest.imported'
  | 'legal-hold.placed'
  | 'legal-hold.lifted'
  | 'retention.deleted'
  | 'log.origin-opened';

/** Whose acts those of the verifier's own operation are. */
export const VERIFIER_TENANT = 'verifier';

export type ActRequest = {
  readonly type: ActType;
  readonly at: Date;
  /** Who may be shown the receipt, besides auditors. */
  readonly tenant: string;
  readonly body: ActBody;
};

/**
 * Writes an act in the unit of work that does it, and tells of it where it changes the state of something
 * (events/told-acts.ts); answers the index of its leaf.
 */
export async function recordAct(
  tx: Tx,
  context: Pick<Context, 'clock' | 'random'>,
  act: ActRequest,
): Promise<number> {
  const leafIndex = await tx.record({ ...act, salt: context.random(SALT_BYTES) });
  await tellAct(context, tx, act, leafIndex);
  return leafIndex;
}
