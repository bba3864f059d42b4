import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { parseJws, signJws, verifyJws } from '../../../src/evidence/bundle/jws.ts';
import { BUNDLE_TYP } from '../../../src/protocol/session.ts';
import { fuzzRuns } from '../../vectors.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const x = String(publicKey.export({ format: 'jwk' }).x);
const payload = new TextEncoder().encode('{"hello":"world"}');
const header = { alg: 'Ed25519', typ: BUNDLE_TYP, cty: 'application/cmw+json' };
const part = (text: string): string => Buffer.from(text).toString('base64url');

/** A well-signed JWS with whatever header: only the header can be why it is refused. */
function withHeader(json: string): string {
  const input = `${part(json)}.${part('{}')}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
}

function codeOf(text: string): string {
  try {
    parseJws(text);
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('the signature of a bundle', () => {
  it('verifies what the agent signed', () => {
    const jws = parseJws(signJws(payload, privateKey));
    expect(jws.payload).toEqual(payload);
    expect(verifyJws(jws, x)).toBe(true);
  });

  it('reads the older name of the algorithm and any order of members', () => {
    const text = withHeader(JSON.stringify({ cty: header.cty, typ: header.typ, alg: 'EdDSA' }));
    expect(verifyJws(parseJws(text), x)).toBe(true);
  });

  it('fails under another key, over another payload, another header, another signature', () => {
    const text = signJws(payload, privateKey);
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    expect(verifyJws(parseJws(text), String(other.x))).toBe(false);
    const [protectedHeader, , signature] = text.split('.');
    expect(verifyJws(parseJws(`${protectedHeader}.${part('{"hello":"mars"}')}.${signature}`), x)).toBe(false);
    const renamed = part(JSON.stringify({ ...header, alg: 'EdDSA' }));
    expect(verifyJws(parseJws(`${renamed}.${text.split('.')[1]}.${signature}`), x)).toBe(false);
  });

  it.each([
    ['alg none', 'unsupported', { ...header, alg: 'none' }],
    ['an HMAC', 'unsupported', { ...header, alg: 'HS256' }],
    ['another curve', 'unsupported', { ...header, alg: 'Ed448' }],
    ['a DPoP proof', 'unsupported', { ...header, typ: 'dpop+jwt' }],
    ['no type', 'unsupported', { alg: header.alg, cty: header.cty }],
    ['other content', 'unsupported', { ...header, cty: 'JWT' }],
    ['a key of its own', 'budget_exceeded', { ...header, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }],
    ['an extension', 'unsupported', { ...header, crit: 'b64' }],
    ['an unencoded payload', 'unsupported', { ...header, b64: false }],
    ['a key id', 'unsupported', { ...header, kid: 'k' }],
  ])('refuses a header with %s', (_, code, members) => {
    expect(codeOf(withHeader(JSON.stringify(members)))).toBe(code);
  });

  it.each([
    ['a scalar header', 'unsupported', withHeader('1')],
    ['a member twice', 'duplicate', withHeader(`{"alg":"none","alg":"Ed25519","typ":"${BUNDLE_TYP}"}`)],
    ['two parts', 'bad_value', 'YQ.YQ'],
    ['four parts', 'bad_value', `${signJws(payload, privateKey)}.YQ`],
    ['a short signature', 'bad_value', signJws(payload, privateKey).slice(0, -6)],
    ['white space', 'bad_value', ` ${signJws(payload, privateKey)}`],
    ['a line feed at its end', 'bad_value', `${signJws(payload, privateKey)}\n`],
    ['nothing', 'bad_value', ''],
    ['more than a mebibyte', 'too_long', 'A'.repeat((1 << 20) + 1)],
  ])('refuses %s', (_, code, text) => {
    expect(codeOf(text)).toBe(code);
  });

  it('refuses every truncation', () => {
    const whole = signJws(payload, privateKey);
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(whole.slice(0, length))).not.toBe('parsed');
    }
  });

  it('answers anything at all with a format error or a JWS', () => {
    const whole = signJws(payload, privateKey);
    const near = fc
      .tuple(fc.nat(whole.length), fc.string({ maxLength: 4 }))
      .map(([at, noise]) => whole.slice(0, at) + noise + whole.slice(at + noise.length));
    fc.assert(
      fc.property(fc.oneof(near, fc.string(), fc.base64String()), (text) => {
        if (codeOf(text) === 'parsed') expect(verifyJws(parseJws(text), x)).toBe(text === whole);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
