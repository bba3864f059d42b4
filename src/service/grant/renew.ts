import type { Decision } from '../../protocol/decision.ts';
import type { Reason } from '../../protocol/reason.ts';
import { hostIdentity } from '../../store/attestation/hosts.ts';
import { noteDenial } from '../../store/grants/denials.ts';
import {
  grantById,
  type HostGrantStanding,
  hostGrantStanding,
  noteHostDenied,
} from '../../store/grants/grants.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { carryOut } from '../decision/carry-out.ts';
import { type Ground, groundOf } from '../decision/ground.ts';
import { spendProof } from '../dpop/replay.ts';
import { linkedDevices } from '../enrolment/link-devices.ts';
import { RequestError } from '../errors.ts';
import { tellRefusal } from '../events/tell-grant.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireActing } from '../session/require-host.ts';
import { withFooting } from './footing.ts';
import { halfLifeMs } from './lease.ts';
import { signerOf } from './sign.ts';
import { keepTurnedAway } from './turned-away.ts';

export type RenewalRequest = {
  readonly licenceId: string;
  /** Whether the grant lists its devices, besides their root. */
  readonly listDevices: boolean;
};

export type Renewal =
  | { readonly outcome: 'granted'; readonly grant: LicenceGrantTable }
  | { readonly outcome: 'denied'; readonly decision: Pick<Decision, 'id' | 'reasons'> };

/** A refusal that nobody mended is not written down again at once. */
const PAUSE_AFTER_DENIAL_MS = 10_000;

/**
 * The grant that a host has under a licence: up to half of its life the present one, as often as it is asked for, and from then on a
 * new one, by a decision of its own about the devices of this host alone. So a lost answer is asked for again, and debits nothing.
 *
 * @throws RequestError `not_found` where no such licence names a device of this host, `too_early` soon after a denial,
 *   `host_suspended`, `unauthenticated`, `dpop_replayed`
 */
export async function renewGrant(
  context: Context,
  host: HostPrincipal,
  request: RenewalRequest,
): Promise<Renewal> {
  try {
    return await decideRenewal(context, host, request);
  } catch (error) {
    if (error instanceof RequestError && error.code === 'not_found')
      await keepTurnedAway(context, host, request.licenceId);
    throw error;
  }
}

async function decideRenewal(
  context: Context,
  host: HostPrincipal,
  { licenceId, listDevices }: RenewalRequest,
): Promise<Renewal> {
  const { hostId } = host;
  return context.store.write(async (unit): Promise<Renewal> => {
    const at = context.clock();
    await spendProof(unit, host.proof);
    const tx = await withFooting(unit, { hostId, jkt: host.jkt, licenceId });
    const acting = requireActing(await tx.first(hostIdentity, { id: hostId, jkt: host.jkt }));
    const before = await tx.first(hostGrantStanding, { hostId, licenceId });
    const present = await presentGrant(context, tx, before, at);
    if (present !== null) return { outcome: 'granted', grant: present };
    requirePause(before?.denied_at_ms ?? null, at);
    const ground = await groundOf(tx, licenceId, at);
    const devices = ground === undefined ? [] : await devicesUnder(tx, acting, ground);
    if (ground === undefined || devices.length === 0) {
      // Whether there is such a licence is nobody's business whom it does not name.
      throw noneHere();
    }
    const request = { licenceId, action: 'use', devices, dryRun: false } as const;
    const { decision, grants } = await carryOut(context, tx, {
      ground,
      by: { id: hostId },
      request,
      listDevices,
      before: { hostId, standing: before },
    });
    const grant = grants.find((one) => one.host_id === hostId);
    if (grant !== undefined) return { outcome: 'granted', grant };
    // Whatever of it another host shows is granted to that one; nothing of this was done.
    if (grants.length > 0) throw noneHere();
    const told = { id: decision.id, reasons: decision.reasons.map(forHost) };
    await tellRefusal(context, tx, {
      host,
      licenceId,
      decisionId: told.id,
      reasons: told.reasons,
      deniedAtMs: before?.denied_at_ms ?? null,
      at,
    });
    await noteTold(tx, { hostId, licenceId, at }, told);
    return { outcome: 'denied', decision: told };
  });
}

function noneHere(): RequestError {
  return new RequestError('not_found', 'no such licence names a device of this host');
}

/** What the host is told its operator reads as well (of-host.ts). */
async function noteTold(
  tx: Tx,
  { hostId, licenceId, at }: { readonly hostId: string; readonly licenceId: string; readonly at: Date },
  { id, reasons }: Pick<Decision, 'id' | 'reasons'>,
): Promise<void> {
  const nowMs = at.getTime();
  await tx.run(noteHostDenied, { hostId, licenceId, nowMs });
  await tx.run(noteDenial, {
    host_id: hostId,
    licence_id: licenceId,
    at_ms: nowMs,
    decision_id: id,
    reasons: JSON.stringify(reasons),
  });
}

/** The newest grant, where it is valid, its half-life is ahead, and the key that signed it was not given up. */
async function presentGrant(
  { keys }: Context,
  tx: Tx,
  newest: HostGrantStanding | undefined,
  at: Date,
): Promise<LicenceGrantTable | null> {
  const {
    id = null,
    status,
    issued_at_ms: issuedAtMs = null,
    expires_at_ms: expiresAtMs = null,
  } = newest ?? {};
  if (id === null || status !== 'valid' || issuedAtMs === null || expiresAtMs === null) return null;
  if (at.getTime() >= halfLifeMs(issuedAtMs, expiresAtMs)) return null;
  const grant = await tx.first(grantById, { id });
  if (grant === undefined) return null;
  const signer = signerOf(grant.token);
  return keys.grant.published(at).some(({ kid }) => kid === signer) ? grant : null;
}

function requirePause(deniedAtMs: number | null, at: Date): void {
  const waitMs = (deniedAtMs ?? Number.NEGATIVE_INFINITY) + PAUSE_AFTER_DENIAL_MS - at.getTime();
  if (waitMs <= 0) return;
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  throw new RequestError('too_early', `this was denied just now: ask again in ${retryAfterSeconds} s`, {
    retryAfterSeconds,
  });
}

async function devicesUnder(
  tx: Tx,
  host: Parameters<typeof linkedDevices>[1],
  { named }: Pick<Ground, 'named'>,
): Promise<string[]> {
  const held = await linkedDevices(tx, host);
  return held.map(({ id }) => id).filter((id) => named.has(id));
}

/** What is wrong with its devices and its place a host is told; what concerns the licence and its parties is not for operators. */
function forHost(reason: Reason): Reason {
  const isItsOwn = /^(?:device|host|facility):/.test(reason.subject ?? '');
  // What a pack is not told may be of others' devices.
  if (isItsOwn && !reason.code.startsWith('pack.')) return reason;
  const { code, kind } = reason;
  return {
    code,
    kind,
    sentence: 'The licence does not allow it now.',
    mend: 'Ask whoever holds the licence.',
  };
}
