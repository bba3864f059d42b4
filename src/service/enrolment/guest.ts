import { fromBase64Url, toHex } from '../../bytes/text.ts';
import type { Item } from '../../evidence/bundle/cmw.ts';
import { type EnrolmentBinding, enrolmentCommitment } from '../../evidence/bundle/enrolment-commitment.ts';
import { isClosed } from '../../evidence/bundle/left-open.ts';
import { expectReportData } from '../../evidence/bundle/report-data.ts';
import { type TeeProof, verifyTeeItem } from '../../evidence/bundle/tee.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import type { Platform } from '../../protocol/enrolment.ts';
import type { GatheredTrust } from '../collateral/gather.ts';

export type GuestExamination = { readonly findings: Findings; readonly proof: TeeProof | null };

/**
 * Judges what a guest sent to enrol: genuine hardware, a chain to a trusted root, and a report that was made with the host
 * key's name and this challenge in hand. Whether it is a guest to rely on (debugging, measurements, the age of its
 * platform) is asked of every attestation, by reference sets that may come later; a platform that its maker revoked proves
 * nothing at all, and is refused here already.
 */
export function examineGuest(
  item: Item,
  binding: EnrolmentBinding,
  { tee: trust, missing }: GatheredTrust,
  at: Date,
): GuestExamination {
  const findings = new CheckList();
  for (const { id, reason } of missing) findings.skip(id, reason);
  const reportData = enrolmentCommitment('enrolment-tee', binding);
  const proof = verifyTeeItem(
    item,
    {
      checkReportData: (actual) => expectReportData(findings, actual, reportData),
      extraData: enrolmentCommitment('enrolment-vtpm', binding),
      enrolled: null,
      trust,
      at,
    },
    findings,
  );
  if (proof !== null) checkNotRevoked(proof, findings);
  return { findings, proof: findings.passed && isClosed(findings) ? proof : null };
}

/** `tee.tcb`: what Intel's verdict calls Revoked is no hardware to identify anything by. */
function checkNotRevoked({ tee }: TeeProof, findings: CheckList): void {
  if (tee.tee === 'snp') return;
  const { status } = tee.verdict;
  findings.expect('tee.tcb', status !== 'Revoked', 'not Revoked', status);
}

/** What the hardware says of the machine. */
export function platformOf({ tee, vtpmAkSha256 }: TeeProof): Platform {
  if (tee.tee === 'snp') {
    const { product, chipId, cspId } = tee;
    return { intel: null, amd: { product, chipId, cspId }, vtpmAkSha256 };
  }
  const { fmspc, pceId, ppid, piid } = tee.pck;
  return { intel: { fmspc, pceId, ppid, piid }, amd: null, vtpmAkSha256 };
}

/** What a guest is: its host key's thumbprint (RFC 7638), in hexadecimal. */
export function guestIdentity(jkt: string): string {
  return toHex(fromBase64Url(jkt, 'jkt'));
}
