import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseEventLog } from '../../../src/evidence/eventlog/parse.ts';
import { replayEventLog } from '../../../src/evidence/eventlog/replay.ts';
import { demonstrationTdBoot, forgeCcel } from '../../../src/forge/intel/ccel.ts';
import { describeWithVectors, vector } from '../../vectors.ts';

it('replays to the registers that it says', () => {
  const { log, rtMr } = forgeCcel(demonstrationTdBoot());
  const { pcrs } = replayEventLog(parseEventLog(log), 'sha384');
  const zero = new Uint8Array(48);
  expect([1, 2, 3, 4].map((index) => pcrs.get(index) ?? zero)).toEqual(rtMr);
  expect(rtMr.slice(0, 3).every((value) => value.some((octet) => octet !== 0))).toBe(true);
  expect(rtMr[3]).toEqual(zero);
});

it('extends by hand as the hardware would', () => {
  const event = new TextEncoder().encode('one');
  const { rtMr } = forgeCcel([{ rtMr: 3, eventType: 0x0d, event }]);
  const sha384 = (...parts: readonly Uint8Array[]): Buffer =>
    createHash('sha384').update(Buffer.concat(parts)).digest();
  expect(Buffer.from(rtMr[3])).toEqual(sha384(new Uint8Array(48), sha384(event)));
});

it('differs in RTMR 2 alone where another kernel is booted, and pads as firmware does', () => {
  const one = forgeCcel(demonstrationTdBoot());
  const other = forgeCcel(demonstrationTdBoot('vmlinuz-other'), 4096);
  expect(other.rtMr.map((value, index) => Buffer.compare(value, one.rtMr[index] ?? value) !== 0)).toEqual([
    false,
    false,
    true,
    false,
  ]);
  expect(other.log).toHaveLength(4096);
  expect(other.log.at(-1)).toBe(0xff);
});

describeWithVectors('a genuine CCEL', () => {
  it('begins as the forged one does', () => {
    const genuine = vector('eventlog/ccel-cos-113-intel-tdx.bin');
    expect(Buffer.from(forgeCcel([]).log)).toEqual(Buffer.from(genuine.subarray(0, 65)));
  });
});
