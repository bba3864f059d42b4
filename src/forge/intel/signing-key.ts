import { createECDH, createHash, createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { writeInteger, writeSequence } from '../../bytes/der-writer.ts';
import { toBase64Url } from '../../bytes/text.ts';

/** The order of P-256's base point (SEC 2, 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * A P-256 key that its seed alone determines, with signatures (ECDSA, SHA-256) that key and message alone determine: what
 * is forged from one seed is the same bytes each time.
 *
 * For forging only. Whoever knows the seed has the key, and nothing here is constant-time.
 */
export type SigningKey = {
  readonly publicKey: KeyObject;
  /** Both coordinates, 64 bytes, as quotes carry it. */
  readonly point: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** r and s, 64 bytes, as quotes and Intel's JSON documents carry it. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** Ecdsa-Sig-Value, DER, as certificates and CRLs carry it. */
  readonly signDer: (message: Uint8Array) => Uint8Array;
};

/** @param role tells the keys of one seed apart */
export function signingKey(seed: string, role: string): SigningKey {
  const secret = createHmac('sha256', seed).update(role).digest();
  // Off by at most one part in 2^32 from uniform: nobody attacks a key whose seed may stand in a test.
  return signingKeyFromScalar((toBigint(secret) % (ORDER - 1n)) + 1n);
}

/** @param scalar from 1 to the order less one */
export function signingKeyFromScalar(scalar: bigint): SigningKey {
  const point = multiplyBasePoint(scalar);
  const publicKey = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: toBase64Url(point.subarray(0, 32)),
      y: toBase64Url(point.subarray(32)),
    },
  });
  return {
    publicKey,
    point,
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: (message) => {
      const { r, s } = signDeterministically(scalar, message);
      return new Uint8Array(Buffer.concat([toBytes(r), toBytes(s)]));
    },
    signDer: (message) => {
      const { r, s } = signDeterministically(scalar, message);
      return writeSequence(writeInteger(r), writeInteger(s));
    },
  };
}

/** The other signature that verifies wherever this one does (facts of ECDSA: s and n - s are equally good). */
export function otherSignature(signature: Uint8Array): Uint8Array {
  const s = toBigint(signature.subarray(32));
  return new Uint8Array(Buffer.concat([signature.subarray(0, 32), toBytes(ORDER - s)]));
}

/** RFC 6979, 2.4 and 3.2. */
function signDeterministically(scalar: bigint, message: Uint8Array): { r: bigint; s: bigint } {
  const z = createHash('sha256').update(message).digest();
  const seed = Buffer.concat([toBytes(scalar), toBytes(toBigint(z) % ORDER)]);
  let k: Buffer = Buffer.alloc(32);
  let v: Buffer = Buffer.alloc(32, 1);
  const update = (octet: number, extra: Uint8Array): void => {
    k = hmac(k, v, Uint8Array.of(octet), extra);
    v = hmac(k, v);
  };
  update(0, seed);
  update(1, seed);
  for (;;) {
    v = hmac(k, v);
    const nonce = toBigint(v);
    if (nonce > 0n && nonce < ORDER) {
      const r = toBigint(multiplyBasePoint(nonce).subarray(0, 32)) % ORDER;
      const s = (invert(nonce) * (toBigint(z) + r * scalar)) % ORDER;
      if (r !== 0n && s !== 0n) return { r, s };
    }
    update(0, new Uint8Array(0));
  }
}

function multiplyBasePoint(scalar: bigint): Uint8Array {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(toBytes(scalar));
  return new Uint8Array(ecdh.getPublicKey().subarray(1));
}

/** Modulo the order, by Euclid's algorithm. */
function invert(value: bigint): bigint {
  let [a, b] = [value, ORDER];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % ORDER) + ORDER) % ORDER;
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  return createHmac('sha256', key).update(Buffer.concat(parts)).digest();
}

function toBigint(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}
