import type { Appraisal } from '../protocol/appraisal.ts';

/**
 * The claims of an EAT Attestation Result (draft-ietf-rats-ear-03) in JSON, with the trustworthiness vector of AR4SI.
 * The service signs them. Digests stand for evidence and trust inputs: tokens travel in headers, and verbose ones have
 * overrun them elsewhere. AR4SI has no word for location, level or weakness; those are claims named `sextant.*`.
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
};

/** AR4SI trustworthiness claims (draft-ietf-rats-ar4si, 2.3): values from -128 to 127; 0 is no claim. */
export type TrustworthinessVector = {
  readonly 'instance-identity': number;
  readonly configuration: number;
  readonly executables: number;
  readonly hardware: number;
  readonly 'runtime-opaque': number;
};

type Tier = 'none' | 'affirming' | 'warning' | 'contraindicated';

export type EarClaims = {
  readonly eat_profile: typeof EAR_PROFILE;
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly eat_nonce: string;
  readonly ear_verifier_id: { readonly developer: string; readonly build: string };
  readonly submods: Readonly<Record<string, EarSubmodule>>;
  readonly 'sextant.outcome': Appraisal['outcome'];
  readonly 'sextant.evidence': Appraisal['evidence'];
  readonly 'sextant.trust_inputs': readonly string[];
  /** Digests of the makers' documents that the result rests on. */
  readonly 'sextant.collateral': readonly string[];
  /** Codes of what is weak and accepted all the same. */
  readonly 'sextant.weaknesses': readonly string[];
  readonly 'sextant.self_approved': boolean;
};

type EarSubmodule = {
  readonly ear_status: Tier;
  readonly ear_trustworthiness_vector: TrustworthinessVector;
  readonly ear_appraisal_policy_ids: readonly string[];
  readonly 'sextant.devices'?: readonly EarDevice[];
  readonly 'sextant.reference_sets'?: readonly string[];
};

type EarDevice = Pick<Appraisal['devices'][number], 'id' | 'kind' | 'level' | 'label' | 'facts'>;

export function earClaims(input: EarInput): EarClaims {
  const { appraisal } = input;
  const vector = trustworthiness(appraisal);
  return {
    eat_profile: EAR_PROFILE,
    iss: input.issuer,
    sub: input.hostId,
    iat: seconds(input.issuedAt),
    exp: seconds(input.expiresAt),
    eat_nonce: input.nonce,
    ear_verifier_id: input.verifier,
    submods: {
      host: {
        ear_status: statusOf(vector),
        ear_trustworthiness_vector: vector,
        ear_appraisal_policy_ids: input.policyIds,
        'sextant.devices': appraisal.devices.map(({ id, kind, level, label, facts }) => {
          return { id, kind, level, label, facts };
        }),
        'sextant.reference_sets': appraisal.referenceSets.matched.map(({ digest }) => digest),
      },
    },
    'sextant.outcome': appraisal.outcome,
    'sextant.evidence': appraisal.evidence,
    'sextant.trust_inputs': appraisal.trustInputs,
    'sextant.collateral': appraisal.collateral.map(({ sha256 }) => sha256),
    'sextant.weaknesses': [...new Set(appraisal.weaknesses.map(({ code }) => code))],
    'sextant.self_approved': appraisal.selfApproved,
  };
}

/** AR4SI, 2.3.2 and 2.3.4, by their values. */
const NO_CLAIM = 0;
const AFFIRMED = 2;
/** Executables: only approved ones were loaded while booting; says nothing of what ran afterwards. */
const APPROVED_BOOT = 3;
/** Executables: some that are not recognised. */
const UNRECOGNISED = 33;
/** Executables: some that are known to be bad. */
const CONTRAINDICATED = 96;
/** Hardware: genuine, with known weaknesses that are not mended. */
const UNSAFE_HARDWARE = 32;
/** Hardware: genuine once, and now known to be bad. */
const BAD_HARDWARE = 96;
/** Any category: the evidence failed cryptographic validation. */
const CRYPTO_FAILED = 99;

const FAILED: TrustworthinessVector = {
  'instance-identity': CRYPTO_FAILED,
  configuration: CRYPTO_FAILED,
  executables: CRYPTO_FAILED,
  hardware: CRYPTO_FAILED,
  'runtime-opaque': CRYPTO_FAILED,
};

function trustworthiness(appraisal: Appraisal): TrustworthinessVector {
  if (appraisal.violations.length > 0) return contraindicated(appraisal);
  if (appraisal.outcome === 'refused') return FAILED;
  const matches = appraisal.referenceSets.matched.length > 0;
  const inTee = appraisal.devices.some(({ facts }) => facts.host === 'tee' || facts.host === 'sealed');
  return {
    'instance-identity': AFFIRMED,
    configuration: matches ? AFFIRMED : NO_CLAIM,
    executables: matches ? APPROVED_BOOT : UNRECOGNISED,
    hardware: isPlatformWeak(appraisal) ? UNSAFE_HARDWARE : AFFIRMED,
    // Of a guest that no set approves nobody knows what it lets out.
    'runtime-opaque': inTee ? AFFIRMED : NO_CLAIM,
  };
}

/** What is revoked is the hardware; what is denied is what it measured. */
function contraindicated({ violations }: Appraisal): TrustworthinessVector {
  const has = (wanted: string): boolean => violations.some(({ code }) => code === wanted);
  return {
    'instance-identity': AFFIRMED,
    configuration: NO_CLAIM,
    executables: has('measurement.denied') ? CONTRAINDICATED : NO_CLAIM,
    hardware: has('tcb.revoked') ? BAD_HARDWARE : NO_CLAIM,
    'runtime-opaque': NO_CLAIM,
  };
}

/** A platform's published weakness, accepted by a policy's name or standing where no set matched. */
function isPlatformWeak({ weaknesses, reasons }: Appraisal): boolean {
  const codes = [...weaknesses, ...reasons].map(({ code }) => code);
  return codes.some((code) => PLATFORM_WEAKNESSES.has(code));
}

const PLATFORM_WEAKNESSES: ReadonlySet<string> = new Set([
  'intel.tcb.weak',
  'intel.policy.tcb-status',
  'intel.policy.advisories',
  'snp.product.weak',
  'snp.policy.product',
  'snp.provisional.weak',
  'snp.policy.committed-tcb',
  'snp.policy.committed-version',
  'snp.policy.minimum-tcb',
  'snp.alias-check.weak',
  'snp.policy.alias-check',
  'snp.policy.current-mitigations',
]);

/** The tier of the worst claim (AR4SI, 3.2): 96 and above contraindicated, 32 warning, 2 affirming. */
function statusOf(vector: TrustworthinessVector): Tier {
  const worst = Math.max(...Object.values(vector));
  if (worst >= 96) return 'contraindicated';
  if (worst >= 32) return 'warning';
  return worst >= 2 ? 'affirming' : 'none';
}

/** NumericDate (RFC 7519, 2). */
function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}
