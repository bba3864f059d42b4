import { createHmac, timingSafeEqual } from 'node:crypto';
import { domain } from '../../../bytes/domain.ts';
import type { Findings } from '../../check.ts';
import { type AttestationKey, attestationKeyFromPublic } from '../../tpm/attestation-key.ts';
import type { TpmQuote } from '../../tpm/verify.ts';
import { sealVerified } from '../../verified.ts';
import type { BundleDevice } from '../devices.ts';
import type { HostEvidence, HostTpm } from '../host-evidence.ts';
import { type BundleInput, type BundleResult, type EnrolledHost, verifyBundle } from '../verify.ts';
import { type PackedDevice, packDevice, unpackDevice } from './packed-devices.ts';
import { type PackedFindings, packFindings, unpackFindings } from './packed-findings.ts';

/**
 * How a result of `verifyBundle` crosses from the thread that verified to the thread that asked, as bytes, and is `Verified` there
 * again (docs/decisions/0042-workers.md). A seal is a matter of types and does not survive a copy; what stands in its place
 * on the way is a MAC, by a key that one pool of this process makes and nobody else holds.
 */
export type TransferredResult = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mac: Uint8Array;
};

export type Transfer = {
  /** 32 random bytes, of one pool. */
  readonly key: Uint8Array;
  /** Which job it answers; never the same twice under one key. */
  readonly job: number;
};

/** How values become bytes and come back: structured clone, which only a room with I/O may import. */
export type Codec = {
  readonly encode: (value: unknown) => Uint8Array<ArrayBuffer>;
  readonly decode: (bytes: Uint8Array) => unknown;
};

/** The bytes were not made by this pool's worker for this job. */
export class TransferError extends Error {}

/** In the worker: verifies, and vouches for the answer. */
export function verifyForTransfer(
  input: BundleInput,
  { key, job }: Transfer,
  { encode }: Pick<Codec, 'encode'>,
): TransferredResult {
  const bytes = encode(plain(verifyBundle(input)));
  return { bytes, mac: macOf(bytes, key, job) };
}

/**
 * In the thread that asked: nothing is decoded before the MAC holds, and nothing is sealed otherwise.
 *
 * @param host the same as in the job
 * @throws TransferError
 */
export function acceptTransfer(
  { bytes, mac }: TransferredResult,
  { key, job }: Transfer,
  { decode }: Pick<Codec, 'decode'>,
  host: EnrolledHost,
): BundleResult {
  const expected = macOf(bytes, key, job);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
    throw new TransferError('an answer was not made for this job');
  }
  const { told, verified } = decode(bytes) as Plain; // as `verifyForTransfer` made it: the MAC held
  const { findings: packed, devices } = JSON.parse(told) as Told; // the same
  const [findings, ...ofDevices] = unpackFindings(packed);
  if (findings === undefined) throw new TransferError('an answer without findings');
  const sealed = devices.map((device, index) => sealDevice(device, ofDevices[index]));
  if (verified === null) return { findings, verified, devices: sealed };
  const { tpm, tee } = verified;
  const evidence: HostEvidence = {
    ...verified,
    tpm: tpm === null ? null : { ...tpm, quote: { ...tpm.quote, ak: enrolledKey(host) } },
    tee: tee === null ? null : sealVerified(tee),
    devices: sealed,
  };
  return { findings, devices: sealed, verified: sealVerified(evidence) };
}

/** A quote verifies under no other key. */
function enrolledKey(host: EnrolledHost): AttestationKey {
  if (host.kind === 'tpm') return attestationKeyFromPublic(host.akPublic);
  throw new TransferError('a quote of a host that enrolled no key');
}

function sealDevice(packed: PackedDevice, findings: Findings | undefined): BundleDevice {
  if (findings === undefined) throw new TransferError('a device without findings');
  const { evidence, ...device } = unpackDevice(packed);
  return { ...device, findings, evidence: evidence === null ? null : sealVerified(evidence) };
}

/** Without what does not travel: reports, keys (which are imported again) and anything twice. */
type Plain = {
  /** JSON of {@link Told}: it is quicker than a structured clone by half. */
  readonly told: string;
  readonly verified: PlainEvidence | null;
};
type Told = { readonly findings: PackedFindings; readonly devices: readonly PackedDevice[] };
type PlainEvidence = Omit<HostEvidence, 'tpm'> & {
  readonly tpm: (Omit<HostTpm, 'quote'> & { readonly quote: Omit<TpmQuote, 'ak'> }) | null;
};

function plain({ findings, verified, devices }: BundleResult): Plain {
  const lists = [findings, ...devices.map((device) => device.findings)];
  const told: Told = { findings: packFindings(lists), devices: devices.map(packDevice) };
  return {
    told: JSON.stringify(told),
    verified: verified === null ? null : { ...verified, tpm: withoutKey(verified.tpm), devices: [] },
  };
}

function withoutKey(tpm: HostTpm | null): PlainEvidence['tpm'] {
  if (tpm === null) return null;
  const { ak: _, ...quote } = tpm.quote;
  return { ...tpm, quote };
}

function macOf(bytes: Uint8Array, key: Uint8Array, job: number): Uint8Array {
  const label = domain('transfer', Buffer.from(`${job}\0`, 'latin1'));
  return createHmac('sha256', key).update(label).update(bytes).digest();
}
