import type { LicenceConditions } from '../../policy/licence.ts';
import type { Decision } from '../../protocol/decision.ts';
import type { Reason } from '../../protocol/reason.ts';
import { hostIdentity } from '../../store/attestation/hosts.ts';
import { licenceById } from '../../store/attestation/licences.ts';
import { hostGrant, noteHostDenied } from '../../store/grants/grants.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { carryOut } from '../decision/carry-out.ts';
import { spendProof } from '../dpop/replay.ts';
import { linkedDevices } from '../enrolment/link-devices.ts';
import { RequestError } from '../errors.ts';
import { conditionsOf } from '../licence/conditions.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireActing } from '../session/require-host.ts';
import { halfLifeMs } from './lease.ts';
import { signerOf } from './sign.ts';

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
  { licenceId, listDevices }: RenewalRequest,
): Promise<Renewal> {
  const { hostId } = host;
  return context.store.write(async (tx): Promise<Renewal> => {
    const at = context.clock();
    await spendProof(tx, host.proof, at);
    const acting = requireActing(await tx.first(hostIdentity, { id: hostId, jkt: host.jkt }));
    const before = await tx.first(hostGrant, { hostId, licenceId });
    const present = presentGrant(context, before, at);
    if (present !== null) return { outcome: 'granted', grant: present };
    requirePause(before?.denied_at_ms ?? null, at);
    const licence = await tx.first(licenceById, { id: licenceId });
    const devices =
      licence === undefined
        ? []
        : await devicesUnder(tx, acting, conditionsOf(licence.conditions).conditions);
    if (licence === undefined || devices.length === 0) {
      // Whether there is such a licence is nobody's business whom it does not name.
      throw new RequestError('not_found', 'no such licence names a device of this host');
    }
    const request = { licenceId, action: 'use', devices, dryRun: false } as const;
    const { decision, grants } = await carryOut(context, tx, {
      licence,
      by: { id: hostId },
      request,
      listDevices,
    });
    const [grant] = grants;
    if (grant !== undefined) return { outcome: 'granted', grant };
    await tx.run(noteHostDenied, { hostId, licenceId, nowMs: at.getTime() });
    return { outcome: 'denied', decision: { id: decision.id, reasons: decision.reasons.map(forHost) } };
  });
}

type NewestGrant = { readonly [C in keyof LicenceGrantTable]: LicenceGrantTable[C] | null };

/** The newest grant, where it is valid, its half-life is ahead, and the key that signed it was not given up. */
function presentGrant(
  { keys }: Context,
  newest: NewestGrant | undefined,
  at: Date,
): LicenceGrantTable | null {
  if (newest === undefined || newest.id === null) return null;
  const grant = newest as LicenceGrantTable; // with its id every column is there: none may be null
  const isDue = at.getTime() >= halfLifeMs(grant.issued_at_ms, grant.expires_at_ms);
  if (grant.status !== 'valid' || isDue) return null;
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
  conditions: LicenceConditions,
): Promise<string[]> {
  const named = namedBy(conditions);
  const held = await linkedDevices(tx, host);
  return held.map(({ id }) => id).filter((id) => named.has(id));
}

/** A licence of ten thousand devices is not walked through for each of its hosts. */
const sets = new WeakMap<LicenceConditions, ReadonlySet<string>>();

function namedBy(conditions: LicenceConditions): ReadonlySet<string> {
  const known = sets.get(conditions) ?? new Set(conditions.devices);
  sets.set(conditions, known);
  return known;
}

/** What is wrong with its devices and its place a host is told; what concerns the licence and its parties is not for operators. */
function forHost(reason: Reason): Reason {
  if (/^(?:device|host|facility):/.test(reason.subject ?? '')) return reason;
  const { code, kind } = reason;
  return {
    code,
    kind,
    sentence: 'The licence does not allow it now.',
    mend: 'Ask whoever holds the licence.',
  };
}
