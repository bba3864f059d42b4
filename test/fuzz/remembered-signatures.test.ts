import { constants, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { remembering } from './remembered-signatures.ts';

const text = new TextEncoder().encode('evidence');
const other = new TextEncoder().encode('evidense');

function counted(): { ask: ReturnType<typeof remembering>; count: () => number } {
  let count = 0;
  const ask = remembering((algorithm, data, key, signature) => {
    count++;
    return verify(algorithm as string, data, key as Parameters<typeof verify>[2], signature);
  });
  return { ask, count: () => count };
}

describe('signatures that are remembered', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  const signature = sign('sha384', text, privateKey);

  it('are verified once', () => {
    const { ask, count } = counted();
    for (let i = 0; i < 3; i++) expect(ask('sha384', text, publicKey, signature)).toBe(true);
    for (let i = 0; i < 3; i++) expect(ask('sha384', other, publicKey, signature)).toBe(false);
    expect(count()).toBe(2);
  });

  it.each([
    ['other bytes', 'sha384', other, publicKey, signature],
    ['another signature', 'sha384', text, publicKey, sign('sha384', other, privateKey)],
    ['another key', 'sha384', text, stranger, signature],
    ['another digest', 'sha256', text, publicKey, signature],
    ['another encoding', 'sha384', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature],
  ])('are not mistaken for those of %s', (_, algorithm, data, key, made) => {
    const { ask, count } = counted();
    expect(ask('sha384', text, publicKey, signature)).toBe(true);
    expect(ask(algorithm, data, key, made)).toBe(false);
    expect(count()).toBe(2);
  });

  it('are asked for again where their verification throws', () => {
    const { ask, count } = counted();
    const key = {
      key: generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: -99,
    };
    for (let i = 0; i < 2; i++) expect(() => ask('sha256', text, key, signature)).toThrow();
    expect(count()).toBe(2);
  });
});
