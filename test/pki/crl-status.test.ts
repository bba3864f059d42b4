import { describe, expect, it } from 'vitest';
import { writeNull } from '../../src/bytes/der-writer.ts';
import {
  type CrlOptions,
  extension,
  issueCrl,
  NEXT_UPDATE,
  REVOKED_AT,
  scope,
  THIS_UPDATE,
} from './crl-issue.ts';
import { issueCa, issueLeaf, issueRoot, newKey, T0 } from './issue.ts';
import { answers, ask, ca, caCrl, leaf, leafBy, root, rootCrl } from './revocation-case.ts';

const DAY_MS = 86_400_000;
const before = new Date(T0.getTime() - 1000);
const after = new Date(T0.getTime() + 1000);

describe('revocation by CRL', () => {
  it('clears each certificate that its issuer’s fresh CRL does not list', () => {
    const [leafVerdict, caVerdict, ...more] = ask({ crls: [caCrl, rootCrl] });
    expect(leafVerdict).toMatchObject({
      status: 'good',
      certificate: leaf.certificate,
      freshUntil: NEXT_UPDATE,
      sources: [{ kind: 'crl', thisUpdate: THIS_UPDATE, nextUpdate: NEXT_UPDATE }],
    });
    expect(caVerdict).toMatchObject({ status: 'good', certificate: ca.certificate });
    expect(more).toEqual([]);
  });

  it('says by which reason and since when a certificate is revoked', () => {
    const crl = issueCrl(ca, { entries: [{ revoked: leaf, reason: 4 }] });
    expect(ask({ crls: [crl] })[0]).toMatchObject({
      status: 'revoked',
      reason: 'superseded',
      revokedAt: REVOKED_AT,
      sources: [{ kind: 'crl' }],
    });
  });

  it.each([
    [0, 'unspecified'],
    [1, 'keyCompromise'],
    [2, 'cACompromise'],
    [3, 'affiliationChanged'],
    [4, 'superseded'],
    [5, 'cessationOfOperation'],
    [6, 'certificateHold'],
    [8, 'removeFromCRL'],
    [9, 'privilegeWithdrawn'],
    [10, 'aACompromise'],
    [undefined, 'unspecified'],
  ])('takes reason %s in a complete CRL for revoked', (reason, text) => {
    const entry = reason === undefined ? { revoked: leaf } : { revoked: leaf, reason };
    expect(leafBy(issueCrl(ca, { entries: [entry] }))).toBe(`revoked: ${text}`);
  });

  it('takes a certificate for revoked even where the entry’s date lies ahead', () => {
    const date = new Date(T0.getTime() + DAY_MS);
    expect(leafBy(issueCrl(ca, { entries: [{ revoked: leaf, date }] }))).toBe('revoked: unspecified');
  });

  it('finds a revoked CA above a leaf that is not', () => {
    const crl = issueCrl(root, { entries: [{ revoked: ca, reason: 2 }] });
    expect(answers({ crls: [crl, caCrl] })).toEqual(['good', 'revoked: cACompromise']);
  });

  it('does not confuse the serial numbers of different issuers', () => {
    const namesake = issueLeaf(root, { serial: leaf.certificate.serialNumber });
    expect(answers({ crls: [issueCrl(root, { entries: [{ revoked: namesake }] }), caCrl] })[0]).toBe('good');
  });

  it('knows nothing without CRLs', () => {
    expect(answers({})).toEqual(['revocation_data_missing', 'revocation_data_missing']);
  });

  const otherKey = newKey();
  it.each<readonly [string, CrlOptions, string]>([
    ['another issuer', { issuerName: root.name }, 'crl_other_issuer'],
    ['a signature by another key', { signer: otherKey }, 'crl_signature_invalid'],
    ['a key of another kind', { signer: newKey('ed25519'), algorithm: 'ed25519' }, 'crl_algorithm_refused'],
    ['SHA-1', { algorithm: 'ecdsa-sha1' }, 'crl_algorithm_refused'],
    ['a next update that has passed', { nextUpdate: before }, 'crl_expired'],
    ['a this update that lies ahead', { thisUpdate: after }, 'crl_not_yet_valid'],
    ['no next update', { nextUpdate: null }, 'crl_next_update_missing'],
    ['another key identifier', { authorityKeyIdentifier: root.ski }, 'crl_issuer_unknown'],
    [
      'an unknown critical extension',
      { extensions: [extension('1.2.3.4', writeNull(), true)] },
      'crl_extension_unknown',
    ],
    [
      'an unknown critical extension of an entry, even of another certificate',
      { entries: [{ revoked: ca, extensions: [extension('1.2.3.4', writeNull(), true)] }] },
      'crl_extension_unknown',
    ],
    ['a base', { base: 4 }, 'crl_delta_without_base'],
  ])('does not clear a certificate by a CRL with %s', (_, options, code) => {
    expect(leafBy(issueCrl(ca, options))).toBe(code);
  });

  it.each<readonly [string, CrlOptions]>([
    ['an unknown extension that is not critical', { extensions: [extension('1.2.3.4', writeNull())] }],
    ['a next update at this instant', { nextUpdate: T0 }],
    ['a this update at this instant', { thisUpdate: T0 }],
    ['no key identifier', { authorityKeyIdentifier: null }],
    ['no CRL number', { number: null }],
    ['version 1', { version: 1 }],
  ])('clears a certificate by a CRL with %s', (_, options) => {
    expect(leafBy(issueCrl(ca, options))).toBe('good');
  });

  it('refuses departures from section 5 where the profile is demanded', () => {
    const crls = [issueCrl(ca, { number: null }), rootCrl];
    expect(answers({ crls, crlProfile: 'rfc5280' })).toEqual(['crl_profile_violated', 'good']);
  });

  it('bridges the skew that the caller grants, and no more', () => {
    const late = [issueCrl(ca, { nextUpdate: before })];
    const early = [issueCrl(ca, { thisUpdate: after })];
    expect(answers({ crls: late, skewMs: 1000 })[0]).toBe('good');
    expect(answers({ crls: late, skewMs: 999 })[0]).toBe('crl_expired');
    expect(answers({ crls: early, skewMs: 1000 })[0]).toBe('good');
    expect(answers({ crls: early, skewMs: 999 })[0]).toBe('crl_not_yet_valid');
  });

  it.each([
    ['garbage', new Uint8Array([1, 2, 3])],
    ['nothing', new Uint8Array()],
    ['a certificate', ca.der],
    ['a CRL and one byte', new Uint8Array([...caCrl, 0])],
  ])('does not clear a certificate by %s', (_, bytes) => {
    expect(answers({ crls: [bytes] })).toEqual(['crl_malformed', 'crl_malformed']);
    expect(answers({ crls: [bytes, caCrl, rootCrl] })).toEqual(['good', 'good']);
  });

  it('does not clear a certificate by a CRL with any one bit flipped', () => {
    const crl = issueCrl(ca, { entries: [{ revoked: leaf }] });
    for (let bit = 0; bit < crl.length * 8; bit += 3) {
      const forged = crl.slice();
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      expect(leafBy(forged)).not.toBe('good');
    }
  });

  it('reads the newest CRL first, whatever the order, so that an older one does not speak for it', () => {
    const newer = issueCrl(ca, { number: 6, thisUpdate: before, entries: [{ revoked: leaf, reason: 1 }] });
    expect(leafBy(caCrl, newer)).toBe('revoked: keyCompromise');
    expect(leafBy(newer, caCrl)).toBe('revoked: keyCompromise');
    const sameTime = issueCrl(ca, { number: 6, entries: [{ revoked: leaf, reason: 1 }] });
    expect(leafBy(caCrl, sameTime)).toBe('revoked: keyCompromise');
    const released = issueCrl(ca, { number: 7, thisUpdate: T0 });
    expect(leafBy(caCrl, newer, released)).toBe('good');
  });

  it('passes over a forged newer CRL', () => {
    const forged = issueCrl(ca, { number: 9, thisUpdate: before, signer: otherKey });
    expect(leafBy(caCrl, forged)).toBe('good');
    expect(leafBy(issueCrl(ca, { entries: [{ revoked: leaf }] }), forged)).toBe('revoked: unspecified');
  });

  it('wants cRLSign of an issuer that has a key usage', () => {
    const mute = issueCa(root, { extensions: { '2.5.29.15': { critical: true, value: keyCertSignOnly } } });
    const below = issueLeaf(mute);
    const chain = [below, mute, root];
    expect(answers({ chain, crls: [rootCrl, issueCrl(mute)] })).toEqual(['crl_issuer_may_not_sign', 'good']);
  });

  it('accepts an issuer without key usage', () => {
    const plain = issueCa(root, { extensions: { '2.5.29.15': null } });
    expect(answers({ chain: [issueLeaf(plain), plain, root], crls: [issueCrl(plain)] })[0]).toBe('good');
  });

  it('wants cRLSign of the anchor, where it came in a certificate', () => {
    const mute = issueRoot({ extensions: { '2.5.29.15': { critical: true, value: keyCertSignOnly } } });
    expect(answers({ chain: [issueLeaf(mute), mute], crls: [issueCrl(mute)] })).toEqual([
      'crl_issuer_may_not_sign',
    ]);
  });
});

const unknownCritical = extension('1.2.3.4', writeNull(), true);
const keyCertSignOnly = new Uint8Array([0x03, 0x02, 0x02, 0x04]);

describe('delta CRLs', () => {
  const base = (options: CrlOptions = {}): Uint8Array => issueCrl(ca, { number: 5, ...options });
  const delta = (options: CrlOptions = {}): Uint8Array => issueCrl(ca, { number: 7, base: 5, ...options });
  const held = { entries: [{ revoked: leaf, reason: 6 }] };
  const removed = { entries: [{ revoked: leaf, reason: 8 }] };
  const stolen = { entries: [{ revoked: leaf, reason: 1 }] };

  it('add revocations', () => {
    expect(leafBy(base(), delta(stolen))).toBe('revoked: keyCompromise');
    expect(leafBy(base(held), delta(stolen))).toBe('revoked: keyCompromise');
    expect(leafBy(base(), delta())).toBe('good');
  });

  it('take holds back', () => {
    expect(leafBy(base(held), delta(removed))).toBe('good');
    expect(leafBy(base(held), delta())).toBe('revoked: certificateHold');
  });

  it('keep a base alive that has grown old', () => {
    expect(leafBy(base({ nextUpdate: before }), delta())).toBe('good');
    expect(leafBy(base({ nextUpdate: before, ...stolen }), delta())).toBe('revoked: keyCompromise');
    expect(leafBy(base({ nextUpdate: before }), delta({ nextUpdate: before }))).toBe('crl_expired');
    expect(ask({ crls: [base({ nextUpdate: before }), delta()] })[0]).toMatchObject({
      freshUntil: NEXT_UPDATE,
    });
  });

  it('do not mend a base that lies ahead, or that never grows old', () => {
    expect(leafBy(base({ thisUpdate: after }), delta())).toBe('crl_not_yet_valid');
    expect(leafBy(base({ nextUpdate: null }), delta())).toBe('crl_next_update_missing');
  });

  it('are used from the highest number down', () => {
    const newest = delta({ number: 9, ...removed });
    expect(leafBy(base(held), delta({ number: 8, ...stolen, thisUpdate: THIS_UPDATE }), newest)).toBe('good');
  });

  it('are left aside where the caller says so', () => {
    expect(answers({ crls: [base(), delta(stolen)], deltas: 'ignore' })[0]).toBe('good');
  });

  it.each<readonly [string, CrlOptions, string]>([
    ['a base that is newer than the complete CRL', { base: 6 }, 'crl_expired'],
    ['no news since the complete CRL', { number: 5, base: 4 }, 'crl_expired'],
    ['another key identifier', { authorityKeyIdentifier: null }, 'crl_expired'],
    ['another scope', { scope: scope({ only: 'user' }) }, 'crl_expired'],
    ['another issuer', { issuerName: root.name }, 'crl_expired'],
    ['a next update that has passed', { nextUpdate: before }, 'crl_expired'],
    ['a this update that lies ahead', { thisUpdate: after }, 'crl_not_yet_valid'],
    ['a signature by another key', { signer: newKey() }, 'crl_signature_invalid'],
    ['an unknown critical extension', { extensions: [unknownCritical] }, 'crl_extension_unknown'],
  ])('neither lift a hold nor keep a base alive with %s', (_, options, code) => {
    expect(leafBy(base(held), delta({ ...removed, ...options }))).toBe('revoked: certificateHold');
    expect(leafBy(base({ nextUpdate: before }), delta(options))).toBe(code);
  });

  it('do not continue a complete CRL without a number', () => {
    expect(leafBy(base({ number: null, ...held }), delta(removed))).toBe('revoked: certificateHold');
  });
});
