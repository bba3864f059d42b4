import { readLogs } from '../appraisal/boot/stored.ts';
import { type Match, matchReferenceSets, nearest } from '../appraisal/match.ts';
import { appraiseTee, isTeeSet, type TeeReferenceSet, type TeeRules } from '../appraisal/match-tee.ts';
import { appraiseNitro } from '../appraisal/nitro/nitro-policy.ts';
import { referenceSetDigest, referenceSetName } from '../appraisal/reference-set.ts';
import { type TeeState, teeStateOf } from '../appraisal/tee-state.ts';
import type { CheckList } from '../evidence/check.ts';
import type { OfflineMeasurements, TpmMeasurements } from '../evidence/format.ts';
import type { PcrBanks } from '../evidence/tpm/pcrs.ts';
import type { Appraisal, Weakness } from '../protocol/appraisal.ts';
import type { OfflinePolicy } from './offline-policy.ts';

export type OfflineAppraisal = {
  /** Null where the policy names no sets, or nothing was measured. */
  readonly referenceSets: Appraisal['referenceSets'] | null;
  readonly weaknesses: readonly Weakness[];
  /** What a TEE shows; null where there is none. */
  readonly tee: TeeState | null;
};

/** What a policy demands of measurements fails without any: it is no question that may be left out. */
const NOTHING_MEASURED = 'nothing authentic was measured';

/** Judges what authentic evidence measures by the policy: hashes, reference sets, and the rules for TEEs. */
export function appraiseOffline(
  measured: OfflineMeasurements | null,
  policy: OfflinePolicy,
  at: Date,
  findings: CheckList,
): OfflineAppraisal {
  const tpm = tpmOf(measured);
  const tee = measured?.kind === 'tee' ? teeStateOf(measured.tee) : null;
  if (measured?.kind === 'nitro') findings.add(appraiseNitro(measured.document, policy.nitro));
  if (policy.hashAlgorithms !== undefined) checkHashes(tpm, policy.hashAlgorithms, findings);
  const matches = policy.referenceSets === undefined ? null : compare(measured, tee, policy, at, findings);
  const closest = matches === null ? null : (matches.find(isMatch) ?? nearest(matches));
  const weaknesses = tee === null ? [] : checkTee(tee, closest, policy, at, findings);
  if (matches === null || measured === null) return { referenceSets: null, weaknesses, tee };
  const matched = matches.filter(isMatch);
  return {
    referenceSets: {
      matched: matched.map(({ reference }) => referenceSetName(reference)),
      nearest:
        closest === null || matched.length > 0
          ? null
          : { set: referenceSetName(closest.reference), differences: [...closest.differences] },
    },
    weaknesses,
    tee,
  };
}

/** What a TPM measured, the host's own or the one that its platform gives it. */
function tpmOf(measured: OfflineMeasurements | null): TpmMeasurements | null {
  if (measured === null || measured.kind === 'tpm') return measured;
  return measured.kind === 'tee' ? measured.vtpm : null;
}

function isMatch({ differences }: Match): boolean {
  return differences.length === 0;
}

/** `policy.reference-set` and `policy.denied`. */
function compare(
  measured: OfflineMeasurements | null,
  tee: TeeState | null,
  policy: OfflinePolicy,
  at: Date,
  findings: CheckList,
): Match[] {
  const { referenceSets = [], hashAlgorithms } = policy;
  const names = referenceSets.map(({ name }) => name).join(' or ');
  if (measured === null) {
    findings.expect('policy.reference-set', false, names, NOTHING_MEASURED);
    return [];
  }
  const counted = (tpm: TpmMeasurements | null) =>
    tpm && { ...tpm, ...readLogs(tpm), pcrs: countedBanks(tpm, hashAlgorithms) };
  const matches = matchReferenceSets(
    measured.kind === 'tpm'
      ? { tpm: counted(measured), tee: null, vtpm: null }
      : { tpm: null, tee, vtpm: counted(tpmOf(measured)) },
    referenceSets.map((set) => ({ set, digest: referenceSetDigest(set) })),
    { facilityId: null, at, teeRules: teeRulesOf(policy) },
  );
  const matched = matches.find(isMatch);
  const fields = new Set(nearest(matches)?.differences.map(({ field }) => field));
  findings.expect(
    'policy.reference-set',
    matched !== undefined,
    names,
    matched?.reference.set.name ?? `differs in ${[...fields].join(', ')}`,
  );
  const denied = matches.flatMap((match) => match.denied.map(({ field, value }) => `${field} ${value}`));
  findings.expect('policy.denied', denied.length === 0, 'no denied value', denied.join(', ') || 'none');
  return matches;
}

/**
 * The rules for TEEs, each as a check of its own: always under the gate, elsewhere where the policy states some. A set's
 * own rules stand over the policy's; the set is the one that matched, or came nearest.
 */
function checkTee(
  tee: TeeState,
  closest: Match | null,
  policy: OfflinePolicy,
  at: Date,
  findings: CheckList,
): readonly Weakness[] {
  const set = closest?.comparable === true ? teeSetOf(closest) : null;
  if (policy.base !== 'gate' && policy[tee.kind] === undefined && set === null) return [];
  const { findings: found, weaknesses } = appraiseTee(tee, set, teeRulesOf(policy), at);
  findings.add(found);
  return weaknesses;
}

function teeSetOf({ reference: { set } }: Match): TeeReferenceSet | null {
  return isTeeSet(set) ? set : null;
}

function teeRulesOf({ tdx, snp, sgx }: OfflinePolicy): TeeRules {
  return { tdx, snp, sgx };
}

/** Values of a bank that the policy does not accept match nothing: banks that count are the same for every check. */
function countedBanks({ pcrs }: TpmMeasurements, accepted: readonly string[] | undefined): PcrBanks {
  return accepted === undefined ? pcrs : new Map([...pcrs].filter(([bank]) => accepted.includes(bank)));
}

/** `policy.hash-algorithms` */
function checkHashes(
  measured: TpmMeasurements | null,
  accepted: readonly string[],
  findings: CheckList,
): void {
  const id = 'policy.hash-algorithms';
  if (measured === null) {
    findings.expect(id, false, accepted.join(', '), NOTHING_MEASURED);
    return;
  }
  const banks = [...measured.pcrs.keys()];
  findings.expect(
    id,
    accepted.includes(measured.signatureHash) && banks.some((bank) => accepted.includes(bank)),
    accepted.join(', '),
    `signature ${measured.signatureHash}; banks ${banks.join(', ')}`,
  );
}
