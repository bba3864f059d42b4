import { toHex } from '../../../bytes/text.ts';
import type { NvidiaItem } from '../../../evidence/bundle/nvidia-item.ts';
import { chipOf } from '../../../evidence/nvidia/generation.ts';
import { parseSpdmReport } from '../../../evidence/nvidia/index.ts';
import { parseCertificate } from '../../../pki/index.ts';
import { writePem } from '../../../pki/pem.ts';
import { type ExportFiles, type ExportPart, text } from './files.ts';

type Documents = {
  readonly rims: readonly (readonly [id: string, rim: Uint8Array])[];
  readonly ocsp: readonly Uint8Array[];
};

/**
 * Devices of one kind in the JSON that NVIDIA's collectors print and its verifiers read, with the manifests and OCSP answers of the day.
 *
 * @throws FormatError for what is no report or certificate
 */
export function nvidiaPart(
  name: string,
  kind: 'gpu' | 'nvswitch',
  items: readonly NvidiaItem[],
  { rims, ocsp }: Documents,
): ExportPart {
  const devices = items.map(deviceOf);
  const files: ExportFiles = new Map([['evidence.json', text(`${JSON.stringify(devices, null, 2)}\n`)]]);
  for (const [id, rim] of rims) files.set(`rims/${id.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}.xml`, rim);
  for (const [place, response] of ocsp.entries()) files.set(`ocsp/${place + 1}.der`, response);
  for (const [place, item] of items.entries())
    files.set(`chains/${place + 1}.pem`, text(item.certificates.map((der) => writePem(der)).join('')));
  const nonce = devices[0]?.nonce ?? '';
  const option = kind === 'gpu' ? 'gpu' : 'switch';
  const readme = `# NVIDIA ${kind === 'gpu' ? 'GPUs' : 'switches'}
\`evidence.json\` holds the reports with their chains as NVIDIA's collectors print them; \`chains/\` the same certificates in PEM; \`rims/\` the signed reference manifests and \`ocsp/\` the answers of the
responder that they were judged by, as received.
\`\`\`
nvattest attest --device ${kind} --verifier local --nonce ${nonce} --${option === 'gpu' ? 'gpu' : 'nvswitch'}-evidence-source file --${option === 'gpu' ? 'gpu' : 'nvswitch'}-evidence-file evidence.json
for answer in ocsp/*.der; do openssl ocsp -respin "$answer" -noverify -resp_text; done
sextant verify evidence.json --nonce ${nonce}
\`\`\`
\`nvattest\` asks NVIDIA for manifests and OCSP answers of today. The nonce is in the request that each device signed; \`../recompute.sh\` computes it.
`;
  return { name, files, readme };
}

type Device = {
  readonly version: string;
  readonly arch: string;
  readonly nonce: string;
  readonly evidence: string;
  readonly certificate: string;
};

function deviceOf({ report, certificates }: NvidiaItem): Device {
  const chip = certificates
    .map((der) => chipOf(parseCertificate(der)))
    .find((found) => found !== null && found !== undefined);
  return {
    version: '1.0',
    arch: chip?.generation.toUpperCase() ?? 'UNKNOWN',
    nonce: toHex(parseSpdmReport(report).requestNonce),
    evidence: Buffer.from(report).toString('base64'),
    certificate: Buffer.from(certificates.map((der) => writePem(der)).join('')).toString('base64'),
  };
}
