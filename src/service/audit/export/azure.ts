import { subjectPublicKeyInfo } from '../../../evidence/azure/ak-key.ts';
import { parseHclReport } from '../../../evidence/azure/index.ts';
import type { AzureItem } from '../../../evidence/bundle/azure-item.ts';
import { writePem } from '../../../pki/pem.ts';
import { type ExportPart, text } from './files.ts';
import { tpmPart } from './tpm.ts';

/**
 * What an Azure confidential VM shows: the vTPM's quote as tpm2-tools read it, and the hardware's report that vouches for its key.
 *
 * @throws FormatError
 */
export function azurePart(name: string, item: AzureItem): ExportPart {
  const { quote, signature, pcrs, eventLog, hclReport, akCertificate, tdQuote, certificates } = item;
  const ak = parseHclReport(hclReport).claims.ak;
  const key = ['ak.pem', text(writePem(subjectPublicKeyInfo(ak), 'PUBLIC KEY'))] as const;
  const part = tpmPart(name, { quote, signature, pcrs, eventLog, imaLog: null, key });
  part.files.set('hcl-report.bin', hclReport);
  if (akCertificate !== null) part.files.set('ak.cert', akCertificate);
  if (tdQuote !== null) part.files.set('td-quote.bin', tdQuote);
  for (const [place, der] of certificates.entries())
    part.files.set(`certs/${place + 1}.pem`, text(writePem(der)));
  const readme = `${part.readme}
\`hcl-report.bin\` is what the paravisor left in NV index 0x01400001: from offset 32 the hardware's report (for SEV-SNP ${'`dd if=hcl-report.bin of=attestation.bin bs=1 skip=32 count=1184`'}), behind
it the claims, which hold the vTPM's key and of which the report data has the SHA-256.${tdQuote === null ? '' : ' `td-quote.bin` is the quote that the host made of the report.'}
`;
  return { ...part, readme };
}
