import { Cursor } from '../../bytes/cursor.ts';
import {
  algorithmText,
  type HashAlgorithm,
  hashAlgorithmById,
  MAX_ECC_PARAMETER_BYTES,
  MAX_RSA_KEY_BYTES,
  TPM_ALG,
} from './algorithms.ts';

/**
 * TPMT_SIGNATURE (Part 2, 11.3.4) of the schemes with which a restricted key may sign a quote and which this verifier
 * knows: RSASSA (PKCS #1 v1.5), RSA-PSS and ECDSA. ECDAA, ECSchnorr, SM2, HMAC and the null signature are refused.
 */
export type TpmtSignature =
  | {
      readonly scheme: 'rsassa' | 'rsapss';
      readonly hash: HashAlgorithm;
      /** TPM2B_PUBLIC_KEY_RSA: as long as the modulus. */
      readonly sig: Uint8Array;
    }
  | {
      readonly scheme: 'ecdsa';
      readonly hash: HashAlgorithm;
      /** TPM2B_ECC_PARAMETER, big-endian; some TPMs drop leading zero bytes. */
      readonly signatureR: Uint8Array;
      readonly signatureS: Uint8Array;
    };

type SignatureScheme = TpmtSignature['scheme'];

const SIGNATURE_SCHEMES: ReadonlyMap<number, SignatureScheme> = new Map([
  [TPM_ALG.RSASSA, 'rsassa'],
  [TPM_ALG.RSAPSS, 'rsapss'],
  [TPM_ALG.ECDSA, 'ecdsa'],
]);

/** @throws FormatError */
export function parseTpmtSignature(bytes: Uint8Array): TpmtSignature {
  const cursor = new Cursor(bytes, 'tpmtSignature');
  const sigAlg = cursor.u16be('sigAlg');
  const scheme = SIGNATURE_SCHEMES.get(sigAlg);
  if (scheme === undefined) {
    throw cursor.unsupported('sigAlg', 'RSASSA, RSAPSS or ECDSA', algorithmText(sigAlg));
  }
  const hashAlg = cursor.u16be('hash');
  const hash = hashAlgorithmById(hashAlg);
  if (hash === undefined) throw cursor.unsupported('hash', 'SHA-1 or SHA-2', algorithmText(hashAlg));
  if (scheme !== 'ecdsa') {
    const sig = cursor.sized16be('sig', MAX_RSA_KEY_BYTES);
    cursor.end();
    return { scheme, hash, sig };
  }
  const signatureR = cursor.sized16be('signatureR', MAX_ECC_PARAMETER_BYTES);
  const signatureS = cursor.sized16be('signatureS', MAX_ECC_PARAMETER_BYTES);
  cursor.end();
  return { scheme, hash, signatureR, signatureS };
}
