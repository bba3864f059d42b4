import { FormatError } from '../../bytes/errors.ts';
import { attributeTexts, OID, parseCertificate, type TrustAnchor } from '../../pki/index.ts';
import { parseSnpReport, type SnpEvidence, type SnpReport, verifySnpReport } from '../amd/index.ts';
import type { CheckList, Findings } from '../check.ts';
import type { Verified } from '../verified.ts';
import type { HclReport } from './hcl-report.ts';
import { checkVariableData } from './variable-data.ts';

export type SnpHardwareInput = {
  /** DER, in any order: VCEK, ASK, ARK; unrelated ones are passed over. */
  readonly certificates: readonly Uint8Array[];
  /** DER, of the ARK; null: revocation is reported as not performed. */
  readonly crl: Uint8Array | null;
  readonly hardwareAnchors: readonly TrustAnchor[];
  readonly at: Date;
};

/**
 * An SNP VM's hardware report: AMD's signature over the paravisor's measurement and the digest of its claims.
 *
 * Null unless chain and signature were asked and hold. Evidence that came without AMD's certificates is not refused as
 * forged, for nothing says that it is: `azure.hardware-report` is then not performed.
 *
 * @throws FormatError for bytes that are no ATTESTATION_REPORT
 */
export function checkSnpHardware(
  checks: CheckList,
  hcl: HclReport,
  { certificates, crl, hardwareAnchors: anchors, at }: SnpHardwareInput,
): Verified<SnpEvidence> | null {
  const report = parseSnpReport(hcl.hardwareReport);
  checkVariableData(checks, hcl, report.reportData);
  checkVmpl(checks, report);
  const presented = whatIsPresented(certificates);
  if (presented === 'nothing') {
    checks.skip(
      'azure.hardware-report',
      'the evidence holds no certificate of the key that signed the report',
    );
    return null;
  }
  const { findings, verified } = verifySnpReport({
    report: hcl.hardwareReport,
    certificates,
    crl,
    anchors,
    at,
  });
  if (presented === 'chain') {
    checks.add(findings);
    return verified;
  }
  checks.add(withoutChain(findings));
  checks.skip('azure.hardware-report', 'the evidence holds no certificates of AMD above the VCEK');
  return null;
}

/**
 * `azure.snp.vmpl`: the paravisor runs at VMPL 0 and everything else above. A guest that reaches the firmware at its own
 * level has reports of its own report_data, and could name a key of its own as the vTPM's.
 */
function checkVmpl(checks: CheckList, { vmpl }: SnpReport): void {
  checks.expect('azure.snp.vmpl', vmpl === 0, '0', `${vmpl}`);
}

/** What came with the report: AMD's CA certificates too, a leaf alone, or neither. */
function whatIsPresented(certificates: readonly Uint8Array[]): 'chain' | 'leaf' | 'nothing' {
  let leaf = false;
  for (const der of certificates) {
    const name = commonName(der);
    // One that cannot be read is for the full verification to refuse.
    if (name === null || /^(?:ARK|SEV)-(?:VLEK-)?(?:Milan|Genoa|Turin)$/.test(name)) return 'chain';
    leaf ||= name === 'SEV-VCEK' || name === 'SEV-VLEK';
  }
  return leaf ? 'leaf' : 'nothing';
}

function commonName(der: Uint8Array): string | null {
  try {
    return attributeTexts(parseCertificate(der).subject, OID.commonName).join();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return null;
  }
}

/** What can be said of a report under a VCEK that nobody vouches for: all but what its chain would say. */
function withoutChain({ checks, notPerformed }: Findings): Findings {
  const ofChain = ({ id }: { readonly id: string }): boolean =>
    id.startsWith('snp.chain.') || id === 'snp.revocation';
  return {
    checks: checks.filter((check) => !ofChain(check)),
    notPerformed: notPerformed.filter((question) => !ofChain(question)),
  };
}
