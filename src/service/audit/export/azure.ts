import { subjectPublicKeyInfo } from '../../../evidence/azure/ak-key.ts';
import { parseHclReport } from '../../../evidence/azure/index.ts';
import type { AzureItem } from '../../../evidence/bundle/azure-item.ts';
import { writePem } from '../../../pki/pem.ts';
import { type ExportPart, filesOf, text } from './files.ts';
import { amdPart, intelPart } from './tee.ts';
import { tpmPart } from './tpm.ts';

type Documents = {
  readonly intel: Parameters<typeof intelPart>[2];
  readonly amd: Parameters<typeof amdPart>[2];
};

/**
 * What an Azure confidential VM shows: the vTPM's quote as tpm2-tools read it, and below `hardware/` the report or quote that vouches for its
 * key, as Intel's or AMD's tools read it.
 *
 * @throws FormatError
 */
export function azurePart(name: string, item: AzureItem, { intel, amd }: Documents): ExportPart {
  const { quote, signature, pcrs, eventLog, hclReport, akCertificate, tdQuote, certificates } = item;
  const { reportType, hardwareReport, variableData, claims, hash } = parseHclReport(hclReport);
  const key = ['ak.pem', text(writePem(subjectPublicKeyInfo(claims.ak), 'PUBLIC KEY'))] as const;
  const part = tpmPart(name, { quote, signature, pcrs, eventLog, imaLog: null, key });
  const more = filesOf({
    'hcl-report.bin': hclReport,
    'claims.json': variableData,
    'ak.cert': akCertificate,
  });
  for (const [path, bytes] of more) part.files.set(path, bytes);
  const hardware =
    reportType === 'snp'
      ? amdPart('hardware', { report: hardwareReport, certificates }, amd)
      : tdQuote === null
        ? null
        : intelPart('hardware', { quote: tdQuote, eventLog: null }, intel);
  for (const [path, bytes] of hardware?.files ?? []) part.files.set(`hardware/${path}`, bytes);
  if (hardware !== null) part.files.set('hardware/README.md', text(hardware.readme));
  const readme = `${part.readme}
## The hardware behind the vTPM
\`hcl-report.bin\` is what the paravisor left in NV index 0x01400001. \`claims.json\` is the end of it: it holds the vTPM's key (\`HCLAkPub\`), and its digest is how the report data of the hardware's report
begins (in \`hardware/\`, whose README reads it):
\`\`\`
openssl dgst -${hash} claims.json
\`\`\`
So here report data does not answer the nonce: the quote does, by a key that the hardware vouches for.
`;
  return { ...part, readme };
}
