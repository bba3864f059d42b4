import { FormatError } from '../../../bytes/errors.ts';
import { AZURE_CVM_MEDIA_TYPE, parseAzureItem } from '../../../evidence/bundle/azure-item.ts';
import type { Item } from '../../../evidence/bundle/cmw.ts';
import { TPM_QUOTE_MEDIA_TYPE } from '../../../evidence/bundle/labels.ts';
import {
  NVIDIA_GPU_MEDIA_TYPE,
  NVIDIA_SWITCH_MEDIA_TYPE,
  parseNvidiaItem,
} from '../../../evidence/bundle/nvidia-item.ts';
import { readBundle } from '../../../evidence/bundle/read-bundle.ts';
import { parseSnpItem, SNP_REPORT_MEDIA_TYPE } from '../../../evidence/bundle/snp-item.ts';
import { parseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../../evidence/bundle/tdx-item.ts';
import { parseTpmItem } from '../../../evidence/bundle/tpm-item.ts';
import { appraisalInputs } from '../../../protocol/appraisal-inputs.ts';
import type { DocumentReader } from '../read-footing.ts';
import { azurePart } from './azure.ts';
import { type ExportFiles, type ExportPart, text } from './files.ts';
import { nvidiaPart } from './nvidia.ts';
import { RECOMPUTE } from './recompute.ts';
import { amdPart, intelPart } from './tee.ts';
import { tpmPart } from './tpm.ts';

/** What is kept of an appraisal, each text and byte shown to be what its act names. */
export type ExportedAppraisal = {
  readonly sessionId: string;
  readonly answer: string;
  /** Null for one of before inputs were kept. */
  readonly inputs: string | null;
  readonly evidence: Uint8Array;
};

export type AppraisalExport = {
  readonly files: ExportFiles;
  /** What could not be handed out, and why. */
  readonly notPerformed: readonly string[];
};

/**
 * An appraisal in the forms that the vendors' own tools read: its submission taken apart, the documents of its day, and a script that computes
 * from the nonce what each piece had to sign. A part that cannot be read is named and left out: the submission itself is there as received.
 *
 * @param read documents by their SHA-256, each hashed
 */
export async function exportAppraisal(
  { sessionId, answer, inputs, evidence }: ExportedAppraisal,
  read: DocumentReader,
): Promise<AppraisalExport> {
  const notPerformed: string[] = [];
  const files: ExportFiles = new Map([
    ['submission.jws', evidence],
    ['answer.json', text(answer)],
    ['recompute.sh', text(RECOMPUTE)],
  ]);
  if (inputs === null) notPerformed.push(`${sessionId}: recorded before it was kept what it was judged by`);
  else files.set('inputs.json', text(inputs));
  const documents = await documentsOf(inputs, read, (digest) =>
    notPerformed.push(`${sessionId}: document ${digest} is not at hand`),
  );
  const parts: ExportPart[] = [];
  const attempt = (label: string, make: () => ExportPart): void => {
    try {
      parts.push(make());
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      notPerformed.push(
        `${sessionId}: ${label} cannot be read (${error.code} at ${error.path ?? 'its start'})`,
      );
    }
  };
  let items: readonly Item[] = [];
  try {
    items = [...readBundle(Buffer.from(evidence).toString('latin1')).items.values()];
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    notPerformed.push(`${sessionId}: the submission is no bundle (${error.code})`);
  }
  for (const item of items) {
    const make = partOf(item, documents);
    if (make !== null) attempt(item.label, make);
  }
  for (const [kind, mediaType] of NVIDIA_KINDS) {
    const devices = items.filter((item) => item.mediaType === mediaType);
    if (devices.length > 0)
      attempt(kind, () =>
        nvidiaPart(
          kind,
          kind,
          devices.map(({ value }) => parseNvidiaItem(value)),
          documents,
        ),
      );
  }
  for (const part of parts) {
    for (const [path, bytes] of part.files) files.set(`${part.name}/${path}`, bytes);
    files.set(`${part.name}/README.md`, text(part.readme));
  }
  files.set('README.md', text(readmeOf(sessionId, parts)));
  return { files, notPerformed };
}

const NVIDIA_KINDS = [
  ['gpu', NVIDIA_GPU_MEDIA_TYPE],
  ['nvswitch', NVIDIA_SWITCH_MEDIA_TYPE],
] as const;

function partOf({ label, mediaType, value }: Item, documents: Documents): (() => ExportPart) | null {
  switch (mediaType) {
    case TPM_QUOTE_MEDIA_TYPE:
      return () => {
        const item = parseTpmItem(value);
        return tpmPart(label, { ...item, key: ['ak.pub', item.akPublic] });
      };
    case TDX_QUOTE_MEDIA_TYPE:
      return () => intelPart(label, parseTdxItem(value), documents.intel);
    case SNP_REPORT_MEDIA_TYPE:
      return () => amdPart(label, parseSnpItem(value), documents.amd);
    case AZURE_CVM_MEDIA_TYPE:
      return () => azurePart(label, parseAzureItem(value), documents);
    default:
      return null;
  }
}

type Documents = {
  readonly intel: Parameters<typeof intelPart>[2];
  readonly amd: Parameters<typeof amdPart>[2];
  readonly rims: readonly (readonly [id: string, rim: Uint8Array])[];
  readonly ocsp: readonly Uint8Array[];
};

async function documentsOf(
  inputs: string | null,
  read: DocumentReader,
  missing: (digest: string) => void,
): Promise<Documents> {
  const none: Documents = { intel: null, amd: { certificates: [], crl: null }, rims: [], ocsp: [] };
  if (inputs === null) return none;
  const { collateral } = appraisalInputs.parse(JSON.parse(inputs));
  const { intel, amd, nvidia } = collateral;
  const get = async (digest: string | null): Promise<Uint8Array | null> => {
    if (digest === null) return null;
    const bytes = await read(digest);
    if (bytes === undefined) missing(digest);
    return bytes ?? null;
  };
  const all = async (digests: readonly string[]): Promise<Uint8Array[]> =>
    (await Promise.all(digests.map(get))).filter((bytes) => bytes !== null);
  const rims: (readonly [string, Uint8Array])[] = [];
  for (const [id, digest] of nvidia.rims) {
    const rim = await get(digest);
    if (rim !== null) rims.push([id, rim]);
  }
  return {
    intel:
      intel === null
        ? null
        : {
            tcbInfo: await get(intel.tcbInfo),
            tcbInfoChain: await get(intel.tcbInfoChain),
            qeIdentity: await get(intel.qeIdentity),
            qeIdentityChain: await get(intel.qeIdentityChain),
            rootCrl: await get(intel.rootCrl),
            pckCrl: await get(intel.pckCrl),
            pckChain: await get(intel.pckChain),
          },
    amd: { certificates: await all(amd.certificates), crl: await get(amd.crl) },
    rims,
    ocsp: await all(nvidia.ocsp),
  };
}

function readmeOf(sessionId: string, parts: readonly ExportPart[]): string {
  return `# Appraisal ${sessionId}
\`submission.jws\` is what the host sent, byte for byte; \`answer.json\` what it was answered, \`inputs.json\` what that was judged by. ${
    parts.length === 0
      ? ''
      : `Below, for the vendors' own tools: ${parts.map(({ name }) => `\`${name}/\``).join(', ')}, each with its README.`
  }

**That this evidence answers this nonce** needs no word of the verifier's:
\`\`\`
sh recompute.sh
\`\`\`
prints, computed with openssl and jq alone, the session that the nonce names, and what each kind of evidence had to carry: a GPU its nonce, a TPM quote its extraData, a TEE its report data. Each is a
hash over \`sextant/v1/<purpose>\` and a NUL, and the canonical JSON of {label: {mediaType, sha256}} of the binding and of every item of an earlier stage.

**That this is what the verifier recorded:** \`log/entry\` is the log's entry of the act, \`log/act.json\` the same for people. It names the SHA-256 of \`submission.jws\` (\`evidenceSha256\`) and of \`answer.json\`
(\`answerSha256\`). \`log/act.tlog-proof\`, where it is there, proves the entry in the log (C2SP tlog-proof: its leaf is SHA-256 of a zero byte and the entry) under the checkpoint that the log's key signed.
`;
}
