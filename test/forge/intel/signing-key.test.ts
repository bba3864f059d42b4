import { verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { otherSignature, signingKey, signingKeyFromScalar } from '../../../src/forge/intel/signing-key.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const holds = (key: ReturnType<typeof signingKey>, message: Uint8Array, signature: Uint8Array): boolean =>
  verify('sha256', message, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature);

/** RFC 6979, A.2.5, with SHA-256. */
const PRIVATE = 0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721n;
const SIGNATURES: readonly (readonly [string, string])[] = [
  [
    'sample',
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ],
  [
    'test',
    'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
  ],
];

it.each(SIGNATURES)('signs %s as RFC 6979 does', (message, expected) => {
  const key = signingKeyFromScalar(PRIVATE);
  const signature = key.sign(text(message));
  expect(Buffer.from(signature).toString('hex')).toBe(expected);
  expect(holds(key, text(message), signature)).toBe(true);
});

it('makes the same key and signature from the same seed, and others from others', () => {
  const message = text('message');
  const [one, again, other] = [signingKey('a', 'x'), signingKey('a', 'x'), signingKey('a', 'y')];
  expect(again.sign(message)).toEqual(one.sign(message));
  expect(again.spki).toEqual(one.spki);
  expect(other.point).not.toEqual(one.point);
  expect(signingKey('b', 'x').point).not.toEqual(one.point);
});

it('signs what verifies, in both encodings and in the other form', () => {
  const key = signingKey('seed', 'role');
  for (let index = 0; index < 40; index++) {
    const message = text(`message ${index}`);
    const signature = key.sign(message);
    expect(holds(key, message, signature)).toBe(true);
    expect(holds(key, message, otherSignature(signature))).toBe(true);
    expect(otherSignature(signature)).not.toEqual(signature);
    expect(verify('sha256', message, key.publicKey, key.signDer(message))).toBe(true);
    expect(holds(key, text('another'), signature)).toBe(false);
  }
});
