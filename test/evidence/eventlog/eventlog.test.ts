import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { CheckList } from '../../../src/evidence/check.ts';
import { type HashName, hashAlgorithmByName } from '../../../src/evidence/tpm/algorithms.ts';
import {
  compareEventLog,
  eventTypeText,
  type PcrBanks,
  parseEventLog,
  replayEventLog,
} from '../../../src/evidence/tpm/index.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { digestOf, join, u8 } from '../tpm/build.ts';
import { codeOf } from '../tpm/code-of.ts';

const le16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const le32 = (value: number): Uint8Array =>
  Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

const BANKS: readonly HashName[] = ['sha1', 'sha256'];
const idOf = (name: HashName): number => hashAlgorithmByName(name)?.id ?? 0;
const sizeOf = (name: HashName): number => hashAlgorithmByName(name)?.digestBytes ?? 0;

function specId(
  algorithms: readonly (readonly [number, number])[],
  vendor: Uint8Array = new Uint8Array(),
): Uint8Array {
  const sizes = algorithms.map(([id, size]) => join(le16(id), le16(size)));
  return join(
    text('Spec ID Event03\0'),
    le32(0),
    Uint8Array.of(0, 2, 0, 2),
    le32(algorithms.length),
    sizes,
    u8(vendor.length),
    vendor,
  );
}

function legacy(pcr: number, type: number, data: Uint8Array, digest = digestOf('sha1', data)): Uint8Array {
  return join(le32(pcr), le32(type), digest, le32(data.length), data);
}

function agile(pcr: number, type: number, data: Uint8Array, measured = data, banks = BANKS): Uint8Array {
  const digests = banks.map((name) => join(le16(idOf(name)), digestOf(name, measured)));
  return join(le32(pcr), le32(type), le32(banks.length), digests, le32(data.length), data);
}

const HEADER = legacy(0, 3, specId(BANKS.map((name) => [idOf(name), sizeOf(name)])), new Uint8Array(20));
const log = (...events: readonly Uint8Array[]): Uint8Array => join(HEADER, ...events);
const locality = (value: number): Uint8Array => agile(0, 3, join(text('StartupLocality\0'), u8(value)));
const extended = (name: HashName, start: Uint8Array, ...data: readonly Uint8Array[]): Uint8Array =>
  data.reduce((pcr, one) => digestOf(name, pcr, digestOf(name, one)), start);
const zero = new Uint8Array(32);
const banks = (...values: readonly (readonly [number, Uint8Array])[]): PcrBanks =>
  new Map([['sha256', new Map(values)]]);

describeWithVectors('genuine event logs', () => {
  type Expected = Record<string, { banks: Record<string, Record<string, string>> }>;
  const expected: Expected = JSON.parse(Buffer.from(vector('eventlog/expected-pcrs.json')).toString());

  it.each(Object.keys(expected))('%s replays to the PCRs of its machine', (name) => {
    const parsed = parseEventLog(vector(`eventlog/${name}`));
    for (const [bank, values] of Object.entries(expected[name]?.banks ?? {})) {
      const { pcrs } = replayEventLog(parsed, bank.toLowerCase() === 'sha1' ? 'sha1' : 'sha256');
      expect(Object.fromEntries([...pcrs].map(([pcr, value]) => [`${pcr}`, hex(value)]))).toEqual(values);
    }
  });

  it('are crypto-agile or legacy', () => {
    const format = (name: string): string => parseEventLog(vector(`eventlog/${name}`)).format;
    expect(format('crypto_agile_eventlog.bin')).toBe('crypto-agile');
    expect(format('debian-10.bin')).toBe('legacy');
    expect(format('short_no_action_eventlog.bin')).toBe('legacy');
  });

  it('yield the data of an event only where they are what was measured', () => {
    const parsed = parseEventLog(vector('eventlog/rhel8-uefi.bin'));
    const { pcrs } = replayEventLog(parsed, 'sha256');
    const checks = new CheckList();
    const events = compareEventLog(checks, parsed, 'sha256', new Map([['sha256', pcrs]]));
    expect(checks.passed).toBe(true);
    expect(checks.checks.map(({ id }) => id)).toContain('tpm.eventlog.pcr-7');
    for (const { data, digest } of events) {
      if (data !== null) expect(digestOf('sha256', data)).toEqual(Uint8Array.from(digest));
    }
    expect(events.some(({ data }) => data !== null)).toBe(true);
    expect(events.some(({ data }) => data === null)).toBe(true);
  });

  it.each([
    ['bogus.bin', 'too_long'],
    ['empty.bin', 'truncated'],
  ])('are not %s', (name, code) => {
    expect(codeOf(() => parseEventLog(vector(`eventlog/${name}`)))).toBe(code);
  });

  it.each(['crypto_agile_eventlog.bin', 'debian-10.bin'])('%s is cut only between events', (name) => {
    const bytes = vector(`eventlog/${name}`);
    const whole = parseEventLog(bytes).events.length;
    let shorter = 0;
    for (let length = 0; length < bytes.length; length++) {
      const code = codeOf(() => {
        expect(parseEventLog(bytes.subarray(0, length)).events.length).toBeLessThan(whole);
      });
      if (code === 'none') shorter += 1;
      else expect(code).toBe('truncated');
    }
    expect(shorter).toBeLessThanOrEqual(whole);
  });
});

describe('an event log', () => {
  it('replays each bank by itself', () => {
    const parsed = parseEventLog(log(agile(0, 8, text('a')), agile(7, 4, text('b')), agile(0, 8, text('c'))));
    for (const bank of BANKS) {
      const start = new Uint8Array(sizeOf(bank));
      const { pcrs } = replayEventLog(parsed, bank);
      expect([...pcrs.keys()]).toEqual([0, 7]);
      expect(pcrs.get(0)).toEqual(extended(bank, start, text('a'), text('c')));
      expect(pcrs.get(7)).toEqual(extended(bank, start, text('b')));
    }
  });

  it('does not extend EV_NO_ACTION', () => {
    const parsed = parseEventLog(log(agile(0, 8, text('a')), agile(0, 3, text('whatever'))));
    expect(replayEventLog(parsed, 'sha256').pcrs.get(0)).toEqual(extended('sha256', zero, text('a')));
  });

  it.each([0, 3, 4])('begins PCR 0 at startup locality %i', (value) => {
    const parsed = parseEventLog(log(locality(value), agile(0, 8, text('a')), agile(1, 8, text('a'))));
    const { pcrs } = replayEventLog(parsed, 'sha256');
    expect(pcrs.get(0)).toEqual(extended('sha256', zero.with(31, value), text('a')));
    expect(pcrs.get(1)).toEqual(extended('sha256', zero, text('a')));
  });

  it('leaves PCRs alone that software may reset', () => {
    const parsed = parseEventLog(log(agile(16, 8, text('a')), agile(23, 8, text('a'))));
    expect(replayEventLog(parsed, 'sha256').pcrs.size).toBe(0);
  });

  it.each([
    ['a second startup locality', log(locality(3), locality(3), agile(0, 8, text('a')))],
    ['a startup locality after PCR 0 was extended', log(agile(0, 8, text('a')), locality(3))],
    ['startup locality 1', log(locality(1))],
    ['a startup locality without its number', log(agile(0, 3, text('StartupLocality\0')))],
    ['PCR 24', log(agile(24, 8, text('a')))],
    ['an event without a digest of the bank', log(agile(0, 8, text('a'), text('a'), ['sha1']))],
  ])('is not replayed with %s', (_, bytes) => {
    const parsed = parseEventLog(bytes);
    expect(codeOf(() => replayEventLog(parsed, 'sha256'))).toBe('bad_value');
  });

  it('is not replayed in a bank that it lacks', () => {
    expect(codeOf(() => replayEventLog(parseEventLog(log()), 'sha384'))).toBe('unsupported');
    const old = parseEventLog(legacy(0, 8, text('a')));
    expect(codeOf(() => replayEventLog(old, 'sha256'))).toBe('unsupported');
    expect(replayEventLog(old, 'sha1').pcrs.size).toBe(1);
  });

  const header = (id: Uint8Array): Uint8Array => legacy(0, 3, id, new Uint8Array(20));
  it.each([
    ['no algorithm', header(specId([])), 'bad_value'],
    [
      'an algorithm twice',
      header(
        specId([
          [0x0b, 32],
          [0x0b, 32],
        ]),
      ),
      'bad_value',
    ],
    ['SHA-256 of 16 bytes', header(specId([[0x0b, 16]])), 'bad_value'],
    ['an unknown algorithm of no bytes', header(specId([[0x99, 0]])), 'bad_value'],
    [
      'seventeen algorithms',
      header(specId(Array.from({ length: 17 }, (_, i) => [0x100 + i, 20] as const))),
      'bad_value',
    ],
    ['bytes behind its header', header(join(specId([[0x0b, 32]]), u8(0))), 'trailing_data'],
    ['a header that ends early', header(specId([[0x0b, 32]]).subarray(0, 30)), 'truncated'],
    [
      'a digest of an algorithm that the header lacks',
      log(agile(0, 8, text('a'), text('a'), ['sha384'])),
      'bad_value',
    ],
    ['a digest twice', log(agile(0, 8, text('a'), text('a'), ['sha1', 'sha1'])), 'bad_value'],
    [
      'more digests than the header has algorithms',
      log(agile(0, 8, text('a'), text('a'), ['sha1', 'sha256', 'sha1'])),
      'bad_value',
    ],
    ['an event longer than any', log(join(le32(0), le32(8), le32(0), le32(0x100001))), 'too_long'],
    [
      'more events than any',
      join(...Array.from({ length: 16_385 }, () => legacy(0, 8, u8(0), new Uint8Array(20)))),
      'budget_exceeded',
    ],
    ['more bytes than any', new Uint8Array((4 << 20) + 1), 'too_long'],
  ])('is refused with %s', (_, bytes, code) => {
    expect(codeOf(() => parseEventLog(bytes))).toBe(code);
  });

  it('reads a header with algorithms that are not replayed here, and vendor information', () => {
    const bytes = join(
      header(
        specId(
          [
            [0x12, 32],
            [0x0b, 32],
          ],
          text('vendor'),
        ),
      ),
      join(le32(0), le32(8), le32(2), le16(0x12), new Uint8Array(32), le16(0x0b), zero, le32(0)),
    );
    expect(replayEventLog(parseEventLog(bytes), 'sha256').pcrs.get(0)).toEqual(
      digestOf('sha256', zero, zero),
    );
  });

  it('says only FormatError to random bytes and mutations', () => {
    const good = log(locality(3), agile(0, 8, text('a')), agile(4, 0x80000003, text('loader')));
    const noise = fc.uint8Array({ maxLength: 400 });
    const mutation = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([index, mask]) => good.with(index, (good[index] ?? 0) ^ mask));
    fc.assert(
      fc.property(fc.oneof(noise, mutation), (bytes) => {
        try {
          replayEventLog(parseEventLog(bytes), 'sha256');
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describe('a log held against quoted values', () => {
  const parsed = parseEventLog(
    log(agile(0, 8, text('a')), agile(4, 0x80000003, text('path'), text('image')), agile(11, 13, text('b'))),
  );
  const pcr0 = extended('sha256', zero, text('a'));
  const pcr4 = extended('sha256', zero, text('image'));
  const pcr11 = extended('sha256', zero, text('b'));
  const compare = (quoted: PcrBanks) => {
    const checks = new CheckList();
    const events = compareEventLog(checks, parsed, 'sha256', quoted);
    const status = checks.checks.map(({ id, status }) => [id, status]);
    return { events, status, skipped: checks.notPerformed.map(({ id }) => id) };
  };

  it('explains those that agree, and vouches only for what was measured', () => {
    const { events, status, skipped } = compare(banks([0, pcr0], [4, pcr4], [11, pcr11], [2, zero]));
    expect(status).toEqual([
      ['tpm.eventlog.pcr-0', 'pass'],
      ['tpm.eventlog.pcr-4', 'pass'],
      ['tpm.eventlog.pcr-11', 'pass'],
      ['tpm.eventlog.pcr-2', 'pass'],
    ]);
    expect(skipped).toEqual([]);
    expect(events.map(({ pcr, data }) => [pcr, data])).toEqual([
      [0, text('a')],
      [4, null],
      [11, text('b')],
    ]);
    expect(events.map(({ eventType }) => eventTypeText(eventType))).toEqual([
      'EV_S_CRTM_VERSION',
      'EV_EFI_BOOT_SERVICES_APPLICATION',
      'EV_IPL',
    ]);
  });

  it('fails for a firmware PCR that it does not explain, and takes nothing from its events', () => {
    const { events, status } = compare(banks([0, pcr4], [4, pcr4]));
    expect(status).toEqual([
      ['tpm.eventlog.pcr-0', 'fail'],
      ['tpm.eventlog.pcr-4', 'pass'],
    ]);
    expect(events.map(({ pcr }) => pcr)).toEqual([4]);
  });

  it('fails for a firmware PCR that was extended and of which it says nothing', () => {
    expect(compare(banks([3, pcr0])).status).toEqual([['tpm.eventlog.pcr-3', 'fail']]);
  });

  it('does not claim PCRs that the operating system went on extending, or may reset', () => {
    const { status, skipped, events } = compare(banks([11, pcr0], [10, pcr0], [16, zero]));
    expect(status).toEqual([]);
    expect(skipped).toEqual(['tpm.eventlog.pcr-11', 'tpm.eventlog.pcr-10', 'tpm.eventlog.pcr-16']);
    expect(events).toEqual([]);
  });

  it('says so when the quote has no such bank', () => {
    expect(compare(new Map()).skipped).toEqual(['tpm.eventlog']);
  });

  it('names unknown event types by their number', () => {
    expect(eventTypeText(0x12345678)).toBe('0x12345678');
  });
});
