import { X509Certificate } from 'node:crypto';
import { parseTpm2bPublic } from '../../evidence/tpm/public.ts';
import { importPublicKey } from '../../evidence/tpm/public-key.ts';

/**
 * Whether a certificate (DER, to its last byte) holds the very key of a TPM2B_PUBLIC; null where OpenSSL does not read it as
 * one, for not all manufacturers write strict DER. Says nothing about who signed it.
 */
export function holdsKey(certificate: Uint8Array, ekPublic: Uint8Array): boolean | null {
  let certified: Buffer;
  try {
    const read = new X509Certificate(certificate);
    if (read.raw.length !== certificate.length) return null;
    certified = read.publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    return null;
  }
  return certified.equals(
    importPublicKey(parseTpm2bPublic(ekPublic)).export({ type: 'spki', format: 'der' }),
  );
}
