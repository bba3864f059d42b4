import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf } from '../../../src/location/bound.ts';
import {
  encodeReceiptMessage,
  keyIdOf,
  MAX_DATAGRAM_BYTES,
  measurementOf,
  type ProbeReceipt,
  parseReceipt,
  probeContext,
  type ReceiptContext,
  rawPublicKey,
  signReceipt,
  signTranscript,
  verifyReceipt,
} from '../../../src/location/probe/index.ts';
import { codeOf } from '../../bytes/refusal.ts';
import { fuzzRuns } from '../../vectors.ts';
import {
  failed,
  landmark,
  later,
  other,
  permitFor,
  receiptContext,
  receiptFor,
  registered,
  transcriptFor,
} from './parties.ts';

const signed = signReceipt(receiptFor(), landmark.key);
const judge = (changes: Partial<ProbeReceipt>, context: Partial<ReceiptContext> = {}): string[] => {
  const { findings, bound } = verifyReceipt(
    signReceipt(receiptFor(changes), landmark.key),
    receiptContext(context),
  );
  expect(bound === null).toBe(failed(findings).length > 0);
  return failed(findings);
};
const otherTranscript = transcriptFor([0, 1], 20);

describe('a receipt', () => {
  it('is read as it was written', () => {
    const landmarkKeyId = keyIdOf(rawPublicKey(landmark.key));
    expect(parseReceipt(signed).content).toEqual({ ...receiptFor(), landmarkKeyId });
  });

  it('fits into one datagram, whatever is in it', () => {
    const long = 'x'.repeat(64);
    const rounds = Array.from({ length: 128 }, (_, seq) => ({ seq, rttNs: 0xffff_ffff }));
    const peer = { address: '2001:db8::1', port: 65_535 };
    const largest = signReceipt(
      receiptFor({ landmarkId: long, jti: long, sessionId: long, sent: 128, rounds, peer }),
      landmark.key,
    );
    expect(encodeReceiptMessage(probeContext(permitFor()), largest).length).toBeLessThanOrEqual(
      MAX_DATAGRAM_BYTES,
    );
  });

  it('that holds bounds the host by its least round trip', () => {
    const { findings, bound } = verifyReceipt(signed, receiptContext());
    expect(failed(findings)).toEqual([]);
    expect(findings.checks).toHaveLength(13);
    expect(bound).toEqual({
      landmarkId: 'frankfurt-1',
      controlGroup: 'operator-a',
      place: registered.place,
      uncertaintyMeters: 50,
      rttNs: 1_100_001,
      clockErrorPpm: 100,
    });
    if (bound === null) throw new Error('it holds');
    const { radiusMeters } = boundOf(measurementOf(bound), 'A');
    expect(radiusMeters).toBeCloseTo((((1_100_001 * 0.299792458) / 2) * 1.0001 + 50) * 1.001, 3);
  });

  it.each<[string, Partial<ProbeReceipt>, Partial<ReceiptContext>]>([
    ['receipt.landmark', { landmarkId: 'frankfurt-2' }, {}],
    ['receipt.landmark', {}, { permit: permitFor({ landmarkId: 'frankfurt-2' }) }],
    ['receipt.landmark-key', {}, { permit: permitFor({ landmarkKey: rawPublicKey(other.key) }) }],
    ['receipt.permit', { jti: 'permit-2' }, {}],
    ['receipt.session', { sessionId: 'session-2' }, {}],
    ['receipt.host-key', { hostKeyId: keyIdOf(rawPublicKey(other.key)) }, {}],
    ['receipt.host-signature', { hostSignature: signTranscript(receiptFor().transcript, other.key) }, {}],
    ['receipt.host-signature', { transcript: otherTranscript }, {}],
    ['receipt.place', { place: { ...registered.place, latitude: 50.11 } }, {}],
    ['receipt.place', { place: { ...registered.place, longitude: 8.7 } }, {}],
    ['receipt.place', { uncertaintyMeters: 49 }, {}],
    ['receipt.measured', { measuredAt: later(-1) }, {}],
    ['receipt.measured', { measuredAt: later(60_001) }, {}],
    ['receipt.fresh', {}, { at: later(70_001) }],
    ['receipt.fresh', {}, { at: later(-1) }],
    ['receipt.fresh', {}, { at: new Date(Number.NaN) }],
    ['receipt.sent', { sent: 21 }, {}],
    ['receipt.valid', { rounds: [] }, {}],
  ])('fails on %s alone (%#)', (id, changes, context) => {
    expect(judge(changes, context)).toEqual([id]);
  });

  it('fails on receipt.signature alone where another key signed under this one’s name', () => {
    const forged = Uint8Array.from(signed);
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(failed(verifyReceipt(forged, receiptContext()).findings)).toEqual(['receipt.signature']);
    const theirs = signReceipt(receiptFor(), other.key);
    expect(failed(verifyReceipt(theirs, receiptContext()).findings)).toEqual([
      'receipt.landmark-key',
      'receipt.signature',
    ]);
    theirs.set(signed.subarray(2, 34), 2);
    expect(failed(verifyReceipt(theirs, receiptContext()).findings)).toEqual(['receipt.signature']);
  });

  it('gives the landmark’s clock the leeway that the verifier allows, and no more', () => {
    expect(judge({ measuredAt: later(-500) }, { clockSkewMs: 500 })).toEqual([]);
    expect(judge({ measuredAt: later(-501) }, { clockSkewMs: 500 })).toEqual(['receipt.measured']);
    expect(judge({ measuredAt: later(60_500) }, { clockSkewMs: 500 })).toEqual([]);
    expect(judge({ measuredAt: later(60_501) }, { clockSkewMs: 500 })).toEqual(['receipt.measured']);
    expect(judge({}, { at: later(70_000) })).toEqual([]);
  });

  it('is refused with any one bit changed, cut short anywhere, or with bytes behind it', () => {
    for (let at = 0; at < signed.length; at++) {
      const forged = Uint8Array.from(signed);
      forged[at] = (forged[at] ?? 0) ^ (1 << (at % 8));
      expect(verifyReceipt(forged, receiptContext()).bound).toBe(null);
      expect(failed(verifyReceipt(signed.subarray(0, at), receiptContext()).findings)).toEqual([
        'receipt.well-formed',
      ]);
    }
    expect(codeOf(() => parseReceipt(Buffer.concat([signed, Buffer.of(0)])))).toBe('trailing_data');
    expect(codeOf(() => parseReceipt(new Uint8Array(4096)))).toBe('too_long');
  });

  it('cannot be made of what the wire cannot carry', () => {
    const refusals = (
      [
        { uncertaintyMeters: 0 },
        { uncertaintyMeters: 1.5 },
        { place: { latitude: 90.1, longitude: 0 } },
        { place: { latitude: 0, longitude: -180.1 } },
        { place: { latitude: Number.NaN, longitude: 0 } },
        { rounds: [{ seq: 0, rttNs: 0 }] },
        { rounds: [{ seq: 0, rttNs: 2 ** 32 }] },
        { rounds: [{ seq: 0, rttNs: 0.5 }] },
        { clockErrorPpm: -1 },
        { sent: 129 },
        { sent: 3, rounds: [{ seq: 3, rttNs: 5 }] },
        { transcript: new Uint8Array(31) },
        { hostSignature: new Uint8Array(63) },
      ] satisfies Partial<ProbeReceipt>[]
    ).map((changes) => codeOf(() => signReceipt(receiptFor(changes), landmark.key)));
    expect(new Set(refusals)).toEqual(new Set(['bad_value']));
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
        expect(verifyReceipt(input, receiptContext()).bound === null).toBe(changed);
      }),
      { numRuns: Math.min(fuzzRuns, 50_000) / 5 },
    );
  });
});
