import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { provenFirmwareVersion } from './tpm/firmware-version.ts';
import { verifyTpmFolder } from './tpm/folder.ts';
import { parseTpm2bPublic } from './tpm/public.ts';

/**
 * A TPM 2.0 quote as tpm2-tools leaves it, with the EK's certificate and the event log where they lie beside it (see
 * tpm/folder.ts for the names). The attestation key is taken at its word: that a TPM holds it is for enrolment to show,
 * and listed as not performed.
 */
export const TPM_QUOTE: Format = { id: 'tpm-quote', usesRoots: true, recognises, verify };

function recognises(files: EvidenceFolder): boolean {
  return files.has('quote.msg') || files.has('quote.sig');
}

function verify(files: EvidenceFolder, { at, nonce, strictness, anchors }: OfflineContext): OfflineFindings {
  for (const part of ['quote.msg', 'quote.sig']) requirePart(files, part);
  if (!files.has('ak.pem')) requirePart(files, 'ak.pub');
  const { findings, verified, bootLog, ima } = verifyTpmFolder(files, {
    policy: strictness,
    at,
    anchors,
    ...(nonce === undefined ? {} : { extraData: nonce }),
  });
  if (verified === null) return { findings, measured: null };
  const { pcrs, signatureHash } = verified;
  const ekPublic = files.get('ek.pub');
  const ekName = ekPublic === undefined ? null : parseTpm2bPublic(ekPublic).name;
  return {
    findings,
    measured: {
      ...{ kind: 'tpm', pcrs, signatureHash, bootLog, ima },
      firmwareVersion: provenFirmwareVersion(verified, ekName),
    },
    ...(bootLog === null ? {} : { bootLog: { log: bootLog, quoted: true } }),
  };
}

function requirePart(files: EvidenceFolder, name: string): void {
  if (!files.has(name)) throw new EvidenceError('part_missing', `${name} is missing`, { path: name });
}
