import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawEcdsaSignature } from '../../src/bytes/ecdsa-signature.ts';
import { FormatError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/text.ts';

describe('an ECDSA signature', () => {
  it('is what its verifier takes r and s for', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    // One in 128 has an integer that is shorter than the order.
    for (let round = 0; round < 300; round++) {
      const message = Buffer.from(`message ${round}`);
      const raw = rawEcdsaSignature(sign('sha256', message, privateKey), 32);
      expect(raw).toHaveLength(64);
      expect(verify('sha256', message, key, raw)).toBe(true);
    }
  });

  it('has short integers padded in front, and no sign', () => {
    const raw = (hex: string) => toHex(rawEcdsaSignature(fromHex(hex, 'hex'), 2));
    expect(raw('3006020101020102')).toBe('00010002');
    expect(raw('3008020200ff02027fff')).toBe('00ff7fff');
    expect(raw('3009020300ffff020200ff')).toBe('ffff00ff');
  });

  it.each([
    ['an integer longer than the order', '300a02037fffff0203010000', 'too_long'],
    ['a negative integer', '3006020180020101', 'bad_value'],
    ['a superfluous zero', '300702020001020101', 'not_canonical'],
    ['bytes behind', '300602010102010100', 'trailing_data'],
    ['a third integer', '3009020101020101020101', 'trailing_data'],
    ['another structure', '0406020101020101', 'bad_value'],
  ])('is refused with %s', (_, hex, code) => {
    const read = () => rawEcdsaSignature(fromHex(hex, 'hex'), 2);
    expect(read).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('is refused or read, and nothing else happens, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          expect(rawEcdsaSignature(bytes, 32)).toHaveLength(64);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});
