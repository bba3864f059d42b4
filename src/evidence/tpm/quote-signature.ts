import { constants, verify } from 'node:crypto';
import type { AttestationKey } from './attestation-key.ts';
import type { TpmtSignature } from './signature.ts';

/** Whether a key of this kind can have made a signature of this scheme at all. */
export function schemeFitsKey(signature: TpmtSignature, { kind }: AttestationKey): boolean {
  return (signature.scheme === 'ecdsa') === (kind.type === 'ecc');
}

/**
 * Whether the key signed `message`. RSA-PSS salts of every length are accepted: TPMs before FIPS mode use the longest
 * that fits, later ones the digest's length (Part 1, B.7), and both are sound.
 */
export function signatureHolds(signature: TpmtSignature, ak: AttestationKey, message: Uint8Array): boolean {
  const { key, kind } = ak;
  const hash = signature.hash.name;
  switch (signature.scheme) {
    case 'rsassa':
      return verify(hash, message, key, signature.sig);
    case 'rsapss': {
      const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_AUTO: saltLength } = constants;
      return verify(hash, message, { key, padding, saltLength }, signature.sig);
    }
    case 'ecdsa': {
      if (kind.type !== 'ecc' || kind.curve === null) return false;
      const joined = joinHalves(signature.signatureR, signature.signatureS, kind.curve.fieldBytes);
      return joined !== null && verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, joined);
    }
  }
}

/** r and s, each at the field's width (IEEE P1363, E.3.1): TPMs may drop leading zeros. */
function joinHalves(r: Uint8Array, s: Uint8Array, fieldBytes: number): Uint8Array | null {
  if (r.length > fieldBytes || s.length > fieldBytes) return null;
  const joined = new Uint8Array(2 * fieldBytes);
  joined.set(r, fieldBytes - r.length);
  joined.set(s, 2 * fieldBytes - s.length);
  return joined;
}
