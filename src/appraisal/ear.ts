import { toBase64Url } from '../bytes/text.ts';
import { contentDigest } from '../evidence/digest.ts';
import type { Appraisal, AppraisedDevice } from '../protocol/appraisal.ts';
import type { Facts } from '../protocol/facts.ts';
import { deviceVector } from './ear/device-vector.ts';
import { hostVector } from './ear/host-vector.ts';
import { type EarLocation, locationStatus } from './ear/location.ts';
import { statusOf, type Tier, type TrustworthinessVector, worstStatus } from './ear/trustworthiness.ts';

/**
 * The claims of an EAT Attestation Result (draft-ietf-rats-ear-03, 4) in JSON: a submodule for the host, one for each GPU
 * and switch, and one for the place where one was measured. The service signs them.
 *
 * Digests stand for evidence and trust inputs, and one digest for a list of them: tokens travel in headers, and verbose ones
 * have overrun those elsewhere. The lists are in the appraisal beside it. What neither EAR nor AR4SI has a word for (level,
 * facts, place, weaknesses) is in claims named `sextant.*`.
 */
export const EAR_PROFILE = 'tag:ietf.org,2026:rats/ear#03';

export type EarInput = {
  readonly appraisal: Appraisal;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Who runs this verifier, as relying parties know them. */
  readonly issuer: string;
  readonly verifier: { readonly developer: string; readonly build: string };
  readonly hostId: string;
  /** The session's nonce, base64url. */
  readonly nonce: string;
  /** Names of the policies that the appraisal followed. */
  readonly policyIds: readonly string[];
  /** DER SubjectPublicKeyInfo of the key that the host's hardware vouched for in this session; only where it did. */
  readonly attestedKey?: Uint8Array | undefined;
  /** Only where the host was measured. */
  readonly location?: EarLocation | undefined;
};

export type EarClaims = {
  readonly eat_profile: typeof EAR_PROFILE;
  /** Of the whole: no better than any submodule's. */
  readonly ear_status: Tier;
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly eat_nonce: string;
  readonly ear_verifier_id: { readonly developer: string; readonly build: string };
  readonly submods: Readonly<Record<string, EarSubmodule>>;
  readonly 'sextant.outcome': Appraisal['outcome'];
  /** SHA-256 of each item of the evidence (domain `bundle-item`), by its label. */
  readonly 'sextant.evidence': Readonly<Record<string, string>>;
  /** Digest of the sorted list of digests (domain `trust-inputs`): see {@link listDigest}. */
  readonly 'sextant.trust_inputs': string;
  /** The same of the makers' documents that the result rests on (domain `collateral`); absent where there are none. */
  readonly 'sextant.collateral'?: string;
  /** Codes of what is weak and accepted all the same. */
  readonly 'sextant.weaknesses': readonly string[];
  readonly 'sextant.self_approved': boolean;
};

export type EarSubmodule = {
  readonly ear_status: Tier;
  readonly ear_trustworthiness_vector?: TrustworthinessVector;
  readonly ear_appraisal_policy_ids?: readonly string[];
  /** As Veraison has it (the draft's implementation): the key in DER SubjectPublicKeyInfo, base64url. */
  readonly ear_veraison_key_attestation?: { readonly akpub: string };
  readonly 'sextant.device'?: EarDevice & Partial<EarHostFacts>;
  readonly 'sextant.reference_sets'?: readonly string[];
  readonly 'sextant.location'?: EarLocation;
};

/** A device with the facts that are its own. */
export type EarDevice = Pick<AppraisedDevice, 'id' | 'kind' | 'level' | 'label'> &
  Pick<Facts, 'device' | 'gpuBinding'>;

/** What holds for everything on the host, said once. */
export type EarHostFacts = Pick<Facts, 'host'> & { readonly keyCustody: Facts['place']['keyCustody'] };

export function earClaims(input: EarInput): EarClaims {
  const { appraisal } = input;
  const submods = { host: hostSubmodule(input), ...deviceSubmodules(input), ...locationSubmodule(input) };
  const collateral = [...new Set(appraisal.collateral.map(({ sha256 }) => sha256))];
  return {
    eat_profile: EAR_PROFILE,
    ear_status: worstStatus(Object.values(submods).map(({ ear_status }) => ear_status)),
    iss: input.issuer,
    sub: input.hostId,
    iat: seconds(input.issuedAt),
    exp: seconds(input.expiresAt),
    eat_nonce: input.nonce,
    ear_verifier_id: input.verifier,
    submods,
    'sextant.outcome': appraisal.outcome,
    'sextant.evidence': Object.fromEntries(appraisal.evidence.map(({ label, sha256 }) => [label, sha256])),
    'sextant.trust_inputs': listDigest('trust-inputs', appraisal.trustInputs),
    ...(collateral.length === 0 ? {} : { 'sextant.collateral': listDigest('collateral', collateral) }),
    'sextant.weaknesses': [...new Set(appraisal.weaknesses.map(({ code }) => code))],
    'sextant.self_approved': appraisal.selfApproved,
  };
}

/**
 * One digest for a list of digests: SHA-256 over `sextant/v1/<purpose>\0` and the canonical JSON of the sorted list.
 * Whoever has the appraisal can compute it again.
 */
export function listDigest(purpose: 'trust-inputs' | 'collateral', digests: readonly string[]): string {
  return contentDigest(purpose, [...digests].sort());
}

function hostSubmodule({ appraisal, policyIds, attestedKey }: EarInput): EarSubmodule {
  const vector = hostVector(appraisal);
  const self = appraisal.devices.find(({ kind }) => !isAccelerator(kind));
  const matched = appraisal.referenceSets.matched.map(({ digest }) => digest);
  return {
    ear_status: statusOf(vector),
    ear_trustworthiness_vector: vector,
    // The draft has no empty list.
    ...(policyIds.length === 0 ? {} : { ear_appraisal_policy_ids: policyIds }),
    ...(attestedKey === undefined || appraisal.outcome === 'refused'
      ? {}
      : { ear_veraison_key_attestation: { akpub: toBase64Url(attestedKey) } }),
    ...(self === undefined ? {} : { 'sextant.device': { ...shown(self), ...hostFacts(self) } }),
    ...(matched.length === 0 ? {} : { 'sextant.reference_sets': matched }),
  };
}

/** `gpu-0`, `gpu-1`, `switch-0`, … in the order of the appraisal. The host's submodule names the policies of all. */
function deviceSubmodules({ appraisal }: EarInput): { readonly [label: string]: EarSubmodule } {
  const counts = new Map<string, number>();
  const submodules: { [label: string]: EarSubmodule } = {};
  for (const device of appraisal.devices.filter(({ kind }) => isAccelerator(kind))) {
    const count = counts.get(device.kind) ?? 0;
    counts.set(device.kind, count + 1);
    const vector = deviceVector(device, appraisal.violations);
    submodules[`${device.kind}-${count}`] = {
      ear_status: deviceStatus(device, vector),
      ...(vector === null ? {} : { ear_trustworthiness_vector: vector }),
      'sextant.device': shown(device),
    };
  }
  return submodules;
}

/** A device is affirmed only where everything was asked and holds: a genuine chip whose firmware nobody could compare is not. */
function deviceStatus({ chip }: AppraisedDevice, vector: TrustworthinessVector | null): Tier {
  if (vector === null) return 'none';
  const status = statusOf(vector);
  return status === 'affirming' && chip?.outcome === 'unproven' ? 'none' : status;
}

function locationSubmodule({ location }: EarInput): { readonly location?: EarSubmodule } {
  if (location === undefined) return {};
  return { location: { ear_status: locationStatus(location), 'sextant.location': location } };
}

function isAccelerator(kind: string): boolean {
  return kind === 'gpu' || kind === 'switch';
}

function shown({ id, kind, level, label, facts }: AppraisedDevice): EarDevice {
  return { id, kind, level, label, device: facts.device, gpuBinding: facts.gpuBinding };
}

function hostFacts({ facts: { host, place } }: AppraisedDevice): EarHostFacts {
  return { host, keyCustody: place.keyCustody };
}

/** NumericDate (RFC 7519, 2). */
function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}
