import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newIdentifier } from '../../src/service/identifier.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function made(milliseconds: number, random: Uint8Array<ArrayBuffer>): string {
  return newIdentifier('grt', { clock: () => new Date(milliseconds), random: () => random });
}

/** 48 bits of time and 80 random ones as one number, five bits a digit. */
function written(milliseconds: number, random: Uint8Array): string {
  let value = random.reduce((sum, byte) => sum * 256n + BigInt(byte), BigInt(milliseconds));
  let text = '';
  for (let digit = 0; digit < 26; digit++, value /= 32n) text = (ALPHABET[Number(value % 32n)] ?? '') + text;
  return `grt_${text}`;
}

describe('an identifier', () => {
  it('is its time and what is random, digit by digit', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(fc.nat({ max: 4_102_444_800_000 }), bytes, (milliseconds, random) => {
        expect(made(milliseconds, Uint8Array.from(random))).toBe(written(milliseconds, random));
      }),
    );
  });

  it('sorts behind those of the milliseconds before, and differs from others of its own', () => {
    const [low, high] = [new Uint8Array(10), new Uint8Array(10).fill(255)];
    const at = Date.parse('2026-03-01T12:00:00.000Z');
    expect(made(at, high) < made(at + 1, low)).toBe(true);
    expect(made(at, low)).not.toBe(made(at, high));
    expect(made(at, low)).toBe(written(at, low));
  });
});
