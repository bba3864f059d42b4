import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError, SextantError } from '../../../src/bytes/errors.ts';
import { parseProtobuf } from '../../../src/bytes/protobuf.ts';
import { parseGceAttestation } from '../../../src/evidence/tpm/gce/attestation.ts';
import { parseJsonEvidence } from '../../../src/evidence/tpm/json-evidence.ts';
import { judgeOffline } from '../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES } from '../../../src/policy/offline-policy.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { codeOf } from './code-of.ts';

const GCE = 'tpm/gce/attestation-nonce9009.pb';
const JSON_EVIDENCE = 'tpm/generic-evidence.json';

function judge(name: string, bytes: Uint8Array, policyName: 'authenticity' | 'gate', nonce = '9009') {
  const policy = BUILT_IN_POLICIES.get(policyName);
  if (policy === undefined) throw new Error(policyName);
  const at = new Date('2026-01-01T00:00:00Z');
  const judgement = judgeOffline(new Map([[name, bytes]]), { at, policy, nonce: Buffer.from(nonce, 'hex') });
  return {
    ...judgement,
    failed: judgement.checks.filter(({ status }) => status === 'fail').map(({ id }) => id),
  };
}

describeWithVectors('a GCE virtual machine’s attestation', () => {
  const bytes = vector(GCE);

  it('is authentic, and its log explains what was quoted', () => {
    const found = judge('attestation.pb', bytes, 'authenticity');
    expect(found).toMatchObject({ format: 'tpm-gce', authentic: true, accepted: true, failed: [] });
    expect(found.bootLog).toMatchObject({ quoted: true, secureBoot: { enabled: true, puzzling: [] } });
  });

  it('is refused by the gate for its quote of SHA-1 alone', () => {
    const found = judge('attestation.pb', bytes, 'gate');
    expect(found).toMatchObject({ authentic: true, accepted: false, failed: ['tpm.quote.bank'] });
  });

  it('answers one nonce', () => {
    expect(judge('attestation.pb', bytes, 'authenticity', '9010').failed).toContain('tpm.quote.extra-data');
  });

  it('is refused with two quotes of one bank, two keys, or cut anywhere', () => {
    const fields = parseProtobuf(bytes, 'attestation');
    const again = (number: number): Uint8Array => {
      const field = fields.find((one) => one.number === number);
      if (field?.kind !== 'bytes') throw new Error(`no field ${number}`);
      const { length } = field.value;
      const head = [(number << 3) | 2, (length & 0x7f) | 0x80, length >> 7];
      return new Uint8Array([...bytes, ...head, ...field.value]);
    };
    expect(codeOf(() => parseGceAttestation(again(1)))).toBe('duplicate');
    expect(codeOf(() => parseGceAttestation(again(2)))).toBe('duplicate');
    for (let length = 0; length < bytes.length; length += 97) {
      const found = judge('attestation.pb', bytes.subarray(0, length), 'authenticity');
      expect(found.accepted && found.bootLog !== undefined, `${length}`).toBe(false);
    }
  });
});

describeWithVectors('a quote in one JSON document', () => {
  const bytes = vector(JSON_EVIDENCE);
  const text = Buffer.from(bytes).toString();
  const nonce = Buffer.from(parseSigned(text)).toString('hex');

  /** extraData of the quote, which no member beside it states. */
  function parseSigned(json: string): Uint8Array {
    const quote = parseJsonEvidence(new Uint8Array(Buffer.from(json))).quote;
    const size = (quote[42] ?? 0) * 256 + (quote[43] ?? 0);
    return quote.subarray(44, 44 + size);
  }

  it('is authentic', () => {
    expect(judge('evidence.json', bytes, 'authenticity', nonce)).toMatchObject({
      ...{ format: 'tpm-json', authentic: true, accepted: true, failed: [] },
    });
  });

  it.each<[string, string, string]>([
    ['another value', text.replace(/"0{64}"/, `"${'01'.repeat(32)}"`), 'tpm.quote.pcr-digest'],
    ['a value less', text.replace(/"0{64}",/, ''), 'tpm.quote.pcr-selection'],
    ['another message', text.replace('"/1RD', '"/1RE'), 'tpm.quote.magic'],
  ])('is refused with %s', (_, json, check) => {
    const found = judge('evidence.json', new Uint8Array(Buffer.from(json)), 'authenticity', nonce);
    expect(found).toMatchObject({ authentic: false, failed: [check] });
  });

  it('is refused with base64 that only some would read', () => {
    const json = text.replace('"ABQACw', '"ABQAC w');
    expect(codeOf(() => parseJsonEvidence(new Uint8Array(Buffer.from(json))))).toBe('bad_value');
  });
});

describe('Protocol Buffers', () => {
  it.each<[string, number[], string]>([
    ['a fixed-width field', [0x0d, 0, 0, 0, 0], 'unsupported'],
    ['a field without a number', [0x00, 0], 'bad_value'],
    ['a length beyond the end', [0x0a, 5, 1], 'truncated'],
    ['a number of more than 64 bits', [0x08, ...Array.from({ length: 10 }, () => 0xff), 1], 'bad_value'],
  ])('are refused with %s', (_, bytes, code) => {
    expect(codeOf(() => parseProtobuf(Uint8Array.from(bytes), 'm'))).toBe(code);
  });

  it('say only coded errors to random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const parse of [
          parseGceAttestation,
          parseJsonEvidence,
          (b: Uint8Array) => parseProtobuf(b, 'm'),
        ]) {
          try {
            parse(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(SextantError);
            expect(error instanceof FormatError || !(error instanceof TypeError)).toBe(true);
          }
        }
      }),
      { numRuns: Math.ceil(fuzzRuns / 5) },
    );
  });
});
