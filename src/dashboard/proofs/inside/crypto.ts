import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Buffer } from './buffer.ts';

/**
 * What stands for `node:crypto` in the browser's checker: as much of it as the verification of receipts and checkpoints takes, namely
 * SHA-256 and Ed25519 (RFC 8032, without cofactors, as OpenSSL verifies). Everything else throws: nothing here signs.
 */
export function hash(algorithm: string, input: Uint8Array, output: 'buffer'): Buffer {
  if (algorithm !== 'sha256' || output !== 'buffer') throw new TypeError(`no ${algorithm} in ${output} here`);
  return Buffer.from(sha256(input));
}

type Jwk = { readonly kty: string; readonly crv: string; readonly x: string };

/** An Ed25519 public key, known by its JWK (RFC 8037). */
export class KeyObject {
  readonly #jwk: Jwk;

  constructor(jwk: Jwk) {
    this.#jwk = jwk;
  }

  export(): Jwk {
    return this.#jwk;
  }
}

export function createPublicKey({ key, format }: { readonly key: Jwk; readonly format: string }): KeyObject {
  if (format !== 'jwk' || key.kty !== 'OKP' || key.crv !== 'Ed25519')
    throw new TypeError('only Ed25519 keys here');
  return new KeyObject(key);
}

export function verify(_: null, message: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, Buffer.from(key.export().x, 'base64url'), { zip215: false });
  } catch {
    // A point that is none, or a length that is wrong: noble says so by throwing, OpenSSL by refusing.
    return false;
  }
}

export function sign(): never {
  throw new TypeError('nothing is signed in a browser');
}
