import type { TeeKind } from '../../protocol/tee.ts';
import {
  forgetEvidence,
  hostByIdentity,
  hostByKey,
  insertHost,
  insertHostState,
  replaceHostKeys,
} from '../../store/attestation/hosts.ts';
import { declaredSelves } from '../../store/attestation/register.ts';
import type { EnrolmentTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { followRuling } from '../grant/follow.ts';
import { summariseHost } from '../host/summary.ts';
import { newIdentifier } from '../identifier.ts';
import { type LinkedDevice, linkClaims, linkedDevices, SELF_KIND } from './link-devices.ts';
import { requireFree, requireUnusedKey } from './taken.ts';
import type { Claim } from './tokens.ts';

export type HostToEnrol = {
  readonly tenant: string;
  readonly facilityId: string;
  readonly jkt: string;
  readonly hostKey: string;
  readonly hostname: string | null;
  /** What the host is: see store/attestation/tables.ts. */
  readonly identity: string;
  readonly by: EnrolledBy;
  readonly claims: readonly Claim[];
  readonly at: Date;
};

type EnrolledBy =
  | {
      readonly kind: 'tpm';
      readonly ekAnchor: string;
      readonly ekName: Uint8Array;
      readonly ekValidUntilMs: number;
      readonly ekCertificate: Uint8Array;
      readonly akName: Uint8Array;
      readonly akPublic: Uint8Array;
    }
  /** `platform` is JSON of protocol/enrolment.ts. */
  | { readonly kind: 'tee'; readonly tee: TeeKind; readonly platform: string };

export type Enrolled = {
  readonly hostId: string;
  readonly tenant: string;
  readonly facilityId: string;
  /** Whether this TPM was enrolled before: then the host is the same, its holds and history with it. */
  readonly again: boolean;
  readonly devices: readonly LinkedDevice[];
  /** Of the enrolment's leaf; null where this repeats an answer. */
  readonly leafIndex: number | null;
};

/**
 * Makes a host of a TPM or a guest that proved itself, or gives a known TPM's host new keys. A host is its endorsement key,
 * or the key that a guest held: never a name, an address or a UUID (a peer let another machine take over an identifier:
 * CVE-2025-13609), and never a platform's id, which all of its guests share.
 *
 * @throws RequestError `host_key_taken`, `conflict`
 */
export async function enrolHost(context: Context, tx: Tx, wanted: HostToEnrol): Promise<Enrolled> {
  const { tenant, facilityId, identity, by, claims, at } = wanted;
  const known = by.kind === 'tpm' ? await requireFree(tx, { ...wanted, akName: by.akName }) : undefined;
  if (by.kind === 'tee') await requireUnusedKey(tx, wanted.jkt);
  const hostId = known?.id ?? newIdentifier('hst', context);
  const [declared] = await tx.all(declaredSelves, { facilityId, kind: SELF_KIND[by.kind], identity });
  const row = {
    id: hostId,
    facility_id: facilityId,
    ...keysOf(by),
    jkt: wanted.jkt,
    host_key: wanted.hostKey,
    hostname: wanted.hostname,
    device_id: declared?.id ?? undeclaredSelf(by.kind, identity),
    enrolled_at_ms: at.getTime(),
  };
  const self = { kind: by.kind, identity_sha256: identity };
  if (known === undefined) {
    await tx.run(insertHost, { ...row, ...self, ...guestOf(by), tenant, version: 1 });
    await tx.run(insertHostState, { hostId });
  } else {
    await tx.run(replaceHostKeys, row);
    await tx.run(forgetEvidence, { hostId });
    // They are bound to the key that it had, and rest on evidence that no longer counts.
    await followRuling(context, tx, { kind: 'host', id: hostId }, 'revoked', at);
  }
  await summariseHost(context, tx, hostId);
  await linkClaims(tx, { hostId, facilityId, kind: by.kind, identity, claims, at });
  const devices = await linkedDevices(tx, { ...row, ...self });
  return { hostId, tenant, facilityId, again: known !== undefined, devices, leafIndex: null };
}

function keysOf(by: EnrolledBy) {
  if (by.kind === 'tee') {
    return {
      ek_certificate: null,
      ek_anchor: null,
      ek_name: null,
      ek_valid_until_ms: null,
      ak_name: null,
      ak_public: null,
    };
  }
  return {
    ek_certificate: by.ekCertificate,
    ek_anchor: by.ekAnchor,
    ek_name: by.ekName,
    ek_valid_until_ms: by.ekValidUntilMs,
    ak_name: by.akName,
    ak_public: by.akPublic,
  };
}

function guestOf(by: EnrolledBy) {
  return by.kind === 'tee' ? { tee: by.tee, platform: by.platform } : { tee: null, platform: null };
}

/** What was answered when this enrolment was completed, as far as it still holds. @throws RequestError `activation_refused` */
export async function enrolledBefore(
  tx: Tx,
  { tenant, host_id: hostId, kind }: EnrolmentTable,
  jkt: string,
): Promise<Enrolled> {
  const owner = await tx.first(hostByKey, { jkt });
  const host =
    owner === undefined ? undefined : await tx.first(hostByIdentity, { identity: owner.identity_sha256 });
  if (host === undefined || host.id !== hostId) {
    throw new RequestError('activation_refused', 'this host was enrolled with another key since');
  }
  const devices = await linkedDevices(tx, host);
  const again = kind === 'tpm';
  return { hostId: host.id, tenant, facilityId: host.facility_id, again, devices, leafIndex: null };
}

/** The id of a TPM or guest that nobody declared: by its key, so that it is the same after every enrolment. */
function undeclaredSelf(kind: 'tpm' | 'tee', identity: string): string {
  return `${kind}_${identity.slice(0, 32)}`;
}
