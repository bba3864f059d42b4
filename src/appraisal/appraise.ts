import { formatInstant } from '../bytes/instant.ts';
import type { BundleDevice } from '../evidence/bundle/devices.ts';
import type { HostEvidence, HostTpm } from '../evidence/bundle/host-evidence.ts';
import { isClosed } from '../evidence/bundle/left-open.ts';
import { CheckList, type Findings, type NotPerformed } from '../evidence/check.ts';
import type { Verified } from '../evidence/verified.ts';
import type { Appraisal, AppraisedDevice, Violation, Weakness } from '../protocol/appraisal.ts';
import type { Reason } from '../protocol/reason.ts';
import { type BootHistory, explainDifferences, historyOf } from './boot/history.ts';
import { tpmStateOf } from './boot/stored.ts';
import { appraiseDevices, refusedDevices } from './devices/appraise.ts';
import type { Inventory } from './devices/inventory.ts';
import { reportedDevices } from './devices/reported.ts';
import { reasonsOf } from './explain.ts';
import { factsOfHost } from './facts-of-host.ts';
import { assess } from './levels.ts';
import { type Match, matchReferenceSets, nearest } from './match.ts';
import { type ApprovedReferenceSet, referenceSetName } from './reference-set.ts';
import { teeStateOf } from './tee-state.ts';
import { eventLogReasons, imaLogReasons, unmatchedReasons, unmatchedTee } from './unmatched.ts';
import { violationsOf } from './violations.ts';

/** What every result names besides the evidence: by whose word it was judged, and when. */
type Judgement = {
  readonly at: Date;
  /** Digests of every trust input that was in force, reference sets included. */
  readonly trustInputs: readonly string[];
  /** True if any of them was proposed and approved by one principal. */
  readonly selfApproved: boolean;
};

export type AppraisalInput = Judgement & {
  /** What the verifier found; the evidence exists only if none of it failed, and the result repeats it. */
  readonly findings: Findings;
  readonly verified: Verified<HostEvidence>;
  /** Every set in force for this host. None is no error: the host then stays below G2. */
  readonly referenceSets: readonly ApprovedReferenceSet[];
  readonly enrolment: Enrolment;
  /** The boot of the host's newest submission that matched a set, to explain what differs; none unless given. */
  readonly lastBoot?: BootHistory | null;
  /** What is known of the host's GPUs and switches. */
  readonly inventory: Inventory;
};

/** What enrolment established of the host, and whether it still stands. */
export type Enrolment = TpmEnrolment | TeeEnrolment;

/** A host known by its confidential guest alone: its chain of certificates is verified anew with each piece of evidence. */
export type TeeEnrolment = {
  readonly kind: 'tee';
  /** The guest's id as a device of kind `host-tee`. */
  readonly deviceId: string;
  readonly facilityId: string;
};

/** A host known by its TPM. */
export type TpmEnrolment = {
  readonly kind: 'tpm';
  /** The TPM's id as a device of kind `host-tpm`. */
  readonly deviceId: string;
  /** SHA-256 of the anchor under which the EK's certificate was verified, in hexadecimal. */
  readonly ekAnchorSha256: string;
  /** Whether that anchor is trusted now: one that was withdrawn since takes its hosts with it. */
  readonly ekAnchorTrusted: boolean;
  /** The earliest end of the EK certificate's chain. */
  readonly ekValidUntil: Date;
  /** Where the host is enrolled. */
  readonly facilityId: string;
};

/**
 * Appraises authentic evidence of a host against reference values (RFC 9334, 7.7): which facts it establishes, at which
 * level, and what is missing for more.
 *
 * Refused if anything failed or was left unasked, and if a measured value is explicitly denied or the platform's TCB
 * revoked: that is a violation and latches. A state that matches no set, and a TEE that the policy of every set refuses, is
 * accepted below G2, with what differs: a rollout of new firmware, or a new level of Intel's, must not hold thousands of
 * hosts. GPUs and switches are appraised each by itself: one that fails proves nothing, and takes nothing from the host or
 * from the others. What an accepted appraisal does not say: where the host stands.
 */
export function appraiseHost(input: AppraisalInput): Appraisal {
  const { verified, referenceSets, enrolment, inventory, at } = input;
  const findings = new CheckList();
  findings.add(input.findings);
  checkEnrolment(enrolment, verified, at, findings);

  const { tpm, vtpm } = verified;
  const tee = verified.tee && teeStateOf(verified.tee);
  const matches = matchReferenceSets({ tpm: tpm && tpmStateOf(tpm), tee, vtpm }, referenceSets, {
    facilityId: enrolment.facilityId,
    at,
  });
  const matched = matches.filter(({ differences }) => differences.length === 0);
  // Only authentic evidence may hold a host: what failed a check could have been written by anybody.
  const violations = findings.passed ? violationsOf(matches, tee, enrolment.deviceId) : [];
  const accepted = findings.passed && isClosed(findings) && violations.length === 0;
  const closest = matched.length > 0 ? null : explained(nearest(matches), tpm, input.lastBoot ?? null);
  const self = hostDevice(enrolment, matched);
  const chips = accepted
    ? appraiseDevices(verified.devices, self.facts, inventory)
    : refusedDevices(verified.devices);
  const reported = reportedDevices(verified.inventory, self.facts);

  return {
    outcome: accepted ? 'accepted' : 'refused',
    at: formatInstant(at),
    devices: accepted ? [self, ...chips.devices, ...reported.devices] : [],
    checks: [...findings.checks, ...chips.findings.checks],
    notPerformed: [
      ...findings.notPerformed,
      ...chips.findings.notPerformed,
      ...(enrolment.kind === 'tpm' ? [EK_REVOCATION] : []),
    ],
    reasons: [
      ...reasonsOf(findings),
      ...violations.map(held),
      ...(matched.length > 0 ? [] : unmatchedReasons(closest, tee, enrolment.deviceId)),
      ...(matched.length > 0 ? unmatchedTee(matches, tee, enrolment.deviceId) : []),
      ...(tpm === null ? [] : eventLogReasons(tpm.eventLog, enrolment.deviceId)),
      ...(tpm === null ? [] : imaLogReasons(tpm.imaLog, enrolment.deviceId)),
      ...eventLogReasons(verified.teeEventLog, enrolment.deviceId),
      ...chips.reasons,
      ...chips.violations.map(held),
      ...(accepted ? reported.reasons : []),
    ],
    referenceSets: {
      matched: matched.map(({ reference }) => referenceSetName(reference)),
      nearest: closest && { set: referenceSetName(closest.reference), differences: [...closest.differences] },
    },
    violations: [...violations, ...chips.violations],
    weaknesses: accepted ? [...weaknessesOf(matched), ...chips.weaknesses] : [],
    collateral: tee === null || tee.kind === 'snp' ? [] : tee.verdict.collateral.map((use) => ({ ...use })),
    validUntil: accepted ? formatInstant(validUntil(enrolment, verified, matched)) : null,
    evidence: verified.items.map((item) => ({ ...item })),
    trustInputs: [...input.trustInputs],
    selfApproved: input.selfApproved,
  };
}

function held(violation: Violation): Reason {
  return { ...violation, kind: 'violated', mend: CLEARING };
}

/** The nearest set, with the event of the boot log in which each register differs from the last boot that matched. */
function explained(closest: Match | null, tpm: HostTpm | null, lastBoot: BootHistory | null): Match | null {
  if (closest === null || tpm === null || tpm.bootLog === null) return closest;
  const differences = explainDifferences(closest.differences, historyOf(tpm.bootLog), lastBoot);
  return { ...closest, differences };
}

function hostDevice(enrolment: Enrolment, matched: readonly Match[]): AppraisedDevice {
  const { kind, deviceId: id } = enrolment;
  const facts = factsOfHost(
    kind,
    matched.map(({ reference }) => reference.set),
  );
  return { id, kind: kind === 'tpm' ? 'host-tpm' : 'host-tee', facts, ...assess(facts) };
}

/** Of several sets that a host matches, each may accept something weak by name: whoever relies on it reads all. */
function weaknessesOf(matched: readonly Match[]): Weakness[] {
  const all = matched.flatMap(({ outcome }) => outcome?.weaknesses ?? []);
  return [...new Map(all.map((weakness) => [weakness.sentence, weakness])).values()];
}

/** The earliest end of certificates, collateral and grace. */
function validUntil(
  enrolment: Enrolment,
  { tee, vtpm }: Pick<HostEvidence, 'tee' | 'vtpm'>,
  matched: readonly Match[],
): Date {
  const ends = [
    ...(enrolment.kind === 'tpm' ? [enrolment.ekValidUntil] : []),
    ...(tee === null ? [] : [tee.validUntil]),
    ...(vtpm === null ? [] : [vtpm.validUntil]),
    ...matched.flatMap(({ outcome }) => outcome?.acceptedUntil ?? []),
  ];
  return new Date(Math.min(...ends.map((end) => end.getTime())));
}

/** `host.evidence`, `host.ek.anchor` and `host.ek.expired`: the host shows what it enrolled by, and that still stands. */
function checkEnrolment(
  enrolment: Enrolment,
  { tpm, tee }: Verified<HostEvidence>,
  at: Date,
  findings: CheckList,
): void {
  const shown = [...(tpm === null ? [] : ['tpm']), ...(tee === null ? [] : ['tee'])];
  const { kind } = enrolment;
  findings.expect('host.evidence', shown.includes(kind), kind, shown.join(', ') || 'nothing');
  if (kind === 'tpm') checkEndorsement(enrolment, at, findings);
}

function checkEndorsement(enrolment: TpmEnrolment, at: Date, findings: CheckList): void {
  findings.expect(
    'host.ek.anchor',
    enrolment.ekAnchorTrusted,
    'a trusted root',
    `${enrolment.ekAnchorSha256} is ${enrolment.ekAnchorTrusted ? 'trusted' : 'not trusted'}`,
  );
  // The chain was verified when the host enrolled; a host that stays enrolled must not outlive it.
  const { ekValidUntil } = enrolment;
  const validUntil = `valid until ${formatInstant(ekValidUntil)}`;
  findings.expect('host.ek.expired', at <= ekValidUntil, `valid at ${formatInstant(at)}`, validUntil);
}

/** The result of a submission that is not authentic: what failed, and nothing proven. */
export function refusedAppraisal(
  findings: Findings,
  judgement: Judgement,
  devices: readonly BundleDevice[] = [],
): Appraisal {
  const chips = refusedDevices(devices);
  const reasons = [...reasonsOf(findings), ...chips.reasons];
  return {
    outcome: 'refused',
    at: formatInstant(judgement.at),
    devices: [],
    checks: [...findings.checks, ...chips.findings.checks],
    notPerformed: [...findings.notPerformed, ...chips.findings.notPerformed],
    // A refusal without a reason would be a defect of the verifier; it must still not pass for anything else.
    reasons: reasons.length > 0 ? reasons : [NOTHING_VERIFIED],
    referenceSets: { matched: [], nearest: null },
    violations: [],
    weaknesses: [],
    collateral: [],
    validUntil: null,
    evidence: [],
    trustInputs: [...judgement.trustInputs],
    selfApproved: judgement.selfApproved,
  };
}

/**
 * Not asked of any host yet, and so no reason to refuse one: makers' revocation lists are not collected. Whoever relies on
 * the result must see it.
 */
const EK_REVOCATION: NotPerformed = {
  id: 'tpm.ek.revocation',
  reason:
    'whether its maker has revoked the endorsement certificate is not known: no revocation lists are at hand',
};

const NOTHING_VERIFIED: Reason = {
  code: 'evidence.nothing-verified',
  kind: 'unproven',
  sentence: 'Nothing of the submission could be verified.',
};

const CLEARING = 'Held for review: the licensing authority clears it with a reason, once the host is mended.';
