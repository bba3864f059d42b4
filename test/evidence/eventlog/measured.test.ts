import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { CheckList } from '../../../src/evidence/check.ts';
import { explainQuote, unquotedLog } from '../../../src/evidence/eventlog/compare.ts';
import { measuredData } from '../../../src/evidence/eventlog/measured-data.ts';
import { parseEventLog } from '../../../src/evidence/eventlog/parse.ts';
import { replayEventLog } from '../../../src/evidence/eventlog/replay.ts';
import { claimedImagePath } from '../../../src/evidence/eventlog/uefi/image-load.ts';
import { imageDigests, parseSignatureLists } from '../../../src/evidence/eventlog/uefi/signature-list.ts';
import { parseTaggedEvent } from '../../../src/evidence/eventlog/uefi/tagged-event.ts';
import { parseEfiVariable } from '../../../src/evidence/eventlog/uefi/variable.ts';
import { parseSipa } from '../../../src/evidence/eventlog/windows/sipa.ts';
import type { HashName, PcrBanks } from '../../../src/evidence/tpm/index.ts';
import { eventLog } from '../../../src/forge/tpm/measured-boot.ts';
import { secureBootChain } from '../../../src/forge/tpm/secure-boot.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { codeOf } from '../tpm/code-of.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const wide = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const digest = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
const certificate = new Uint8Array(Buffer.concat([Buffer.from([0x30, 0x82, 0x01, 0x00]), Buffer.alloc(256)]));
const chain = secureBootChain({ firmwareSigner: certificate, kernelSigner: certificate });
const good = eventLog(chain, ['sha256', 'sha384']);
const valuesOf = (log: Uint8Array, bank: HashName): ReadonlyMap<number, Uint8Array> =>
  replayEventLog(parseEventLog(log), bank).pcrs;

describe('what of an event was measured', () => {
  it.each<[string, Uint8Array, Uint8Array, string | null]>([
    ['all of it', bytes('abc'), bytes('abc'), null],
    ['all but a zero at the end', bytes('abc\0'), bytes('abc'), null],
    [
      'GRUB’s text without its label',
      bytes('kernel_cmdline: /vmlinuz ro\0'),
      bytes('/vmlinuz ro'),
      'kernel_cmdline',
    ],
    ['the same without its zero', bytes('grub_cmd: set x=1'), bytes('set x=1'), 'grub_cmd'],
    ['the form of Red Hat', bytes('grub_kernel_cmdline /vmlinuz'), bytes('/vmlinuz'), 'grub_kernel_cmdline'],
    ['a section’s name in ASCII', wide('.linux\0'), bytes('.linux\0'), 'section'],
    ['nothing at all', new Uint8Array(), new Uint8Array(), null],
  ])('is %s', (_, data, measured, label) => {
    expect(measuredData(data, digest(measured), 'sha256')).toEqual({ bytes: measured, label });
  });

  it.each<[string, Uint8Array, Uint8Array]>([
    ['another text', bytes('abc'), bytes('abd')],
    ['a text behind a label that nobody uses', bytes('kernel: abc'), bytes('abc')],
    ['the label with its text, where only that is taken off', bytes('grub_cmd: abc'), bytes('cmd: abc')],
    ['two octets less', bytes('abcd'), bytes('ab')],
    ['something in place of nothing', new Uint8Array(), bytes('a')],
  ])('is not known from %s', (_, data, measured) => {
    expect(measuredData(data, digest(measured), 'sha256')).toBeNull();
  });
});

describe('a log that is cut or changed', () => {
  const quoted: PcrBanks = new Map([['sha256', valuesOf(good, 'sha256')]]);
  const failures = (log: Uint8Array): number => {
    const checks = new CheckList();
    const { pcrs } = explainQuote(checks, parseEventLog(log), 'sha256', quoted);
    return (quoted.get('sha256')?.size ?? 0) - pcrs.size;
  };
  /** Where each event begins, found by reading ever longer beginnings. */
  const boundaries = Array.from({ length: good.length }, (_, length) => length).filter(
    (length) => length > 0 && codeOf(() => parseEventLog(good.subarray(0, length))) === 'none',
  );

  it('replays as it was made', () => {
    expect(failures(good)).toBe(0);
    expect(boundaries.length).toBe(parseEventLog(good).events.length);
  });

  it('explains less with every event that is cut off', () => {
    for (const length of boundaries)
      expect(failures(good.subarray(0, length)), `${length}`).toBeGreaterThan(0);
  });

  it('is truncated everywhere else', () => {
    const between = Array.from({ length: good.length }, (_, length) => length).filter(
      (length) => !boundaries.includes(length),
    );
    for (const length of between) {
      expect(codeOf(() => parseEventLog(good.subarray(0, length)))).toBe('truncated');
    }
  });

  it('explains less with one bit flipped in any digest of the bank', () => {
    const { events } = parseEventLog(good);
    for (const { digests } of events) {
      const measured = digests.get(0x0b) ?? new Uint8Array();
      const at = measured.byteOffset - good.byteOffset;
      const flipped = good.with(at, (good[at] ?? 0) ^ 1);
      expect(failures(flipped)).toBeGreaterThan(0);
    }
  });

  it('explains less with any two events of a register exchanged', () => {
    const seven = chain.filter(({ pcr }) => pcr === 7);
    for (let at = 1; at < seven.length; at++) {
      const [before, event] = [seven[at - 1], seven[at]];
      const exchanged = chain.map((one) => (one === before ? event : one === event ? before : one));
      const log = eventLog(
        exchanged.flatMap((one) => one ?? []),
        ['sha256'],
      );
      expect(failures(log)).toBe(1);
    }
  });

  it.each([0x00, 0xff])('may stand in an area filled with %i', (octet) => {
    const padded = new Uint8Array(good.length + 4096).fill(octet);
    padded.set(good);
    expect(parseEventLog(padded).padding).toBe(4096);
    expect(failures(padded)).toBe(0);
  });

  it('is refused in an area that holds anything else behind it', () => {
    const padded = new Uint8Array(good.length + 4096);
    padded.set(good);
    padded[padded.length - 1] = 1;
    expect(codeOf(() => replayEventLog(parseEventLog(padded), 'sha256'))).not.toBe('none');
  });
});

describe('a log that ends before the firmware was left', () => {
  const leaving = (steps: readonly string[]) =>
    steps.map((step) => ({ pcr: 5, eventType: 0x80000007, event: bytes(`Exit Boot Services ${step}`) }));
  const compare = (steps: readonly string[]) => {
    const after = eventLog([...chain, ...leaving(steps)], ['sha256']);
    const checks = new CheckList();
    const quoted: PcrBanks = new Map([['sha256', valuesOf(after, 'sha256')]]);
    const { pcrs } = explainQuote(checks, parseEventLog(good), 'sha256', quoted);
    return { explained: pcrs.has(5), check: checks.checks.find(({ id }) => id === 'tpm.eventlog.pcr-5') };
  };

  it('explains PCR 5 where just these events are missing, and says so', () => {
    const { explained, check } = compare(['Invocation', 'Returned with Success']);
    expect(explained).toBe(true);
    expect(check?.actual).toContain('Exit Boot Services Invocation, Returned with Success');
  });

  it('does not with any other', () => {
    expect(compare(['Returned with Success']).explained).toBe(false);
    expect(compare(['Invocation', 'Returned with Success', 'Invocation']).check?.status).toBe('fail');
  });
});

describe('EFI structures', () => {
  const setting = secureBootChain({ firmwareSigner: certificate, kernelSigner: certificate })[1]?.event;
  const variable = setting ?? new Uint8Array();

  it('reads a variable, with and without what old shims fill it up with', () => {
    for (const data of [variable, new Uint8Array([...variable, 0, 0, 0, 0, 0])]) {
      expect(parseEfiVariable(data)).toMatchObject({ name: 'SecureBoot', data: Uint8Array.of(1) });
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['cut', variable.subarray(0, -1), 'truncated'],
    ['longer', new Uint8Array([...variable, 0]), 'trailing_data'],
    ['filled with something else', new Uint8Array([...variable, 0, 0, 0, 0, 1]), 'trailing_data'],
    ['of a length that nothing has', variable.with(30, 1), 'bad_value'],
    ['without a name', new Uint8Array(32), 'bad_value'],
  ])('refuses a variable that is %s', (_, data, code) => {
    expect(codeOf(() => parseEfiVariable(data))).toBe(code);
  });

  const lists = parseEfiVariable(
    chain.find(({ event }) => Buffer.from(event).includes('d\0b\0x\0'))?.event ?? variable,
  );

  it('reads signature lists', () => {
    expect(imageDigests(parseSignatureLists(lists.data))).toEqual(['ab'.repeat(32)]);
    expect(parseSignatureLists(new Uint8Array())).toEqual([]);
  });

  it.each<[string, Uint8Array, string]>([
    ['cut', lists.data.subarray(0, -1), 'truncated'],
    ['with an entry of another length', lists.data.with(24, 47), 'bad_value'],
    ['with a body that no entries fill', lists.data.with(16, 77), 'bad_value'],
    ['shorter than its header', lists.data.with(16, 27), 'bad_value'],
  ])('refuses signature lists that are %s', (_, data, code) => {
    expect(codeOf(() => parseSignatureLists(data))).toBe(code);
  });

  it('says only FormatError to random bytes and mutations', () => {
    const parsers = [
      parseEfiVariable,
      parseSignatureLists,
      claimedImagePath,
      (data: Uint8Array) => parseSipa(parseTaggedEvent(data)),
    ];
    const seeds = [variable, lists.data, new Uint8Array(40)];
    const mutation = fc
      .tuple(fc.constantFrom(...seeds), fc.nat(199), fc.nat(255))
      .map(([seed, at, value]) =>
        at < seed.length ? seed.with(at, value) : seed.subarray(0, at % seed.length),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutation), (data) => {
        for (const parse of parsers) {
          try {
            parse(data);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      }),
      { numRuns: Math.ceil(fuzzRuns / 4) },
    );
  });
});

describeWithVectors('genuine logs', () => {
  it.each(['cos-101-amd-sev.bin', 'rhel8-uefi.bin', 'ubuntu-2404-amd-sevsnp.bin', 'debian-10.bin'])(
    '%s holds what was measured of every event of PCR 7 and 8',
    (name) => {
      const log = unquotedLog(parseEventLog(vector(`eventlog/${name}`)));
      const read = log?.events.filter(({ pcr }) => pcr === 7 || pcr === 8) ?? [];
      expect(read.length).toBeGreaterThan(5);
      expect(read.filter(({ data }) => data === null)).toEqual([]);
    },
  );
});
