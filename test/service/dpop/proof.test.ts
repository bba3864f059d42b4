import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { type ProvenRequest, verifyDpopProof } from '../../../src/service/dpop/proof.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const RULES = { publicUrl: 'https://verifier.example', skewMs: 60_000, now: NOW };
const NO_CACHE = { get: () => undefined };

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');

type Changes = {
  readonly header?: { readonly [name: string]: unknown };
  readonly claims?: { readonly [name: string]: unknown };
  readonly signWith?: KeyObject;
};

/** A proof for `POST /v1/sessions`, right but for what `changes` says. */
async function proof(changes: Changes = {}): Promise<string> {
  const claims = {
    htm: 'POST',
    htu: 'https://verifier.example/v1/sessions',
    iat: NOW.getTime() / 1000,
    jti: 'a-fresh-one',
    ...changes.claims,
  };
  const header = {
    typ: 'dpop+jwt',
    alg: 'ES256',
    jwk: p256.publicKey.export({ format: 'jwk' }),
    ...changes.header,
  };
  return new SignJWT(claims).setProtectedHeader(header).sign(changes.signWith ?? p256.privateKey);
}

function request(dpop: string | undefined, path = '/v1/sessions'): ProvenRequest {
  return { method: 'POST', path, dpop };
}

const verify = (dpop: string | undefined, path?: string) =>
  verifyDpopProof(request(dpop, path), RULES, NO_CACHE);

describe('a proof of possession (RFC 9449, section 4.3)', () => {
  it('names its key by thumbprint and lapses when its iat leaves the window', async () => {
    const proven = await verify(await proof());
    expect(proven.jkt).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(proven.proof.expiresAt).toEqual(new Date(NOW.getTime() + RULES.skewMs));
    expect(Number.isSafeInteger(proven.proof.digest)).toBe(true);
  });

  it('has the thumbprint of RFC 8037, appendix A.3', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    const { readProofKey } = await import('../../../src/service/dpop/proof-key.ts');
    expect(readProofKey(jwk, 'EdDSA').canonical).toBe(
      '{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
    );
  });

  it.each(['EdDSA', 'Ed25519'])('may be signed with %s', async (alg) => {
    const jwk = ed25519.publicKey.export({ format: 'jwk' });
    const dpop = await proof({ header: { alg, jwk }, signWith: ed25519.privateKey });
    await expect(verify(dpop)).resolves.toMatchObject({ jwk: { kty: 'OKP' } });
  });

  it.each([
    ['a fragment and a query', 'https://verifier.example/v1/sessions?a=b#c'],
    ['the default port', 'https://verifier.example:443/v1/sessions'],
    ['a host in capitals', 'HTTPS://VERIFIER.example/v1/sessions'],
  ])('may name its URI with %s', async (_, htu) => {
    await expect(verify(await proof({ claims: { htu } }))).resolves.toBeDefined();
  });

  it('tells two proofs apart by jti and by key', async () => {
    const a = await verify(await proof());
    const again = await verify(await proof());
    const b = await verify(await proof({ claims: { jti: 'another' } }));
    expect(again.proof.digest).toBe(a.proof.digest);
    expect(b.proof.digest).not.toBe(a.proof.digest);
  });

  const privateJwk = p256.privateKey.export({ format: 'jwk' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const jwk = p256.publicKey.export({ format: 'jwk' });
  // The same point, its last character's two spare bits set: another text, hence another thumbprint, for one key.
  const alias = `${jwk.x?.slice(0, 42)}${String.fromCharCode((jwk.x?.charCodeAt(42) ?? 0) + 1)}`;
  it.each<[string, Changes]>([
    ['another method', { claims: { htm: 'GET' } }],
    ['no method', { claims: { htm: undefined } }],
    ['another path', { claims: { htu: 'https://verifier.example/v1/enrolments' } }],
    ['another verifier', { claims: { htu: 'https://other.example/v1/sessions' } }],
    ['another scheme', { claims: { htu: 'http://verifier.example/v1/sessions' } }],
    ['credentials in its URI', { claims: { htu: 'https://a:b@verifier.example/v1/sessions' } }],
    ['no URI', { claims: { htu: 7 } }],
    ['an iat too old', { claims: { iat: NOW.getTime() / 1000 - 61 } }],
    ['an iat in the future', { claims: { iat: NOW.getTime() / 1000 + 61 } }],
    ['no iat', { claims: { iat: undefined } }],
    ['an exp that has passed', { claims: { exp: NOW.getTime() / 1000 - 1 } }],
    ['an empty jti', { claims: { jti: '' } }],
    ['no jti', { claims: { jti: undefined } }],
    ['an endless jti', { claims: { jti: 'x'.repeat(257) } }],
    ['another typ', { header: { typ: 'jwt' } }],
    ['no typ', { header: { typ: undefined } }],
    ['no key', { header: { jwk: undefined } }],
    ['a private key', { header: { jwk: privateJwk } }],
    ['a key that did not sign it', { header: { jwk: other.publicKey.export({ format: 'jwk' }) } }],
    [
      'a curve that is not accepted',
      {
        header: { alg: 'ES384', jwk: p384.publicKey.export({ format: 'jwk' }) },
        signWith: p384.privateKey,
      },
    ],
    ['a coordinate that is not canonical', { header: { jwk: { ...jwk, x: alias } } }],
    ['a point off the curve', { header: { jwk: { ...jwk, y: jwk.x } } }],
  ])('is refused with %s', async (_, changes) => {
    await expect(verify(await proof(changes))).rejects.toMatchObject({ code: 'dpop_invalid' });
  });

  it('is refused when symmetric, unsigned, absent, repeated, oversized or not a JWT', async () => {
    const good = await proof();
    const [, claims] = good.split('.');
    const header = (alg: string) =>
      Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg, jwk })).toString('base64url');
    for (const dpop of [
      undefined,
      '',
      'x',
      `${good}, ${good}`,
      good.padEnd(4097, 'A'),
      `${good.slice(0, -4)}AAAA`,
      `${header('none')}.${claims}.`,
      `${header('HS256')}.${claims}.AAAA`,
    ]) {
      await expect(verify(dpop)).rejects.toMatchObject({ code: 'dpop_invalid' });
    }
  });

  it('is refused on any other path of the same verifier', async () => {
    await expect(verify(await proof(), '/v1/sessions/')).rejects.toMatchObject({
      code: 'dpop_invalid',
      path: 'dpop.htu',
    });
  });
});
