import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { USAGE } from '../../../src/forge/nitro/certificate.ts';
import { forgeNitroDocument } from '../../../src/forge/nitro/document.ts';
import { type NitroRole, nitroPki, p384Key } from '../../../src/forge/nitro/pki.ts';
import { anchorFromCertificate, anchorFromKey, parseCertificate } from '../../../src/pki/index.ts';
import { AT, examine, judge } from './forged.ts';

const NONCE = new Uint8Array(32).fill(7);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const later = (ms: number): Date => new Date(AT.getTime() + ms);
const DATES_UNKNOWN = ['nitro.chain.path', 'nitro.chain.order'];
const pcrs = (...values: readonly (readonly [number, Uint8Array])[]): ReadonlyMap<number, Uint8Array> =>
  new Map(values);
const full = (byte: number): Uint8Array => new Uint8Array(48).fill(byte);
const pki = nitroPki({ at: AT, moduleId: 'i-0-enc0' });
const { root, region, zone, instance } = pki;
const named = anchorFromCertificate(parseCertificate(root));

describe('a Nitro attestation document', () => {
  it.each(['definite', 'indefinite'] as const)('verifies with a map of %s length, tagged or not', (map) => {
    for (const tagged of [false, true]) {
      const fields = { nonce: NONCE, user_data: Uint8Array.of(1), public_key: Uint8Array.of(2) };
      const { failed, skipped, verified } = judge({ map, tagged, fields }, { nonce: NONCE });
      expect({ failed, skipped }).toEqual({ failed: [], skipped: [] });
      expect(verified).toMatchObject({
        moduleId: 'i-0123456789abcdef0-enc0123456789abcdef',
        timestamp: AT,
        nonce: NONCE,
        userData: Uint8Array.of(1),
        publicKey: Uint8Array.of(2),
      });
      expect(verified?.pcrs.get(2)).toEqual(full(0xa2));
    }
  });

  it('asks all that it asks, each once', () => {
    expect(judge({ fields: { nonce: NONCE } }, { nonce: NONCE }).checks.map(({ id }) => id)).toEqual([
      'nitro.certificates',
      'nitro.chain.root',
      'nitro.chain.key-usage',
      'nitro.chain.path',
      'nitro.chain.order',
      'nitro.chain.validity',
      'nitro.signature',
      'nitro.timestamp.certified',
      'nitro.timestamp.future',
      'nitro.nonce',
      'nitro.debug',
    ]);
  });

  it('proves nothing with a certificate that cannot be read', () => {
    const broken = region.slice(0, -1);
    const fields = { cabundle: [root, broken, zone, instance] };
    expect(judge({ fields })).toMatchObject({ failed: ['nitro.certificates'], verified: null });
    expect(judge({ fields: { certificate: Uint8Array.of(0x30, 0) } }).failed).toEqual(['nitro.certificates']);
  });

  it('proves nothing under a root of the same name that nobody trusts', () => {
    const own = anchorFromCertificate(
      parseCertificate(nitroPki({ at: AT, moduleId: 'x', change: { root: { key: p384Key() } } }).root),
    );
    for (const anchors of [[], [own]]) {
      const outcome = judge({}, { anchors });
      expect(outcome).toMatchObject({ failed: ['nitro.chain.root'], verified: null });
      expect(outcome.skipped).toEqual([...DATES_UNKNOWN, 'nitro.chain.validity', 'nitro.nonce']);
    }
    // The trusted root on top of what another one signed.
    const swapped = forgeNitroDocument({ at: AT, change: { root: { key: p384Key() } } });
    const [, ...rest] = [swapped.pki.root, swapped.pki.region, swapped.pki.zone, swapped.pki.instance];
    const topped = forgeNitroDocument({ at: AT, pki: swapped.pki, fields: { cabundle: [root, ...rest] } });
    expect(examine({ document: topped.document, anchors: [named], at: AT, policy: 'gate' }).failed).toEqual([
      'nitro.chain.path',
    ]);
  });

  it('may be trusted by the root’s bare key', () => {
    const { subject, publicKey } = parseCertificate(root);
    expect(judge({}, { anchors: [anchorFromKey(subject, publicKey)] }).failed).toEqual([]);
    const other = parseCertificate(zone);
    expect(judge({}, { anchors: [anchorFromKey(subject, other.publicKey)] }).failed).toEqual([
      'nitro.chain.root',
    ]);
    expect(judge({}, { anchors: [anchorFromKey(other.subject, publicKey)] }).failed).toEqual([
      'nitro.chain.root',
    ]);
  });

  it.each([
    ['an issuer whose usages are not stated', 'zone', { usage: null }],
    ['a root whose usages are not stated', 'root', { usage: null }],
    ['a leaf whose usages are not stated', 'enclave', { usage: null }],
    ['a leaf for another use', 'enclave', { usage: [USAGE.keyEncipherment] }],
    ['a leaf that is a CA', 'enclave', { ca: true }],
  ] as const)('refuses %s', (_, role, change) => {
    expect(judge({ change: { [role]: change } })).toMatchObject({
      failed: ['nitro.chain.key-usage'],
      verified: null,
    });
  });

  it.each([
    ['an issuer that is no CA', { zone: { ca: false, pathLength: null } }],
    ['a path longer than an issuer allows', { region: { pathLength: 1 } }],
    ['a certificate that another key signed', { instance: { signer: p384Key() } }],
    ['a leaf that another key signed', { enclave: { signer: p384Key() } }],
    ['a certificate signed over SHA-256', { zone: { hash: 'sha256' } }],
    ['a certificate of another issuer', { instance: { issuer: 'somebody' } }],
  ] as const)('refuses %s', (_, change) => {
    const outcome = judge({ change });
    expect(outcome).toMatchObject({ failed: ['nitro.chain.path'], verified: null });
    expect(outcome.skipped).toEqual(['nitro.chain.order', 'nitro.chain.validity', 'nitro.nonce']);
  });

  it('refuses a leaf of another curve, whose signature is then not asked', () => {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const outcome = judge({ change: { enclave: { key } }, signer: p384Key() });
    expect(outcome).toMatchObject({ failed: ['nitro.chain.path'], verified: null });
    expect(outcome.skipped).toContain('nitro.signature');
  });

  it.each([
    ['in another order', [root, zone, region, instance]],
    ['with a certificate too many', [root, region, zone, instance, region]],
    ['with one twice', [root, region, zone, instance, instance]],
    ['with a second root', [root, root, region, zone, instance]],
  ])('refuses a bundle %s', (_, cabundle) => {
    expect(judge({ pki, fields: { cabundle } })).toMatchObject({
      failed: ['nitro.chain.order'],
      verified: null,
    });
  });

  it('finds no path where one is missing', () => {
    expect(judge({ pki, fields: { cabundle: [root, region, instance] } }).failed).toEqual([
      'nitro.chain.path',
    ]);
    expect(judge({ pki, fields: { cabundle: [root] } }).failed).toEqual(['nitro.chain.path']);
  });

  it.each(['root', 'region', 'zone', 'instance', 'enclave'] satisfies NitroRole[])(
    'refuses it once the certificate of the %s has expired, and before it is valid',
    (role) => {
      const [notBefore, notAfter] = [later(-HOUR_MS), later(HOUR_MS)];
      const change = { [role]: { notBefore, notAfter } };
      // What held once is asked its dates again.
      expect(judge({ change }, { at: notAfter }).failed).toEqual([]);
      for (const at of [later(HOUR_MS + 1000), later(-HOUR_MS - 1000)]) {
        const { failed, skipped, verified } = judge({ change }, { at });
        const ahead = at < AT ? ['nitro.timestamp.future'] : [];
        expect(failed).toEqual(['nitro.chain.validity', ...ahead]);
        expect(skipped).toEqual([...DATES_UNKNOWN, 'nitro.nonce']);
        expect(verified).toBeNull();
      }
    },
  );

  it('refuses an instant that is none', () => {
    expect(judge({}, { at: new Date(Number.NaN) })).toMatchObject({
      failed: ['nitro.chain.path', 'nitro.timestamp.future'],
      verified: null,
    });
  });

  it('refuses what another key signed', () => {
    expect(judge({ signer: p384Key() })).toMatchObject({ failed: ['nitro.signature'], verified: null });
  });

  it('refuses a document from outside the time for which its key is certified', () => {
    for (const timestamp of [later(-HOUR_MS - 1000), later(-24 * HOUR_MS)]) {
      const outcome = judge({ fields: { timestamp: timestamp.getTime() } });
      expect(outcome).toMatchObject({ failed: ['nitro.timestamp.certified'], verified: null });
    }
    const past = later(2 * HOUR_MS + 1000);
    expect(judge({ fields: { timestamp: past.getTime() } }, { at: later(2 * HOUR_MS) }).failed).toEqual([
      'nitro.timestamp.certified',
    ]);
    // Both ends included, whole seconds.
    for (const timestamp of [later(-HOUR_MS), later(2 * HOUR_MS + 999)]) {
      expect(
        judge({ fields: { timestamp: timestamp.getTime() } }, { at: later(2 * HOUR_MS) }).failed,
      ).toEqual([]);
    }
  });

  it('refuses a document from more than five minutes ahead', () => {
    const ahead = (ms: number) => judge({ fields: { timestamp: later(ms).getTime() } });
    expect(ahead(5 * MINUTE_MS).failed).toEqual([]);
    expect(ahead(5 * MINUTE_MS + 1)).toMatchObject({ failed: ['nitro.timestamp.future'], verified: null });
  });

  it('asks the nonce if there is one to ask for', () => {
    const asked = (nonce: Uint8Array | null, wanted: Uint8Array) =>
      judge({ fields: { nonce } }, { nonce: wanted });
    expect(asked(NONCE, NONCE).failed).toEqual([]);
    for (const nonce of [null, NONCE.subarray(1), new Uint8Array(32)]) {
      expect(asked(nonce, NONCE)).toMatchObject({ failed: ['nitro.nonce'], verified: null });
    }
    expect(asked(null, new Uint8Array()).failed).toEqual(['nitro.nonce']);
    expect(judge({ fields: { nonce: NONCE } })).toMatchObject({ failed: [], skipped: ['nitro.nonce'] });
  });

  it.each([
    ['all registers are zero', pcrs([0, full(0)], [1, full(0)], [2, full(0)], [3, full(0)])],
    ['PCR0 is zero', pcrs([0, full(0)], [1, full(1)], [2, full(2)])],
    ['PCR1 is zero', pcrs([0, full(1)], [1, full(0)], [2, full(2)])],
    ['PCR2 is absent', pcrs([0, full(1)], [1, full(2)])],
  ])('refuses debug mode under the gate alone: %s', (_, registers) => {
    const options = { fields: { pcrs: registers } };
    expect(judge(options)).toMatchObject({ failed: ['nitro.debug'], verified: null });
    const outcome = judge(options, { policy: 'authenticity' });
    expect(outcome).toMatchObject({ failed: [], skipped: ['nitro.nonce', 'nitro.debug'] });
    expect(outcome.verified).not.toBeNull();
  });
});
