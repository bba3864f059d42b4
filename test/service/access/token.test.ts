import { describe, expect, it } from 'vitest';
import { hashToken, matchesHash, newToken, tokenIdOf } from '../../../src/service/access/token.ts';
import { newIdentifier } from '../../../src/service/identifier.ts';

const at = new Date('2026-03-01T00:00:00Z');
const context = (byte: number, clock = at) => ({
  clock: () => clock,
  random: (length: number) => new Uint8Array(length).fill(byte),
});

describe('a token', () => {
  it('names its row and matches its hash alone', () => {
    const made = newToken(context(7));
    expect(tokenIdOf(made.token)).toBe(made.id);
    expect(matchesHash(made.token, made.secretHash)).toBe(true);
    const other = newToken(context(8));
    expect(matchesHash(other.token, made.secretHash)).toBe(false);
    expect(matchesHash(made.token, '')).toBe(false);
  });

  it('is hashed under a purpose of its own', () => {
    const { token, secretHash } = newToken(context(7));
    expect(secretHash).toBe(hashToken(token));
    expect(secretHash).not.toContain(token.slice(-10));
  });

  it.each([
    '',
    'sxt_',
    'sxe_abc',
    `sxt_${'u'.repeat(26)}_${'A'.repeat(43)}`,
    `sxt_${'0'.repeat(26)}_${'A'.repeat(44)}`,
  ])('is not %j', (text) => {
    expect(tokenIdOf(text)).toBeNull();
  });
});

describe('identifiers', () => {
  it('sort by age and say what they name', () => {
    const early = newIdentifier('dev', context(255));
    const late = newIdentifier('dev', context(0, new Date(at.getTime() + 1)));
    expect(early < late).toBe(true);
    expect(early).toMatch(/^dev_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('hold all of their randomness', () => {
    const seen = new Set(Array.from({ length: 256 }, (_, byte) => newIdentifier('dev', context(byte))));
    expect(seen.size).toBe(256);
  });
});
