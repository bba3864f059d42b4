import type { Difference } from '../protocol/appraisal.ts';
import { appraiseSnp } from './amd/snp-appraise.ts';
import { type SnpRules, snpPolicyOf } from './amd/snp-policy.ts';
import { appraiseSgx, type SgxRules, sgxPolicyOf } from './intel/sgx-policy.ts';
import { appraiseTdx, type TdxRules, tdxPolicyOf } from './intel/tdx-policy.ts';
import type { Denied } from './match-registers.ts';
import type { PolicyOutcome } from './policy-findings.ts';
import type { SgxReferenceSet } from './reference/sgx.ts';
import type { SnpReferenceSet } from './reference/snp.ts';
import type { TdxReferenceSet } from './reference/tdx.ts';
import type { OfflineReferenceSet } from './reference-set.ts';
import type { TeeState } from './tee-state.ts';

/** Reference sets of confidential guests and enclaves. */
export type TeeReferenceSet = TdxReferenceSet | SnpReferenceSet | SgxReferenceSet;

export function isTeeSet(set: OfflineReferenceSet): set is TeeReferenceSet {
  return set.kind !== 'tpm-pcrs';
}

/** Demands under those of each set: what an offline policy asks for; the defaults unless given. */
export type TeeRules = {
  readonly tdx?: TdxRules | undefined;
  readonly snp?: SnpRules | undefined;
  readonly sgx?: SgxRules | undefined;
};

/** Judges a TEE by a policy: a set's over the given rules over the defaults. */
export function appraiseTee(
  state: TeeState,
  set: TeeReferenceSet | null,
  rules: TeeRules,
  at: Date,
): PolicyOutcome {
  switch (state.kind) {
    case 'tdx': {
      const of = set?.kind === 'tdx' ? set : null;
      const policy = tdxPolicyOf({
        ...rules.tdx,
        ...given(of?.policy),
        ...given({ platforms: of?.platforms }),
      });
      return appraiseTdx(state, { policy, mrServiceTd: of?.mrServiceTd }, at);
    }
    case 'snp': {
      const of = set?.kind === 'snp' ? set : null;
      return appraiseSnp(
        state,
        snpPolicyOf({ ...rules.snp, ...given(of?.policy), ...given({ chipIds: of?.chipIds }) }),
      );
    }
    case 'sgx': {
      const of = set?.kind === 'sgx' ? set : null;
      const policy = sgxPolicyOf({
        ...rules.sgx,
        ...given(of?.policy),
        ...given({ platforms: of?.platforms }),
      });
      return appraiseSgx(state, policy, at);
    }
  }
}

/** Without members that are undefined, which would erase what stands under them. */
function given<T extends object>(members: T | undefined): Partial<T> {
  const entries = Object.entries(members ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>; // the same members, fewer of them
}

export type TeeComparison = {
  readonly differences: readonly Difference[];
  readonly denied: readonly Denied[];
  /** How the policy of the set judges the TEE; null where the host shows no such TEE. */
  readonly outcome: PolicyOutcome | null;
};

/** Compares a TEE with one set. Another TEE than the set's, or none, differs in `tee` alone. */
export function compareTee(
  state: TeeState | null,
  set: TeeReferenceSet,
  rules: TeeRules,
  at: Date,
): TeeComparison {
  if (state?.kind !== set.kind) {
    const difference = { field: 'tee', expected: [set.kind], actual: state?.kind ?? null };
    return { differences: [difference], denied: [], outcome: null };
  }
  const { kind, measured } = state;
  const differences = namedValues(set).flatMap(([name, expected]): Difference[] => {
    const actual = measured[name] ?? null;
    return actual !== null && expected.includes(actual)
      ? []
      : [{ field: `${kind}.${name}`, expected: [...expected], actual }];
  });
  const denied = deniedValues(set).flatMap(([name, bad]): Denied[] => {
    const value = measured[name] ?? null;
    return value !== null && bad.includes(value) ? [{ field: `${kind}.${name}`, value }] : [];
  });
  const outcome = appraiseTee(state, set, rules, at);
  return { differences: [...differences, ...policyDifferences(outcome)], denied, outcome };
}

function policyDifferences({ findings }: PolicyOutcome): Difference[] {
  return findings.checks.flatMap(({ id, status, expected = '', actual = '', where = id }) =>
    status === 'pass' ? [] : [{ field: where, expected: [expected], actual }],
  );
}

type Named = readonly (readonly [name: string, values: readonly string[]])[];

/** What a set allows, by the names of `TeeState.measured`. A member that is missing here would match anything. */
function namedValues(set: TeeReferenceSet): Named {
  switch (set.kind) {
    case 'tdx':
      return present(tdxValues(set));
    case 'snp':
      return present(snpValues(set));
    case 'sgx': {
      const isvProdId = set.isvProdId?.map((id) => `${id}`);
      return present({ mrEnclave: set.mrEnclave, mrSigner: set.mrSigner, isvProdId });
    }
  }
}

/** What a set denies, by the same names. */
export function deniedValues(set: TeeReferenceSet): Named {
  switch (set.kind) {
    case 'tdx':
      return present(tdxValues(set.denied ?? {}));
    case 'snp':
      return present(snpValues(set.denied ?? {}));
    case 'sgx':
      return present({ mrEnclave: set.denied?.mrEnclave, mrSigner: set.denied?.mrSigner });
  }
}

type Values = Readonly<Record<string, readonly string[] | undefined>>;

function tdxValues(set: NonNullable<TdxReferenceSet['denied']>): Values {
  const { rtMr = {}, mrTd, mrConfigId, mrOwner, mrOwnerConfig, mrServiceTd, mrSeam } = set;
  const registers = Object.entries(rtMr).map(([index, values]) => [`rtMr.${index}`, values] as const);
  return { mrTd, ...Object.fromEntries(registers), mrConfigId, mrOwner, mrOwnerConfig, mrServiceTd, mrSeam };
}

function snpValues(set: NonNullable<SnpReferenceSet['denied']>): Values {
  const { measurement, hostData, idKeyDigest, authorKeyDigest, familyId, imageId } = set;
  return { measurement, hostData, idKeyDigest, authorKeyDigest, familyId, imageId };
}

function present(values: Values): Named {
  return Object.entries(values).flatMap(([name, list]) =>
    list === undefined ? [] : [[name, list] as const],
  );
}
