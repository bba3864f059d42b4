import { formatInstant } from '../bytes/instant.ts';
import type { EventLogStanding } from '../evidence/bundle/event-log.ts';
import type { HostEvidence } from '../evidence/bundle/host-evidence.ts';
import { CheckList, type Findings, type NotPerformed } from '../evidence/check.ts';
import type { PcrBanks } from '../evidence/tpm/pcrs.ts';
import type { Verified } from '../evidence/verified.ts';
import type { Appraisal, Violation } from '../protocol/appraisal.ts';
import type { Reason } from '../protocol/reason.ts';
import { reasonsOf } from './explain.ts';
import { hostTpmFacts } from './facts.ts';
import { assess } from './levels.ts';
import { type Match, matchReferenceSets, nearest } from './match.ts';
import { type ApprovedReferenceSet, referenceSetName } from './reference-set.ts';

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
 * Refused if anything failed or was left unasked, and if a measured value is explicitly denied: that is a violation and
 * latches. A state that matches no set is accepted below G2, with the values that differ: a rollout of new firmware must
 * not hold thousands of hosts. What an accepted appraisal does not say: where the host stands.
 */
export function appraiseHost(input: AppraisalInput): Appraisal {
  const { verified, referenceSets, enrolment } = input;
  const findings = new CheckList();
  findings.add(input.findings);
  if (enrolment.kind === 'tpm') checkEndorsement(enrolment, input.at, findings);

  const { tpm } = verified;
  const measured = { pcrs: tpm?.quote.pcrs ?? NO_BANKS, firmwareVersion: tpm?.firmwareVersion ?? 0n };
  const matches = matchReferenceSets(measured, referenceSets, enrolment.facilityId);
  const matched = matches.filter(({ differences }) => differences.length === 0);
  // Only authentic evidence may hold a host: what failed a check could have been written by anybody.
  const violations = findings.passed
    ? matches.flatMap((match) => violationsOf(match, enrolment.deviceId))
    : [];
  const accepted =
    enrolment.kind === 'tpm' &&
    findings.passed &&
    findings.notPerformed.length === 0 &&
    violations.length === 0;
  const closest = matched.length > 0 ? null : nearest(matches);
  const facts = hostTpmFacts(matched.length > 0);

  return {
    outcome: accepted ? 'accepted' : 'refused',
    at: formatInstant(input.at),
    devices: accepted ? [{ id: enrolment.deviceId, kind: 'host-tpm', facts, ...assess(facts) }] : [],
    checks: findings.checks,
    notPerformed: [...findings.notPerformed, EK_REVOCATION],
    reasons: [
      ...reasonsOf(findings),
      ...violations.map((violation): Reason => ({ ...violation, kind: 'violated', mend: CLEARING })),
      ...(matched.length > 0 ? [] : [unmatched(closest, enrolment.deviceId)]),
      ...(tpm === null ? [] : eventLogReasons(tpm.eventLog, enrolment.deviceId)),
    ],
    referenceSets: {
      matched: matched.map(({ reference }) => referenceSetName(reference)),
      nearest: closest && { set: referenceSetName(closest.reference), differences: [...closest.differences] },
    },
    violations,
    evidence: verified.items.map((item) => ({ ...item })),
    trustInputs: [...input.trustInputs],
    selfApproved: input.selfApproved,
  };
}

/** `host.ek.anchor` and `host.ek.expired`: what the host enrolled by still stands. */
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
export function refusedAppraisal(findings: Findings, judgement: Judgement): Appraisal {
  const reasons = reasonsOf(findings);
  return {
    outcome: 'refused',
    at: formatInstant(judgement.at),
    devices: [],
    checks: [...findings.checks],
    notPerformed: [...findings.notPerformed],
    // A refusal without a reason would be a defect of the verifier; it must still not pass for anything else.
    reasons: reasons.length > 0 ? reasons : [NOTHING_VERIFIED],
    referenceSets: { matched: [], nearest: null },
    violations: [],
    evidence: [],
    trustInputs: [...judgement.trustInputs],
    selfApproved: judgement.selfApproved,
  };
}

/** Of a host without a TPM. */
const NO_BANKS: PcrBanks = new Map();

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

function violationsOf({ reference, denied }: Match, deviceId: string): Violation[] {
  return denied.map(({ field, value }) => ({
    code: 'measurement.denied',
    subject: `device:${deviceId}`,
    sentence: `${field} holds ${value}, which the reference set ${reference.set.name} ${reference.set.version} denies.`,
  }));
}

function unmatched(closest: Match | null, deviceId: string): Reason {
  const subject = `device:${deviceId}`;
  if (closest === null) {
    return {
      code: 'host.no-reference-set',
      kind: 'unproven',
      subject,
      sentence: 'No reference set is in force for this host.',
      mend: 'Propose a set of the values that it should measure, and have it approved.',
    };
  }
  const { set } = closest.reference;
  const fields = closest.differences.map(({ field }) => field).join(', ');
  return {
    code: 'host.no-matching-reference-set',
    kind: 'unproven',
    subject,
    sentence: `The host matches no reference set; the nearest, ${set.name} ${set.version}, differs in ${fields}.`,
    mend: 'Boot an approved image, or have a set for this one approved.',
  };
}

/** A log that does not fit costs no level: the PCRs stand without it. Its reader must still not believe it. */
function eventLogReasons(log: EventLogStanding, deviceId: string): Reason[] {
  if (log.status === 'absent' || log.status === 'agrees') return [];
  const what =
    log.status === 'differs' ? `does not replay to ${log.pcrs.join(', ')}` : `is unusable: ${log.why}`;
  return [
    {
      code: `host.event-log-${log.status}`,
      kind: 'unproven',
      subject: `device:${deviceId}`,
      sentence: `The event log ${what}; the quote stands without it, the log explains nothing.`,
      mend: "Have the agent read the log of the TPM that it quotes with; a firmware's own faults need its update.",
    },
  ];
}
