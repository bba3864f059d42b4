import { fromUtf8 } from '../bytes/text.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import {
  type AttestationKey,
  attestationKeyFromPem,
  attestationKeyFromPublic,
} from './tpm/attestation-key.ts';
import { verifyTpmQuote } from './tpm/verify.ts';

/**
 * A TPM 2.0 quote as tpm2-tools leaves it: `quote.msg` (TPMS_ATTEST), `quote.sig` (TPMT_SIGNATURE), `quote.pcrs` (raw
 * values or tpm2-tools' serialized form) and the key, as `ak.pub` (TPM2B_PUBLIC) or `ak.pem`. The key is taken at its
 * word: that a TPM holds it is for enrolment to show, and listed as not performed.
 */
export const TPM_QUOTE: Format = { id: 'tpm-quote', usesRoots: false, recognises, verify };

function recognises(files: EvidenceFolder): boolean {
  return files.has('quote.msg') || files.has('quote.sig');
}

function verify(files: EvidenceFolder, { nonce, strictness }: OfflineContext): OfflineFindings {
  const { findings, verified } = verifyTpmQuote(
    {
      quote: part(files, 'quote.msg'),
      signature: part(files, 'quote.sig'),
      // Without the file no value is claimed, and the comparison with the signed selection says so.
      pcrs: files.get('quote.pcrs') ?? { selection: [], banks: new Map() },
      ak: attestationKey(files),
    },
    { policy: strictness, ...(nonce === undefined ? {} : { extraData: nonce }) },
  );
  if (verified === null) return { findings, measured: null };
  const { pcrs, attest, signatureHash } = verified;
  return { findings, measured: { pcrs, firmwareVersion: attest.firmwareVersion, signatureHash } };
}

function attestationKey(files: EvidenceFolder): AttestationKey {
  const pem = files.get('ak.pem');
  const area = files.get('ak.pub');
  if (area !== undefined) return attestationKeyFromPublic(area);
  if (pem !== undefined) return attestationKeyFromPem(fromUtf8(pem, 'ak.pem'));
  return attestationKeyFromPublic(part(files, 'ak.pub'));
}

function part(files: EvidenceFolder, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  throw new EvidenceError('part_missing', `${name} is missing`, { path: name });
}
