import type { EarClaims, EarSubmodule } from '../ear.ts';
import type { Tier, TrustworthinessVector } from './trustworthiness.ts';

/**
 * The same result in the names that EAR had before it was a working group's draft (draft-fv-rats-ear, `ear.status`), for
 * consumers that read no others. Those names have one policy for a submodule, and no status of the whole.
 */
export const DOTTED_PROFILE = 'tag:github.com,2023:veraison/ear';

type Renamed =
  | 'ear_status'
  | 'ear_trustworthiness_vector'
  | 'ear_appraisal_policy_ids'
  | 'ear_veraison_key_attestation';

type DottedSubmodule = Omit<EarSubmodule, Renamed> & {
  readonly 'ear.status': Tier;
  readonly 'ear.trustworthiness-vector'?: TrustworthinessVector;
  readonly 'ear.appraisal-policy-id'?: string;
  readonly 'ear.veraison.key-attestation'?: { readonly akpub: string };
};

export type DottedEarClaims = Omit<
  EarClaims,
  'eat_profile' | 'ear_status' | 'ear_verifier_id' | 'submods'
> & {
  readonly eat_profile: typeof DOTTED_PROFILE;
  readonly 'ear.verifier-id': EarClaims['ear_verifier_id'];
  readonly submods: Readonly<Record<string, DottedSubmodule>>;
};

export function dottedClaims({
  eat_profile: _profile,
  ear_status: _status,
  ear_verifier_id: verifier,
  submods,
  ...rest
}: EarClaims): DottedEarClaims {
  return {
    ...rest,
    eat_profile: DOTTED_PROFILE,
    'ear.verifier-id': verifier,
    submods: Object.fromEntries(Object.entries(submods).map(([name, part]) => [name, dotted(part)])),
  };
}

function dotted({
  ear_status: status,
  ear_trustworthiness_vector: vector,
  ear_appraisal_policy_ids: [policy] = [],
  ear_veraison_key_attestation: key,
  ...rest
}: EarSubmodule): DottedSubmodule {
  return {
    ...rest,
    'ear.status': status,
    ...(vector === undefined ? {} : { 'ear.trustworthiness-vector': vector }),
    ...(policy === undefined ? {} : { 'ear.appraisal-policy-id': policy }),
    ...(key === undefined ? {} : { 'ear.veraison.key-attestation': key }),
  };
}
