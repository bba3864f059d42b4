import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_ROUNDS,
  type Permit,
  type PermitTrust,
  parsePermit,
  signPermit,
  verifyPermit,
} from '../../../src/location/probe/index.ts';
import { codeOf } from '../../bytes/refusal.ts';
import { fuzzRuns } from '../../vectors.ts';
import { AT, failed, landmark, later, other, permitFor, permitTrust, verifier } from './parties.ts';

const signed = signPermit(permitFor(), verifier.key);
const judge = (changes: Partial<Permit>, trust: Partial<PermitTrust> = {}): string[] => {
  const { findings, permit } = verifyPermit(signPermit(permitFor(changes), verifier.key), permitTrust(trust));
  expect(permit === null).toBe(failed(findings).length > 0);
  return failed(findings);
};

describe('a probe permit', () => {
  it('is read as it was written, and fits into one datagram with room for the rest', () => {
    expect(parsePermit(signed).content.permit).toEqual(permitFor());
    expect(
      parsePermit(signPermit(permitFor({ facilityId: null }), verifier.key)).content.permit.facilityId,
    ).toBe(null);
    const long = 'x'.repeat(64);
    const largest = permitFor({
      issuer: 'x'.repeat(255),
      jti: long,
      sessionId: long,
      hostId: long,
      facilityId: long,
      landmarkId: long,
      addresses: Array.from({ length: 4 }, () => ({ address: '2001:db8::1', port: 1 })),
      policyVersion: long,
    });
    expect(signPermit(largest, verifier.key).length).toBeLessThan(1024);
  });

  it('holds where everything is as it should be, each check passed by name', () => {
    const { findings, permit } = verifyPermit(signed, permitTrust());
    expect(failed(findings)).toEqual([]);
    expect(findings.checks).toHaveLength(9);
    expect(permit).toEqual(permitFor());
  });

  it.each<[string, Partial<Permit>, Partial<PermitTrust>]>([
    ['permit.key', {}, { keys: new Map() }],
    ['permit.key', { issuer: 'https://another.example' }, {}],
    ['permit.landmark', { landmarkId: 'frankfurt-2' }, {}],
    ['permit.landmark-key', { landmarkKey: permitFor().hostKey }, {}],
    ['permit.lifetime', { expiresAt: later(60_001) }, {}],
    ['permit.begun', {}, { at: later(-1) }],
    ['permit.open', {}, { at: later(60_000) }],
    ['permit.rounds', { rounds: 19 }, {}],
    ['permit.rounds', { bursts: 2 }, {}],
    ['permit.rounds', { rounds: 20, bursts: 21 }, {}],
  ])('fails on %s alone (%#)', (id, changes, trust) => {
    expect(judge(changes, trust)).toEqual([id]);
  });

  it('by a landmark that wants to be measured itself is for its own key, and fails on permit.self alone else', () => {
    const [[kid, trusted] = []] = permitTrust().keys;
    if (kid === undefined || trusted === undefined) throw new Error('one key is trusted');
    const keys = (onlyFor: Uint8Array) => new Map([[kid, { ...trusted, onlyFor }]]);
    expect(judge({}, { keys: keys(permitFor().hostKey) })).toEqual([]);
    expect(judge({}, { keys: keys(permitFor().landmarkKey) })).toEqual(['permit.self']);
  });

  it('has a lifetime: one that ends as it begins is none', () => {
    expect(judge({ expiresAt: AT }, { at: AT })).toEqual(['permit.lifetime', 'permit.open']);
  });

  it('gives clocks the leeway that the landmark allows, and no more', () => {
    expect(judge({}, { at: later(-500), clockSkewMs: 500 })).toEqual([]);
    expect(judge({}, { at: later(-501), clockSkewMs: 500 })).toEqual(['permit.begun']);
    expect(judge({}, { at: later(60_499), clockSkewMs: 500 })).toEqual([]);
    expect(judge({}, { at: later(60_500), clockSkewMs: 500 })).toEqual(['permit.open']);
    expect(judge({}, { at: new Date(Number.NaN) })).toEqual(['permit.begun', 'permit.open']);
  });

  it('fails on permit.signature alone for any changed bit that leaves it readable and its subject the same', () => {
    const forged = Uint8Array.from(signed);
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(failed(verifyPermit(forged, permitTrust()).findings)).toEqual(['permit.signature']);
    // By somebody else's key under the trusted one's id.
    const theirs = Uint8Array.from(signPermit(permitFor(), other.key));
    theirs.set(signed.subarray(2, 34), 2);
    expect(failed(verifyPermit(theirs, permitTrust()).findings)).toEqual(['permit.signature']);
  });

  it('is refused with any one bit changed, wherever it is', () => {
    for (let at = 0; at < signed.length; at++) {
      const forged = Uint8Array.from(signed);
      forged[at] = (forged[at] ?? 0) ^ (1 << (at % 8));
      expect(verifyPermit(forged, permitTrust()).permit).toBe(null);
    }
  });

  it('is refused cut short anywhere, or with bytes behind it', () => {
    for (let end = 0; end < signed.length; end++) {
      expect(failed(verifyPermit(signed.subarray(0, end), permitTrust()).findings)).toEqual([
        'permit.well-formed',
      ]);
    }
    expect(codeOf(() => parsePermit(Buffer.concat([signed, Buffer.of(0)])))).toBe('trailing_data');
    expect(codeOf(() => parsePermit(new Uint8Array(1025)))).toBe('too_long');
  });

  it('cannot be made of what the wire cannot carry', () => {
    const refusals = (
      [
        { jti: '' },
        { jti: 'x'.repeat(65) },
        { jti: 'a b' },
        { jti: 'ü' },
        { facilityId: '' },
        { hostKey: new Uint8Array(31) },
        { addresses: [] },
        { addresses: Array.from({ length: 5 }, () => ({ address: '192.0.2.1', port: 1 })) },
        { addresses: [{ address: 'landmark.example', port: 4600 }] },
        { addresses: [{ address: '192.0.2.1', port: 0 }] },
        { rounds: 0 },
        { rounds: MAX_ROUNDS + 1 },
        { bursts: 256 },
        { issuedAt: new Date(Number.NaN) },
        { expiresAt: new Date(-1) },
      ] satisfies Partial<Permit>[]
    ).map((changes) => codeOf(() => signPermit(permitFor(changes), verifier.key)));
    expect(new Set(refusals)).toEqual(new Set(['bad_value', 'too_long']));
  });

  it('never is anything but read or refused with a code, whatever the bytes', () => {
    const mutation = fc.record({
      at: fc.nat(signed.length - 1),
      byte: fc.nat(255),
      cut: fc.nat(signed.length),
    });
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 4 }), fc.boolean(), (mutations, cut) => {
        const bytes = Uint8Array.from(signed);
        for (const { at, byte } of mutations) bytes[at] = byte;
        const input = cut ? bytes.subarray(0, mutations[0]?.cut ?? 0) : bytes;
        const changed = Buffer.compare(input, signed) !== 0;
        expect(verifyPermit(input, permitTrust()).permit === null).toBe(changed);
      }),
      { numRuns: Math.min(fuzzRuns, 50_000) / 5 },
    );
  });

  it('is no signature of the landmark', () => {
    expect(failed(verifyPermit(signPermit(permitFor(), landmark.key), permitTrust()).findings)).toEqual([
      'permit.key',
    ]);
  });
});
