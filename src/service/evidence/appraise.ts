import { appraiseHost, type Enrolment, refusedAppraisal } from '../../appraisal/appraise.ts';
import { bootHistory } from '../../appraisal/boot/history.ts';
import type { Inventory } from '../../appraisal/devices/inventory.ts';
import type { ApprovedReferenceSet } from '../../appraisal/reference-set.ts';
import type { BoundSession } from '../../evidence/bundle/binding.ts';
import type { HostEvidence } from '../../evidence/bundle/host-evidence.ts';
import type { NvidiaTrust } from '../../evidence/bundle/nvidia-trust.ts';
import type { TeeTrust } from '../../evidence/bundle/tee-trust.ts';
import type { EnrolledHost } from '../../evidence/bundle/verify.ts';
import { CheckList, type NotPerformed } from '../../evidence/check.ts';
import type { Verified } from '../../evidence/verified.ts';
import type { Appraisal } from '../../protocol/appraisal.ts';
import type { BundleVerifier } from '../workers/bundle-verifier.ts';

/**
 * Everything that a submission is judged by, and nothing else: the same footing yields the same appraisal, at any time and
 * anywhere. It is kept with each appraisal (inputs.ts), so that somebody who does not trust us can judge again.
 */
export type Footing = {
  /** The submission's body: a compact JWS. */
  readonly jws: string;
  readonly at: Date;
  /** What was promised when the nonce was issued. */
  readonly session: BoundSession;
  readonly host: EnrolledHost;
  readonly enrolment: Enrolment;
  /** What was known of its GPUs and switches. */
  readonly inventory: Inventory;
  /** Of its newest submission that matched a set (appraisal/boot/history.ts), as the store keeps it. */
  readonly lastBoot: string | null;
  readonly tee: TeeTrust;
  readonly nvidia: NvidiaTrust;
  /** What vendors did not have. */
  readonly missing: readonly NotPerformed[];
  readonly referenceSets: readonly ApprovedReferenceSet[];
  readonly trustInputs: readonly string[];
  readonly selfApproved: boolean;
};

export type Appraised = {
  readonly verified: Verified<HostEvidence> | null;
  readonly appraisal: Appraisal;
};

/** @throws AvailabilityError `overloaded`, `verification_unavailable` where `bundles` does */
export async function appraise(bundles: BundleVerifier, footing: Footing): Promise<Appraised> {
  const { jws, session, host, tee, nvidia, at, trustInputs, selfApproved } = footing;
  const {
    findings: found,
    verified,
    devices,
  } = await bundles.verify({ jws, session, host, tee, nvidia, at });
  const findings = new CheckList();
  findings.add(found);
  for (const { id, reason } of footing.missing) findings.skip(id, reason);
  const judgement = { at, trustInputs, selfApproved };
  if (verified === null) return { verified, appraisal: refusedAppraisal(findings, judgement, devices) };
  const { referenceSets, enrolment, inventory, lastBoot } = footing;
  return {
    verified,
    appraisal: appraiseHost({
      ...judgement,
      ...{ findings, verified, referenceSets, enrolment, inventory },
      lastBoot: lastBoot === null ? null : bootHistory.parse(JSON.parse(lastBoot)),
    }),
  };
}
