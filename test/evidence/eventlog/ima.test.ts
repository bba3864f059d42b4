import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIma } from '../../../src/appraisal/boot/ima-state.ts';
import { FormatError } from '../../../src/bytes/errors.ts';
import { CheckList } from '../../../src/evidence/check.ts';
import { measurementOf } from '../../../src/evidence/eventlog/ima/entry.ts';
import { explainIma } from '../../../src/evidence/eventlog/ima/explain.ts';
import { isImaLog, parseImaLog } from '../../../src/evidence/eventlog/ima/parse.ts';
import { replayIma } from '../../../src/evidence/eventlog/ima/replay.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { codeOf } from '../tpm/code-of.ts';
import { asciiLog, binaryLog, type Entry, pcr10 } from './ima-log.ts';

const digest = (octet: number, size = 32): Uint8Array => new Uint8Array(size).fill(octet);
const entries: readonly Entry[] = [
  { template: 'ima-ng', path: 'boot_aggregate', digest: digest(1) },
  { template: 'ima', path: '/init', digest: digest(2, 20) },
  { template: 'ima-sig', path: '/usr/bin/agent', digest: digest(3), extra: digest(9, 40) },
  { template: 'ima-sig', path: '/usr/bin/unsigned', digest: digest(4) },
  { template: 'ima-buf', path: 'kexec-cmdline', digest: digest(5), extra: digest(8, 12) },
  { template: 'ima-ngv2', path: '/usr/lib/a_b.so', digest: digest(6) },
  { template: 'ima-sigv2', path: '/usr/lib/c.so', digest: digest(7), extra: digest(9, 40) },
  { template: 'ima-ng', path: '/tmp/open', digest: digest(0), violation: true },
];
const forms: readonly (readonly [string, (of: readonly Entry[], bank?: string) => Uint8Array])[] = [
  ['binary', binaryLog],
  ['ascii', asciiLog],
];

describe.each(forms)('an IMA log in %s', (_, write) => {
  const log = write(entries);

  it('is recognised, and read to what it measures', () => {
    expect(isImaLog(log)).toBe(true);
    expect(
      parseImaLog(log)
        .map(measurementOf)
        .map(({ path, algorithm, digest: [first] }) => [path, algorithm, first]),
    ).toEqual(
      entries.map(({ template, path, digest: [first] }) => [
        path,
        template === 'ima' ? 'sha1' : 'sha256',
        first,
      ]),
    );
  });

  it.each(['sha1', 'sha256', 'sha384'] as const)('replays in %s, each entry hashed anew', (bank) => {
    const value = pcr10(entries, bank);
    expect(replayIma(parseImaLog(log), bank, value)).toEqual({
      bank,
      explained: entries.length,
      templateHash: bank,
      value: Buffer.from(value),
    });
  });

  it('replays as kernels before 5.8 extended, with the digest of SHA-1 filled up', () => {
    const value = pcr10(entries, 'sha256', 'filled');
    expect(replayIma(parseImaLog(log), 'sha256', value)).toMatchObject({
      explained: entries.length,
      templateHash: 'sha1',
    });
    const found = explainIma(
      new CheckList(),
      parseImaLog(log),
      'sha256',
      new Map([['sha256', new Map([[10, value]])]]),
    );
    expect(found).toMatchObject({ templateHash: 'sha1', unvouched: 0 });
    expect(found && readIma(found)).toMatchObject({ sha1Templates: true });
  });

  it('may hold digests of the bank itself', () => {
    const own = parseImaLog(write(entries, 'sha256'));
    expect(own[0]?.templateDigest).toHaveLength(32);
    expect(replayIma(own, 'sha256', pcr10(entries, 'sha256')).explained).toBe(entries.length);
  });

  it('explains the entries that lead to the quote, and none behind them', () => {
    for (let count = 1; count < entries.length; count++) {
      const value = pcr10(entries.slice(0, count), 'sha256');
      const found = explainIma(
        new CheckList(),
        parseImaLog(log),
        'sha256',
        new Map([['sha256', new Map([[10, value]])]]),
      );
      expect(found?.measurements).toHaveLength(count);
      expect(found?.unvouched).toBe(entries.length - count);
      expect(found && readIma(found)).toMatchObject({ sha1Templates: false });
    }
  });

  it.each<[string, Uint8Array]>([
    ['another value', digest(1)],
    ['a register that nothing extended', digest(0)],
  ])('explains nothing of %s, and passes nothing', (_, value) => {
    const checks = new CheckList();
    const quoted = new Map([['sha256' as const, new Map([[10, value]])]]);
    expect(explainIma(checks, parseImaLog(log), 'sha256', quoted)).toBeNull();
    expect(checks.checks).toEqual([]);
    expect(checks.notPerformed.map(({ id }) => id)).toEqual(['tpm.ima.pcr-10']);
  });

  it('says so where PCR 10 was not quoted', () => {
    const checks = new CheckList();
    expect(explainIma(checks, parseImaLog(log), 'sha256', new Map([['sha256', new Map()]]))).toBeNull();
    expect(checks.notPerformed.map(({ id }) => id)).toEqual(['tpm.ima.pcr-10']);
  });

  it('marks violations, which are extended as ones', () => {
    const quoted = new Map([['sha256' as const, new Map([[10, pcr10(entries, 'sha256')]])]]);
    const found = explainIma(new CheckList(), parseImaLog(log), 'sha256', quoted);
    expect(found?.measurements.filter(({ violation }) => violation).map(({ path }) => path)).toEqual([
      '/tmp/open',
    ]);
  });

  it('never replays to the quote with one octet changed or an entry left out', () => {
    const value = pcr10(entries, 'sha256');
    for (let at = 0; at < log.length; at++) {
      const changed = log.with(at, (log[at] ?? 0) ^ 1);
      let explained: number | null = null;
      try {
        explained = replayIma(parseImaLog(changed), 'sha256', value).explained;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
      // Nothing is taken from an unmarked violation's fields: they are not measured.
      if (explained !== null) expect(at).toBeGreaterThan(write(entries.slice(0, -1)).length);
    }
    for (let left = 0; left < entries.length; left++) {
      const without = write(entries.filter((_entry, at) => at !== left));
      expect(replayIma(parseImaLog(without), 'sha256', value).explained).toBeNull();
    }
  });

  it('is refused where it is cut inside an entry', () => {
    // Without the violation, of which neither path nor digest is measured.
    const measured = entries.slice(0, -1);
    const whole = measured.map((_entry, at) => write(measured.slice(0, at + 1)).length);
    for (let length = 1; length < write(measured).length; length++) {
      // What is lost of a line may be its end alone, and the space before a signature that is not there.
      if ([0, 1, 2].some((lost) => whole.includes(length + lost))) continue;
      const code = codeOf(() => replayIma(parseImaLog(log.subarray(0, length)), 'sha256', null));
      expect(code, `${length}`).not.toBe('none');
    }
  });
});

describe('an IMA log', () => {
  const line = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
  const first = Buffer.from(asciiLog(entries.slice(0, 1))).toString();
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'truncated'],
    ['a template that is not read here', line(first.replace('ima-ng', 'evm-sig')), 'unsupported'],
    ['PCR 24', line(first.replace(/^10/, '24')), 'bad_value'],
    ['a field too many', line(first.replace('\n', ' 00\n')), 'bad_value'],
    ['a field too few', line(first.replace(' boot_aggregate', '')), 'truncated'],
    ['a digest that is no hexadecimal', line(first.replace('sha256:01', 'sha256:0x')), 'bad_value'],
    ['a digest without its algorithm', line(first.replace('sha256:', '')), 'bad_value'],
  ])('is refused with %s', (_, log, code) => {
    expect(codeOf(() => parseImaLog(log))).toBe(code);
  });

  it('is refused where a digest is not that of its fields', () => {
    const other = line(first.replace('boot_aggregate', 'boot_aggregatf'));
    expect(codeOf(() => replayIma(parseImaLog(other), 'sha256', null))).toBe('bad_value');
  });

  it('says only FormatError to random bytes and mutations', () => {
    const seeds = forms.map(([, write]) => write(entries));
    const mutation = fc
      .tuple(fc.constantFrom(...seeds), fc.nat(999), fc.nat(255))
      .map(([seed, at, value]) => seed.with(at % seed.length, value));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutation), (log) => {
        try {
          const read = parseImaLog(log);
          replayIma(read, 'sha256', null);
          read.map(measurementOf);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: Math.ceil(fuzzRuns / 4) },
    );
  });
});

describeWithVectors('a genuine IMA log', () => {
  it('has the hashes of its fields', () => {
    const log = parseImaLog(vector('eventlog/ima-log-sha256'));
    expect(replayIma(log, 'sha1', null).explained).toBeNull();
    expect(log.map(measurementOf).map(({ path }) => path)).toEqual(['boot_aggregate', '/data']);
  });
});
