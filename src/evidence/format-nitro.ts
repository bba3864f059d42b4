import { FormatError } from '../bytes/errors.ts';
import { type Pin, parseCertificate, pinnedAnchors, type TrustAnchor } from '../pki/index.ts';
import type { EvidenceFolder, Format, OfflineContext, OfflineFindings } from './format.ts';
import { findDocument } from './nitro/file.ts';
import { parseNitroDocument, readDocumentFile, verifyNitroDocument } from './nitro/index.ts';

/** An attestation document of an AWS Nitro enclave, in CBOR or base64: it brings its chain, and needs nothing beside it. */
export const NITRO: Format = {
  id: 'nitro',
  usesRoots: true,
  recognises: (files) => findDocument(files) !== undefined,
  verify,
};

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const { at, nonce, strictness: policy, anchors } = context;
  const document = readDocumentFile(findDocument(files) ?? new Uint8Array());
  const { findings, verified } = verifyNitroDocument({
    document,
    anchors: [...anchors, ...pinnedRoot(document, context)],
    at,
    policy,
    ...(nonce === undefined ? {} : { nonce }),
  });
  return { findings, measured: verified === null ? null : { kind: 'nitro', document: verified } };
}

/** AWS's own, by what `certs/aws-nitro.json` calls it: other makers' roots vouch for no enclave of AWS's. */
const AWS_ROOTS: ReadonlySet<string> = new Set(['aws.nitro-enclaves']);

function pinnedRoot(document: Uint8Array, { pins }: OfflineContext): readonly TrustAnchor[] {
  const [root] = parseNitroDocument(document).cabundle;
  const isAws = ({ name }: Pin): boolean => AWS_ROOTS.has(name);
  try {
    return root === undefined ? [] : pinnedAnchors([parseCertificate(root)], pins.filter(isAws));
  } catch (error) {
    // The verifier reads it too, and reports it.
    if (error instanceof FormatError) return [];
    throw error;
  }
}
