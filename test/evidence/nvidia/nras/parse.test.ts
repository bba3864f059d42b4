import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/bytes/errors.ts';
import { toBase64Url } from '../../../../src/bytes/text.ts';
import { parseJwks, parseNrasAnswer, verifyNras } from '../../../../src/evidence/nvidia/index.ts';
import { forgeNrasAnswer } from '../../../../src/forge/nvidia/nras/answer.ts';
import { forgeJwks, forgeNrasSigner, jwkOf } from '../../../../src/forge/nvidia/nras/keys.ts';
import { codeOf } from '../../../bytes/refusal.ts';
import { fuzzRuns } from '../../../vectors.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const signer = forgeNrasSigner(AT);
const answer = forgeNrasAnswer({ signer, at: AT, nonce: new Uint8Array(32).fill(1) });
const [[, overall], tokens] = JSON.parse(Buffer.from(answer).toString()) as [
  [string, string],
  Record<string, string>,
];
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const [header = '', payload = '', signature = ''] = overall.split('.');
const withHeader = (value: unknown): unknown => [
  ['JWT', [toBase64Url(json(value)), payload, signature].join('.')],
  tokens,
];
const withToken = (token: string): unknown => [['JWT', token], tokens];
const good = { alg: 'ES384', kid: 'k' };

describe('reading an answer', () => {
  it.each<readonly [string, string, unknown]>([
    ['an object', 'bad_value', {}],
    ['no tokens of devices', 'bad_value', [['JWT', overall]]],
    ['an empty set of devices', 'bad_value', [['JWT', overall], {}]],
    ['a third part', 'bad_value', [['JWT', overall], tokens, {}]],
    ['another label', 'bad_value', [['CWT', overall], tokens]],
    [
      'a bundle within a bundle',
      'bad_value',
      [['JWT', overall], { 'REMOTE-GPU': [['JWT', overall], tokens] }],
    ],
    ['a name with a slash', 'bad_value', [['JWT', overall], { 'GPU/0': overall }]],
    ['two parts', 'bad_value', withToken(`${header}.${payload}`)],
    ['four parts', 'bad_value', withToken(`${overall}.`)],
    ['padding', 'bad_value', withToken(`${overall}=`)],
    [
      'a signature of 95 bytes',
      'bad_value',
      withToken(`${header}.${payload}.${toBase64Url(new Uint8Array(95))}`),
    ],
    ['alg none', 'unsupported', withHeader({ ...good, alg: 'none' })],
    ['alg HS256', 'unsupported', withHeader({ ...good, alg: 'HS256' })],
    ['alg ES256', 'unsupported', withHeader({ ...good, alg: 'ES256' })],
    ['a key in its header', 'unsupported', withHeader({ ...good, jwk: {} })],
    ['an address of keys', 'unsupported', withHeader({ ...good, jku: 'https://example' })],
    ['certificates in its header', 'unsupported', withHeader({ ...good, x5c: [] })],
    ['crit', 'unsupported', withHeader({ ...good, crit: [] })],
    ['another type', 'unsupported', withHeader({ ...good, typ: 'dpop+jwt' })],
    ['no kid', 'bad_value', withHeader({ alg: 'ES384' })],
    ['a payload that is a list', 'bad_value', withToken(`${header}.${toBase64Url(json([]))}.${signature}`)],
  ])('refuses %s as %s', (_, code, value) => {
    expect(codeOf(() => parseNrasAnswer(json(value)))).toBe(code);
  });

  it('refuses a claim twice, and a token twice', () => {
    const twice = toBase64Url(Buffer.from('{"iss":"a","iss":"b"}'));
    expect(codeOf(() => parseNrasAnswer(json(withToken(`${header}.${twice}.${signature}`))))).toBe(
      'duplicate',
    );
    const text = `[["JWT","${overall}"],{"GPU-0":"${overall}","GPU-0":"${overall}"}]`;
    expect(codeOf(() => parseNrasAnswer(Buffer.from(text)))).toBe('duplicate');
  });

  it('fails on mutated bytes only with its own error, and then verifies nothing', () => {
    const trustedKeys = parseJwks(forgeJwks(signer));
    const mutation = fc.tuple(fc.nat(answer.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(mutation, ([at, mask]) => {
        const bytes = Uint8Array.from(answer);
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        const input = { answer: bytes, trustedKeys, presentedKeys: new Map(), anchors: [], at: AT } as const;
        return verifyNras({ ...input, policy: 'authenticity' }).verified === null;
      }),
      // Each that can still be read costs two signatures.
      { numRuns: Math.ceil(fuzzRuns / 5) },
    );
  });
});

describe('reading keys', () => {
  const key = jwkOf(signer);
  const other = jwkOf(forgeNrasSigner(AT));
  it('passes over keys of other kinds', () => {
    const keys = [
      { kty: 'RSA', kid: 'r' },
      { ...key, crv: 'P-256', kid: 'p' },
      { ...key, use: 'enc', kid: 'e' },
      key,
    ];
    expect([...parseJwks(json({ keys })).keys()]).toEqual([key.kid]);
  });

  it.each<readonly [string, string, unknown]>([
    ['no list', 'bad_value', { keys: {} }],
    ['a key that is a text', 'bad_value', { keys: ['x'] }],
    ['two keys of one name', 'duplicate', { keys: [key, { ...other, kid: key.kid }] }],
    ['a private key', 'unsupported', { keys: [{ ...key, d: 'AA' }] }],
    ['a certificate of another key', 'bad_value', { keys: [{ ...key, x5c: other.x5c }] }],
    ['a point off the curve', 'bad_value', { keys: [{ ...key, y: key.x, x5c: undefined }] }],
    ['a short coordinate', 'bad_value', { keys: [{ ...key, x: toBase64Url(new Uint8Array(47)) }] }],
    ['no coordinate', 'bad_value', { keys: [{ ...key, y: undefined }] }],
    ['a certificate that is none', 'bad_value', { keys: [{ ...key, x5c: ['AAAA'] }] }],
  ])('refuses %s as %s', (_, code, value) => {
    expect(codeOf(() => parseJwks(json(value)))).toBe(code);
  });

  it('fails on mutated bytes only with its own error', () => {
    const set = forgeJwks(signer);
    fc.assert(
      fc.property(fc.nat(set.length - 1), fc.nat(255), (at, octet) => {
        const bytes = Uint8Array.from(set);
        bytes[at] = octet;
        try {
          parseJwks(bytes);
          return true;
        } catch (error) {
          return error instanceof FormatError;
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});
