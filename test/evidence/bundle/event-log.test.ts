import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/text.ts';
import { examineCcel, examineEventLog } from '../../../src/evidence/bundle/event-log.ts';
import { demonstrationTdBoot, forgeCcel } from '../../../src/forge/intel/ccel.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const sized = (bytes: Uint8Array): Buffer => Buffer.concat([u32(bytes.length), bytes]);

/** A crypto-agile log of SHA-256 alone, one event for each PCR given. */
function log(pcrs: readonly number[]): Uint8Array {
  const specId = Buffer.concat([
    Buffer.from('Spec ID Event03\0', 'latin1'),
    Buffer.alloc(8),
    u32(1),
    Buffer.from([0x0b, 0x00, 0x20, 0x00, 0x00]),
  ]);
  const header = Buffer.concat([u32(0), u32(3), Buffer.alloc(20), sized(specId)]);
  const events = pcrs.map((pcr) => {
    const data = Buffer.from(`event for ${pcr}`);
    return Buffer.concat([u32(pcr), u32(8), u32(1), Buffer.from([0x0b, 0x00]), sha256(data), sized(data)]);
  });
  return new Uint8Array(Buffer.concat([header, ...events]));
}
const extended = (pcr: number): Uint8Array =>
  sha256(Buffer.concat([Buffer.alloc(32), sha256(Buffer.from(`event for ${pcr}`))]));
const quoted = (values: readonly (readonly [number, Uint8Array])[]) =>
  new Map([['sha256' as const, new Map(values)]]);

describe('examineEventLog', () => {
  it('says nothing without a log', () => {
    expect(examineEventLog(null, quoted([]))).toEqual({ status: 'absent' });
  });

  it('agrees where every quoted firmware register is explained', () => {
    const state = quoted([
      [0, extended(0)],
      [7, extended(7)],
      [10, new Uint8Array(32).fill(9)],
    ]);
    expect(examineEventLog(log([0, 7]), state)).toEqual({ status: 'agrees' });
  });

  it('differs where a quoted firmware register is not', () => {
    const state = quoted([
      [0, extended(0)],
      [7, extended(7)],
    ]);
    expect(examineEventLog(log([0]), state)).toEqual({ status: 'differs', pcrs: ['sha256:7'] });
  });

  it('is unusable when malformed, empty, or of a bank that was not quoted', () => {
    const state = quoted([[0, extended(0)]]);
    for (const bytes of [new Uint8Array(0), log([0]).subarray(0, -1), Uint8Array.of(1, 2, 3)]) {
      expect(examineEventLog(bytes, state).status).toBe('unusable');
    }
    expect(examineEventLog(log([0]), new Map([['sha384', new Map([[0, new Uint8Array(48)]])]])).status).toBe(
      'unusable',
    );
  });

  it('never throws and never agrees with a changed digest', () => {
    const whole = log([0]);
    const state = quoted([[0, extended(0)]]);
    const digestAt = whole.length - sized(Buffer.from('event for 0')).length - 32;
    fc.assert(
      fc.property(fc.nat(31), fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (offset, xor, noise) => {
        const changed = Uint8Array.from(whole);
        changed[digestAt + offset] = (changed[digestAt + offset] ?? 0) ^ xor;
        expect(examineEventLog(changed, state).status).toBe('differs');
        expect(examineEventLog(noise, state).status).toBe('unusable');
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describeWithVectors('examineEventLog on genuine logs', () => {
  type Expected = { [file: string]: { banks: { [bank: string]: { [pcr: string]: string } } } };
  const expected: Expected = JSON.parse(new TextDecoder().decode(vector('eventlog/expected-pcrs.json')));

  it.each(['cos-101-amd-sev.bin', 'rhel8-uefi.bin', 'ubuntu-2404-amd-sevsnp.bin'])('%s', (name) => {
    const registers = Object.entries(expected[name]?.banks['SHA256'] ?? {}).map(
      ([pcr, hex]) => [Number(pcr), fromHex(hex, 'pcr')] as const,
    );
    expect(registers.length).toBeGreaterThan(7);
    const bytes = vector(`eventlog/${name}`);
    expect(examineEventLog(bytes, quoted(registers))).toEqual({ status: 'agrees' });
    const other = registers.map(([pcr, value]) => [pcr, pcr === 4 ? new Uint8Array(32) : value] as const);
    expect(examineEventLog(bytes, quoted(other))).toEqual({ status: 'differs', pcrs: ['sha256:4'] });
  });

  it('does not use a log of SHA-1 alone', () => {
    const state = quoted([[0, new Uint8Array(32)]]);
    expect(examineEventLog(vector('eventlog/debian-10.bin'), state).status).toBe('unusable');
  });
});

describe('examineCcel', () => {
  const { log, rtMr } = forgeCcel(demonstrationTdBoot(), 4096);

  it('agrees with a log that replays to the registers', () => {
    expect(examineCcel(log, rtMr)).toEqual({ status: 'agrees' });
    expect(examineCcel(null, rtMr)).toEqual({ status: 'absent' });
  });

  it('names the registers that it does not explain, but not that of the run time', () => {
    const zero = new Uint8Array(48);
    expect(examineCcel(log, [rtMr[0], zero, rtMr[2], rtMr[3]])).toEqual({
      status: 'differs',
      pcrs: ['rtMr.1'],
    });
    expect(examineCcel(log, [rtMr[0], rtMr[1], rtMr[2], new Uint8Array(48).fill(1)])).toEqual({
      status: 'agrees',
    });
  });

  it('is unusable where it is no such log', () => {
    expect(examineCcel(Uint8Array.of(1, 2, 3), rtMr)).toMatchObject({ status: 'unusable' });
  });
});
