import { FormatError } from '../bytes/errors.ts';
import {
  type Certificate,
  type Pin,
  parseCertificate,
  parsePem,
  pinnedAnchors,
  type TrustAnchor,
} from '../pki/index.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { parseGceAttestation } from './tpm/gce/attestation.ts';
import { verifyGceAttestation } from './tpm/gce/verify.ts';

/**
 * A GCE virtual machine's attestation as go-tpm-tools writes it (tpm/gce/attestation.ts): a quote of each bank by one key, each of
 * which must hold. Google's intermediates and roots may lie in the folder of collateral; a root counts as pinned or named. Without
 * one the key is taken at its word, and its chain is listed as not performed.
 */
export const TPM_GCE: Format = { id: 'tpm-gce', usesRoots: true, recognises, verify };

/** Field 1, length-delimited, whose contents begin with TPM_ALG_RSA or TPM_ALG_ECC: the public area of the key. */
function recognises(files: EvidenceFolder): boolean {
  const [only, ...more] = files.values();
  if (only === undefined || more.length > 0 || only[0] !== 0x0a) return false;
  const start = (only[1] ?? 0) < 0x80 ? 2 : 3;
  const type = ((only[start] ?? 0) << 8) | (only[start + 1] ?? 0);
  return type === 0x0001 || type === 0x0023;
}

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const { at, nonce, strictness: policy } = context;
  const [bytes] = files.values();
  if (bytes === undefined) throw new EvidenceError('part_missing', 'there is no file');
  const beside = certificatesAmong(context.collateral);
  const { findings, verified, bootLog } = verifyGceAttestation(bytes, {
    ...{ policy, at, intermediates: beside },
    anchors: [...context.anchors, ...pinnedRoots(bytes, beside, context)],
    ...(nonce === undefined ? {} : { extraData: nonce }),
  });
  const shown = {
    findings,
    ...(bootLog === null ? {} : { bootLog: { log: bootLog, quoted: findings.passed } }),
  };
  if (verified === null) return { ...shown, measured: null };
  const { pcrs, quotes, certified } = verified;
  const [first] = quotes;
  // What a virtual TPM calls its firmware is its host's choice: 0 is below every minimum.
  const tpm = { kind: 'tpm', pcrs, firmwareVersion: 0n, bootLog } as const;
  return {
    ...shown,
    ...(certified === null ? {} : { gceInstance: certified.instance }),
    measured: first === undefined ? null : { ...tpm, signatureHash: first.signatureHash },
  };
}

/** Google's own, by what `certs/tpm.json` calls them: no other maker's root vouches for a virtual machine of Google's. */
const GOOGLE_ROOTS: ReadonlySet<string> = new Set([
  'EK/AK CA Root',
  'tpm_ek_v1_cloud_host_root-signer-0-2018-04-06T10:58:26-07:00 K:1, 1:Pw003HsFYO4:0:18',
]);

/** A root that comes with the evidence, or beside it, is whoever's: it counts only as one that is pinned. */
function pinnedRoots(
  bytes: Uint8Array,
  beside: readonly Certificate[],
  { pins }: OfflineContext,
): readonly TrustAnchor[] {
  const inside = parseGceAttestation(bytes).intermediates.map((der) => parseCertificate(der));
  const isGoogles = ({ name }: Pin): boolean => GOOGLE_ROOTS.has(name);
  return pinnedAnchors([...inside, ...beside], pins.filter(isGoogles));
}

const CERTIFICATE_NAME = /\.(?:crt|cer|der|pem)$/i;

/** The certificates of a folder that may hold anything: what is none is passed over. */
function certificatesAmong(files: EvidenceFolder): readonly Certificate[] {
  return [...files].flatMap(([name, bytes]) => (CERTIFICATE_NAME.test(name) ? readCertificates(bytes) : []));
}

function readCertificates(bytes: Uint8Array): readonly Certificate[] {
  try {
    const ders = bytes[0] === 0x30 ? [bytes] : parsePem(Buffer.from(bytes).toString('latin1'));
    return ders.map((der) => parseCertificate(der));
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}
