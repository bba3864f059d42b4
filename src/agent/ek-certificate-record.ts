import { hash } from 'node:crypto';
import { z } from 'zod';
import { fromBase64Url, toBase64Url } from '../bytes/text.ts';
import { type DataFolder, readRecord } from './folder.ts';
import type { EkCertificateMemory } from './tpm/ek-certificate-service.ts';

const FILE = 'ek-certificate.json';
/** SHA-256 of the TPM2B_PUBLIC in hexadecimal, and the certificate in base64url. */
const record = z.strictObject({ ekPublicSha256: z.string(), certificate: z.string() });

/** Keeps in the data folder the certificate that was fetched for this TPM's endorsement key: one, for one key. */
export function ekCertificateRecord(folder: DataFolder): EkCertificateMemory {
  return {
    recall: async (ekPublic) => {
      const kept = readRecord(folder, FILE, record);
      return kept?.ekPublicSha256 === hash('sha256', ekPublic) ? fromBase64Url(kept.certificate, FILE) : null;
    },
    remember: async (ekPublic, certificate) =>
      folder.write(
        FILE,
        JSON.stringify({
          ekPublicSha256: hash('sha256', ekPublic),
          certificate: toBase64Url(certificate),
        }),
      ),
  };
}
