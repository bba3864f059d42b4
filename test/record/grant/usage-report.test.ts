import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { parseUsageReport } from '../../../src/record/grant/index.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { kty = 'EC', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' });
const jwk = { kty, crv, x, y };
const said = {
  iss: `hst_${'0'.repeat(26)}`,
  aud: 'https://verifier.example',
  sub: `lic_${'0'.repeat(26)}`,
  iat: 1_772_000_000,
  from: '2026-03-01T12:00:00Z',
  until: '2026-03-01T13:00:00Z',
  unit: 'chip-seconds',
  amount: 7,
  source: 'dcgm',
  purpose: 'inference',
};
const sign = (claims: object = said, header: object = {}): Promise<string> =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ typ: 'usage-report+jwt', alg: 'ES256', jwk, ...header })
    .sign(privateKey);
const refusal = (text: string): string | null => {
  try {
    parseUsageReport(text);
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
};

describe('a report of usage', () => {
  it('is read with the thumbprint of the key that signed it', async () => {
    const { claims, jkt } = parseUsageReport(await sign());
    expect(claims).toEqual(said);
    expect(jkt).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    ['another type', said, { typ: 'dpop+jwt' }, 'unsupported'],
    ['a header that says more', said, { kid: 'x' }, 'unsupported'],
    ['a claim that nobody knows', { ...said, least: 0 }, {}, 'bad_value'],
    ['a claim that is missing', { ...said, purpose: undefined }, {}, 'bad_value'],
    ['an amount below zero', { ...said, amount: -1 }, {}, 'bad_value'],
    ['an amount that is not whole', { ...said, amount: 0.5 }, {}, 'bad_value'],
    ['a window that is empty', { ...said, until: said.from }, {}, 'bad_value'],
    ['a window of more than 31 days', { ...said, until: '2026-04-01T12:00:01Z' }, {}, 'bad_value'],
    ['a time without Z', { ...said, from: '2026-03-01T12:00:00+00:00' }, {}, 'bad_value'],
  ])('is refused for %s', async (_, claims, header, code) => {
    expect(refusal(await sign(claims, header))).toBe(code);
  });

  it('is refused where it ends early, goes on, or has any character changed', async () => {
    const text = await sign();
    for (let end = 0; end < text.length; end++) expect(refusal(text.slice(0, end))).not.toBeNull();
    expect(refusal(`${text}A`)).not.toBeNull();
    expect(refusal(`${text}.`)).not.toBeNull();
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09-_.=é'), (at, other) => {
        fc.pre(text[at] !== other);
        expect(refusal(text.slice(0, at) + other + text.slice(at + 1))).not.toBeNull();
      }),
    );
  });
});
