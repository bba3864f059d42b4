import { generateKeyPairSync, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import {
  type DisclosurePolicy,
  presentSdJwt,
  verifyDisclosure,
} from '../../../src/record/disclosure/index.ts';
import { signJwt } from '../grant/shown.ts';
import { issued, keys, NOW, POLICY, SHOWING, shown } from './shown.ts';

/** A key binding of one's own making over what `text` shows. */
function rebound(text: string, claims: object, header: object = {}): string {
  const bound = text.slice(0, text.lastIndexOf('~') + 1);
  const own = { iat: NOW, aud: POLICY.audience, nonce: 'n-1', sd_hash: hash('sha256', bound, 'base64url') };
  return `${bound}${signJwt(keys.holder, { typ: 'kb+jwt', kid: undefined, ...header }, { ...own, ...claims })}`;
}

const failing = (text: string, policy: Partial<DisclosurePolicy> = {}): string[] =>
  verifyDisclosure(text, { ...POLICY, ...policy }).checks.flatMap(({ id, status }) =>
    status === 'fail' ? [id] : [],
  );

const FAULTS: readonly { check: string; text: () => string; policy?: Partial<DisclosurePolicy> }[] = [
  { check: 'disclosure.type', text: () => shown(issued({ header: { typ: 'licence-grant+jwt' } })) },
  { check: 'disclosure.key', text: () => shown(issued({ key: keys.other })) },
  {
    check: 'disclosure.signature',
    text: () => shown(issued({ key: keys.other, header: { kid: keys.issuer.kid } })),
  },
  { check: 'disclosure.issuer', text: () => shown(), policy: { issuer: 'https://another.example' } },
  { check: 'disclosure.issued', text: () => shown(issued({ always: { iat: NOW + 61 } })) },
  { check: 'disclosure.expired', text: () => shown(issued({ always: { exp: NOW } })) },
  { check: 'disclosure.key-binding', text: () => shown().replace(/[^~]*$/, '') },
  { check: 'disclosure.key-binding.type', text: () => rebound(shown(), {}, { typ: 'dpop+jwt' }) },
  {
    check: 'disclosure.key-binding.signature',
    text: () => shown(issued(), ['level'], { key: keys.other.privateKey }),
  },
  {
    check: 'disclosure.key-binding.audience',
    text: () => shown(),
    policy: { audience: 'https://another.example' },
  },
  { check: 'disclosure.key-binding.nonce', text: () => shown(), policy: { nonce: 'n-2' } },
  { check: 'disclosure.key-binding.issued', text: () => rebound(shown(), { iat: NOW - 301 }) },
  { check: 'disclosure.key-binding.issued', text: () => rebound(shown(), { iat: NOW + 61 }) },
  { check: 'disclosure.key-binding.hash', text: () => rebound(shown(), { sd_hash: 'x' }) },
];

describe('what a holder shows', () => {
  it('is accepted: what was named, and what weighs against it, and nothing else', () => {
    const { accepted, claims, notPerformed } = verifyDisclosure(shown(), POLICY);
    expect([accepted, notPerformed]).toEqual([true, []]);
    expect(claims).toMatchObject({
      level: { level: 'G2', label: 'G2-tpm' },
      date: '2026-03-01',
      weaknesses: [{ code: 'place-unproven' }],
      holds: [],
      devices: [],
    });
    expect([claims?.host, claims?.facility, JSON.stringify(claims).includes('S-1')]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect(verifyDisclosure(shown(issued(), ['devices']), POLICY).claims?.devices).toMatchObject([
      { serial: 'S-1' },
    ]);
    const guest = generateKeyPairSync('ed25519');
    const { kty, crv, x } = guest.publicKey.export({ format: 'jwk' });
    const ed = shown(issued({ always: { cnf: { jwk: { kty, crv, x } } } }), ['level'], {
      key: guest.privateKey,
    });
    expect(verifyDisclosure(ed, POLICY).accepted).toBe(true);
  });

  it.each(FAULTS)('is refused by $check alone', ({ check, text, policy }) => {
    expect(verifyDisclosure(text(), { ...POLICY, ...policy }).accepted).toBe(false);
    expect(failing(text(), policy)).toEqual([check]);
  });

  it('is refused with a disclosure more or fewer than the holder signed, and with one that was changed', () => {
    const whole = issued();
    const [jwt, first, second, ...rest] = shown(whole, ['level', 'date']).split('~');
    const host = presentSdJwt(whole, ['host'], SHOWING).split('~')[1] ?? '';
    const joined = (...parts: readonly (string | undefined)[]): string => parts.join('~');
    expect(failing(joined(jwt, first, ...rest))).toEqual(['disclosure.key-binding.hash']);
    expect(failing(joined(jwt, first, second, host, ...rest))).toEqual(['disclosure.key-binding.hash']);
    const better = Buffer.from(
      Buffer.from(first ?? '', 'base64url')
        .toString()
        .replaceAll('G2', 'G4'),
    ).toString('base64url');
    expect(failing(joined(jwt, better, second, ...rest))).toEqual(['disclosure.well-formed']);
  });

  it('cannot be without its weaknesses, nor with claims that nobody knows', () => {
    expect(failing(shown(issued({ always: { weaknesses: undefined } })))).toEqual(['disclosure.well-formed']);
    expect(failing(shown(issued({ chosen: { rank: 1 } }), ['level', 'rank']))).toEqual([
      'disclosure.well-formed',
    ]);
    expect(() => shown(issued(), ['weaknesses'])).toThrow(FormatError);
    for (const text of ['', 'x', 'a.b.c~', `${issued().split('~')[0]}`])
      expect(failing(text)).toEqual(['disclosure.well-formed']);
  });
});
