import { type AlgorithmPolicy, DEFAULT_ALGORITHMS } from './algorithm-policy.ts';
import type { KeyUsage } from './extension-keys.ts';
import { OID } from './object-identifiers.ts';
import { DEFAULT_LIMITS, type PathLimits } from './path-budget.ts';
import type { Profile } from './profile.ts';

/** What the caller asks of a path. Every field is stated; start from one of the named policies below. */
export type PathPolicy = {
  /** The purposes that leaf (and, with `nested`, every CA that limits its purposes) must admit; `any` asks nothing. */
  readonly keyPurposes: readonly string[] | 'any';
  /** `required`: a leaf without extended key usage is refused, instead of counting as fit for every purpose. */
  readonly keyPurposePresence: 'optional' | 'required';
  /**
   * `nested`: a CA's extended key usage limits what is issued below it, as browsers and OpenSSL read it.
   * `leaf`: as RFC 5280 section 4.2.1.12 reads, it says what that CA's own key is for.
   */
  readonly keyPurposeChaining: 'nested' | 'leaf';
  /** Usages that a leaf with a key usage extension must have, all of them. */
  readonly keyUsages: readonly KeyUsage[];
  /** `path` is section 6 alone; the others also refuse what section 4, or the CA/Browser Forum, forbid issuers. */
  readonly profile: Profile;
  readonly algorithms: AlgorithmPolicy;
  /** 6.1.1 (c): acceptable certificate policies. */
  readonly initialPolicies: readonly string[] | 'any';
  /** 6.1.1 (f). */
  readonly initialExplicitPolicy: boolean;
  /** 6.1.1 (e). */
  readonly initialPolicyMappingInhibit: boolean;
  /** 6.1.1 (g). */
  readonly initialAnyPolicyInhibit: boolean;
  /** Critical extensions that the caller itself processes in the chain that it is given back. */
  readonly understoodExtensions: readonly string[];
  /**
   * `enforce`: an anchor given as a certificate is held to what it says: dates, CA, key usage, path length, name and policy
   * constraints (RFC 5937). `ignore`: only its name and key count, as in section 6.1.1 (d).
   */
  readonly anchorConstraints: 'enforce' | 'ignore';
  /** Certificates between leaf and anchor, self-issued ones included. */
  readonly maxIntermediates: number;
  readonly limits: PathLimits;
};

/**
 * Section 6 of RFC 5280 and nothing beside it, for manufacturers' hardware certificates: AMD, Intel and the TPM makers do not issue
 * by section 4, and their extended key usages do not nest. Says nothing of purposes: state them.
 */
export const HARDWARE_POLICY: PathPolicy = {
  keyPurposes: 'any',
  keyPurposePresence: 'optional',
  keyPurposeChaining: 'leaf',
  keyUsages: [],
  profile: 'path',
  algorithms: DEFAULT_ALGORITHMS,
  initialPolicies: 'any',
  initialExplicitPolicy: false,
  initialPolicyMappingInhibit: false,
  initialAnyPolicyInhibit: false,
  understoodExtensions: [],
  anchorConstraints: 'enforce',
  maxIntermediates: 8,
  limits: DEFAULT_LIMITS,
};

/**
 * Certificates that must also conform to section 4 of RFC 5280. Refuses some that section 6 alone finds valid, and so some of
 * NIST PKITS: {@link HARDWARE_POLICY} is section 6 alone.
 */
export const RFC5280_POLICY: PathPolicy = {
  ...HARDWARE_POLICY,
  keyPurposeChaining: 'nested',
  profile: 'rfc5280',
};

/** TLS servers of the web: serverAuth throughout, and the CA/Browser Forum's baseline for what a path shows. */
export const WEBPKI_POLICY: PathPolicy = {
  ...RFC5280_POLICY,
  keyPurposes: [OID.serverAuth],
  keyPurposePresence: 'required',
  profile: 'webpki',
};
