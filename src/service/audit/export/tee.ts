import type { SnpItem } from '../../../evidence/bundle/snp-item.ts';
import type { TdxItem } from '../../../evidence/bundle/tdx-item.ts';
import type { IntelCollateral } from '../../../evidence/intel/index.ts';
import { attributeTexts, type Certificate, OID, parseCertificate } from '../../../pki/index.ts';
import { writePem } from '../../../pki/pem.ts';
import { type ExportFiles, type ExportPart, filesOf, text } from './files.ts';
import { intelCollateralFile } from './intel-collateral.ts';

/** A TD's quote with Intel's documents of the day, each by itself and all in the file that dcap-qvl reads. */
export function intelPart(
  name: string,
  { quote, eventLog }: TdxItem,
  collateral: IntelCollateral | null,
): ExportPart {
  const files = filesOf({
    'quote.bin': quote,
    'ccel.bin': eventLog,
    'tcbInfo.json': collateral?.tcbInfo,
    'tcbchain.pem': collateral?.tcbInfoChain,
    'qeIdentity.json': collateral?.qeIdentity,
    'qechain.pem': collateral?.qeIdentityChain,
    'rootcrl.der': collateral?.rootCrl,
    'pckcrl.der': collateral?.pckCrl,
    'pckchain.pem': collateral?.pckChain,
    'collateral.json': collateral === null ? null : intelCollateralFile(collateral),
  });
  const readme = `# An Intel TDX quote
\`quote.bin\` as the guest sent it; \`ccel.bin\` its event log, if it sent one. The documents of Intel's provisioning service that it was judged by: TCB info and QE identity with their chains,
the root's CRL and that of the PCK's CA, each as received; \`collateral.json\` holds all of them as users of dcap-qvl keep them.
\`\`\`
openssl crl -inform DER -in rootcrl.der -noout -text
app -quote quote.bin                        # Intel's QuoteVerificationSample: asks its PCCS for collateral of today
dcap-qvl verify --hex=false quote.bin       # asks for collateral of today, too
sextant verify .                            # by the documents in this folder
\`\`\`
Report data is the 64 bytes from offset 568 of the quote: \`dd if=quote.bin bs=1 skip=568 count=64 2>/dev/null | od -An -tx1 -v | tr -d ' \\n'\`; \`../recompute.sh\` computes it from the nonce.
`;
  return { name, files, readme };
}

/** An SEV-SNP report with AMD's certificates, under the names that snpguest looks for. */
export function amdPart(
  name: string,
  { report, certificates }: SnpItem,
  more: { readonly certificates: readonly Uint8Array[]; readonly crl: Uint8Array | null },
): ExportPart {
  const files: ExportFiles = filesOf({ 'attestation.bin': report, 'crl.der': more.crl });
  for (const der of [...certificates, ...more.certificates]) {
    const path = `certs/${amdName(der)}.pem`;
    if (!files.has(path)) files.set(path, text(writePem(der)));
  }
  const readme = `# An AMD SEV-SNP report
\`attestation.bin\` is the report, \`certs/\` holds AMD's certificates as the guest presented them or AMD's service gave them; \`crl.der\` the ARK's CRL.
\`\`\`
snpguest verify certs certs
snpguest verify attestation certs attestation.bin
openssl verify -CAfile certs/ark.pem -untrusted certs/ask.pem certs/vcek.pem
\`\`\`
Report data is the 64 bytes from offset 80: \`dd if=attestation.bin bs=1 skip=80 count=64 2>/dev/null | od -An -tx1 -v | tr -d ' \\n'\`; \`../recompute.sh\` computes it from the nonce.
The ARK in \`certs/\` proves nothing by itself: compare it with AMD's own.
`;
  return { name, files, readme };
}

/** ark, ask, asvk, vcek or vlek, by the common name that AMD gives them. */
function amdName(der: Uint8Array): string {
  const certificate: Certificate = parseCertificate(der);
  const [name = ''] = attributeTexts(certificate.subject, OID.commonName);
  if (name.startsWith('ARK-')) return 'ark';
  if (name.startsWith('SEV-VLEK-')) return 'asvk';
  if (name === 'SEV-VCEK' || name === 'SEV-VLEK') return name.slice(4).toLowerCase();
  return name.startsWith('SEV-') ? 'ask' : 'other';
}
