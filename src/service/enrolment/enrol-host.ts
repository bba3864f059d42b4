import {
  forgetEvidence,
  hostByEk,
  hostByKey,
  insertHost,
  insertHostState,
  replaceHostKeys,
} from '../../store/attestation/hosts.ts';
import { declaredTpms } from '../../store/attestation/register.ts';
import type { EnrolmentTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type LinkedDevice, linkClaims, linkedDevices } from './link-devices.ts';
import { requireFree } from './taken.ts';
import type { Claim } from './tokens.ts';

export type HostToEnrol = {
  readonly tenant: string;
  readonly facilityId: string;
  readonly jkt: string;
  readonly hostKey: string;
  readonly hostname: string | null;
  readonly ekDigest: string;
  readonly ekAnchor: string;
  readonly ekName: Uint8Array;
  readonly ekValidUntilMs: number;
  readonly ekCertificate: Uint8Array;
  readonly akName: Uint8Array;
  readonly akPublic: Uint8Array;
  readonly claims: readonly Claim[];
  readonly at: Date;
};

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
 * Makes a host of a TPM that proved itself, or gives a known one new keys. A host is its endorsement key: never a name,
 * an address or a UUID (a peer let another machine take over an identifier: CVE-2025-13609).
 *
 * @throws RequestError `host_key_taken`, `conflict`
 */
export async function enrolHost(context: Context, tx: Tx, wanted: HostToEnrol): Promise<Enrolled> {
  const { tenant, facilityId, ekDigest, claims, at } = wanted;
  const known = await requireFree(tx, wanted);
  const hostId = known?.id ?? newIdentifier('hst', context);
  const [declared] = await tx.all(declaredTpms, { facilityId, ekDigest });
  const row = {
    id: hostId,
    facility_id: facilityId,
    ek_certificate: wanted.ekCertificate,
    ek_anchor: wanted.ekAnchor,
    ek_name: wanted.ekName,
    ek_valid_until_ms: wanted.ekValidUntilMs,
    jkt: wanted.jkt,
    host_key: wanted.hostKey,
    ak_name: wanted.akName,
    ak_public: wanted.akPublic,
    hostname: wanted.hostname,
    tpm_device_id: declared?.id ?? undeclaredTpm(ekDigest),
    enrolled_at_ms: at.getTime(),
  };
  if (known === undefined) {
    await tx.run(insertHost, { ...row, tenant, ek_digest: ekDigest, version: 1 });
    await tx.run(insertHostState, { hostId });
  } else {
    await tx.run(replaceHostKeys, row);
    await tx.run(forgetEvidence, { hostId });
  }
  await linkClaims(tx, { hostId, facilityId, ekDigest, claims, at });
  const devices = await linkedDevices(tx, { ...row, ek_digest: ekDigest });
  return { hostId, tenant, facilityId, again: known !== undefined, devices, leafIndex: null };
}

/** What was answered when this enrolment was completed, as far as it still holds. @throws RequestError `activation_refused` */
export async function enrolledBefore(
  tx: Tx,
  { tenant, host_id: hostId }: EnrolmentTable,
  jkt: string,
): Promise<Enrolled> {
  const owner = await tx.first(hostByKey, { jkt });
  const host = owner === undefined ? undefined : await tx.first(hostByEk, { ekDigest: owner.ek_digest });
  if (host === undefined || host.id !== hostId) {
    throw new RequestError('activation_refused', 'this host was enrolled with another key since');
  }
  const devices = await linkedDevices(tx, host);
  return { hostId: host.id, tenant, facilityId: host.facility_id, again: true, devices, leafIndex: null };
}

/** The id of a TPM that nobody declared: by its key, so that it is the same after every enrolment. */
function undeclaredTpm(ekDigest: string): string {
  return `tpm_${ekDigest.slice(0, 32)}`;
}
