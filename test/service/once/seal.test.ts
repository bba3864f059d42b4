import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { open, seal } from '../../../src/service/once/seal.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const about = Buffer.from('an answer');
const VALUE = { token: 'sxt_secret', at: new Date(0), none: undefined, bytes: new Uint8Array([1, 2]) };

describe('what is sealed under an Idempotency-Key', () => {
  it('opens under it as it was, members without a value and bytes too', () => {
    expect(open('the key of it', about, seal('the key of it', about, VALUE, random))).toEqual(VALUE);
  });

  it('shows nothing of itself, and twice the same looks different', () => {
    const sealed = seal('the key of it', about, VALUE, random);
    expect(Buffer.from(sealed).includes('secret')).toBe(false);
    expect(Buffer.from(seal('the key of it', about, VALUE, random))).not.toEqual(Buffer.from(sealed));
  });

  it('opens under no other key, about nothing else, and with no bit changed', () => {
    const sealed = seal('the key of it', about, VALUE, random);
    expect(() => open('another key', about, sealed)).toThrow();
    expect(() => open('the key of it', Buffer.from('an outcome'), sealed)).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open('the key of it', about, changed), `byte ${at}`).toThrow();
      expect(() => open('the key of it', about, sealed.subarray(0, at)), `${at} bytes`).toThrow();
    }
  });
});
