import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import {
  type BoundSession,
  parseBinding,
  serialiseBinding,
  verifyBinding,
} from '../../../src/evidence/bundle/binding.ts';
import { CheckList } from '../../../src/evidence/check.ts';
import type { Binding } from '../../../src/protocol/session.ts';
import { fuzzRuns } from '../../vectors.ts';

const KEY = 'A'.repeat(43);
const session: BoundSession = {
  id: 'session-1',
  nonce: KEY,
  expiresAt: '2026-03-01T12:00:00.000Z',
  aud: 'https://verifier.example',
  tenant: 'acme',
  hostId: 'host-1',
};
const binding: Binding = {
  v: 1,
  aud: session.aud,
  tenant: session.tenant,
  hostId: session.hostId,
  sessionId: session.id,
  nonce: session.nonce,
  expiresAt: session.expiresAt,
  signingKey: { kty: 'OKP', crv: 'Ed25519', x: KEY },
  exchangeKey: { kty: 'OKP', crv: 'X25519', x: KEY },
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const canonical = new TextDecoder().decode(serialiseBinding(binding));

function codeOf(bytes: Uint8Array): string {
  try {
    parseBinding(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('parseBinding', () => {
  it('reads the canonical form', () => {
    expect(parseBinding(serialiseBinding(binding))).toEqual(binding);
  });

  it.each<[string, string, string]>([
    ['white space', 'not_canonical', canonical.replace(',', ', ')],
    ['another order of members', 'not_canonical', JSON.stringify(binding)],
    ['an escaped letter', 'not_canonical', canonical.replace('acme', '\\u0061cme')],
    ['a member twice', 'duplicate', canonical.replace('{"aud"', '{"aud":"x","aud"')],
    ['an unknown member', 'bad_value', canonical.replace('"v":1', '"v":1,"w":1')],
    ['a missing member', 'bad_value', canonical.replace('"tenant":"acme",', '')],
    ['another version', 'bad_value', canonical.replace('"v":1', '"v":2')],
    ['an instant with an offset', 'bad_value', canonical.replace('.000Z', '+00:00')],
    ['keys that changed places', 'bad_value', canonical.replace('X25519', 'x').replace('Ed25519', 'X25519')],
    ['a key of 31 bytes', 'bad_value', canonical.replaceAll(KEY, 'A'.repeat(42))],
    ['a key with loose bits', 'not_canonical', canonical.replaceAll(KEY, `${'A'.repeat(42)}B`)],
    ['a private key', 'bad_value', canonical.replace('"crv":"Ed25519"', '"crv":"Ed25519","d":"AA"')],
    ['trailing text', 'bad_value', `${canonical}{}`],
    ['a byte order mark', 'bad_value', `\uFEFF${canonical}`],
    ['5 kB', 'too_long', canonical.replace('acme', 'a'.repeat(5000))],
  ])('refuses %s', (_, code, text) => {
    expect(codeOf(utf8(text))).toBe(code);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < canonical.length; length++) {
      expect(codeOf(utf8(canonical.slice(0, length)))).not.toBe('parsed');
    }
  });

  it('reads nothing but the one form of what it reads', () => {
    const near = fc
      .tuple(fc.nat(canonical.length), fc.string({ maxLength: 3 }))
      .map(([at, noise]) => utf8(canonical.slice(0, at) + noise + canonical.slice(at + noise.length)));
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        if (codeOf(bytes) === 'parsed') expect(serialiseBinding(parseBinding(bytes))).toEqual(bytes);
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describe('verifyBinding', () => {
  const failing = (changed: Partial<Binding>): string[] => {
    const checks = new CheckList();
    verifyBinding({ ...binding, ...changed }, session, checks);
    return checks.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  };

  it('passes what was made for the session', () => {
    expect(failing({})).toEqual([]);
  });

  it.each<[string, Partial<Binding>]>([
    ['binding.audience', { aud: 'https://verifier.example/' }],
    ['binding.tenant', { tenant: 'Acme' }],
    ['binding.host', { hostId: 'host-2' }],
    ['binding.session', { sessionId: 'session-2' }],
    ['binding.nonce', { nonce: `${'A'.repeat(42)}E` }],
    ['binding.expiry', { expiresAt: '2026-03-01T12:00:00Z' }],
  ])('%s fails alone', (id, changed) => {
    expect(failing(changed)).toEqual([id]);
  });
});
