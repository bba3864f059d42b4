import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits } from '../../../src/appraisal/boot/glob.ts';
import { compareBoot } from '../../../src/appraisal/boot/match-boot.ts';
import { readBoot } from '../../../src/appraisal/boot/read.ts';
import type { BootState } from '../../../src/appraisal/boot/state.ts';
import { bootState } from '../../../src/appraisal/boot/state.ts';
import type { BootRules } from '../../../src/appraisal/reference/boot.ts';
import { referenceSet } from '../../../src/appraisal/reference-set.ts';
import { concatBytes } from '../../../src/bytes/concat.ts';
import { examineLogs } from '../../../src/evidence/bundle/event-log.ts';
import { CheckList } from '../../../src/evidence/check.ts';
import { explainStrongest } from '../../../src/evidence/eventlog/compare.ts';
import { parseEventLog } from '../../../src/evidence/eventlog/parse.ts';
import { replayEventLog } from '../../../src/evidence/eventlog/replay.ts';
import type { PcrBanks } from '../../../src/evidence/tpm/pcrs.ts';
import { eventLog, type Measurement } from '../../../src/forge/tpm/measured-boot.ts';
import {
  authority,
  grubText,
  image,
  type SecureBootChain,
  secureBootChain,
  variable,
} from '../../../src/forge/tpm/secure-boot.ts';
import { bootOf, FIRMWARE_SIGNER, imageDigest, KERNEL_SIGNER, STRANGER, sha256 } from './boot.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const rules: BootRules = {
  secureBoot: true,
  signers: [sha256(FIRMWARE_SIGNER), sha256(KERNEL_SIGNER)],
  dbx: { contains: ['ab'.repeat(32)], minimumEntries: 1 },
  minimumSbatLevel: '2023012900',
  loaders: [[imageDigest('shim 1'), imageDigest('GRUB 1')]],
  kernelCommandLine: { pcr: 8, arguments: ['/vmlinuz*', 'root=/dev/*', 'ro'], required: ['ro'] },
};
const quoted = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8]);
const honest = { firmwareSigner: FIRMWARE_SIGNER, kernelSigner: KERNEL_SIGNER };
const chainOf = (change: Partial<SecureBootChain> = {}): readonly Measurement[] =>
  secureBootChain({ ...honest, ...change });
const fieldsOf = (boot: BootState | null, by: BootRules = rules): string[] => [
  ...new Set(compareBoot(boot, by, { bank: 'sha256', quoted }).map(({ field }) => field)),
];
const behind = (...more: readonly Measurement[]): BootState => bootOf(chainOf({ more }));
const at7 = (event: Uint8Array, eventType = 0x800000e0): Measurement => ({ pcr: 7, eventType, event });

describe('a boot that fits', () => {
  it('differs in nothing, and another kernel of the signer’s neither', () => {
    for (const kernel of ['kernel 1', 'kernel 2']) expect(fieldsOf(bootOf(chainOf({ kernel })))).toEqual([]);
  });

  it('is kept as it is read', () => {
    const boot = bootOf(chainOf());
    expect(bootState.parse(JSON.parse(JSON.stringify(boot)))).toEqual(boot);
  });

  it('may be logged under any types, for these are not measured', () => {
    const disguised = chainOf().map((event) => ({ ...event, eventType: 0x80000007 }));
    expect(fieldsOf(bootOf(disguised))).toEqual([]);
  });

  it('may go on with settings of shim and texts of GRUB', () => {
    const settings = ['MokListTrusted', 'MokPolicy'].map((name) => authority('shim', name, Uint8Array.of(1)));
    const off = authority('shim', 'MokSBState', Uint8Array.of(0));
    expect(fieldsOf(behind(...settings, off, grubText('grub_cmd', 'boot')))).toEqual([]);
  });

  it('may show its kernel to shim twice', () => {
    expect(fieldsOf(behind(image('kernel 1')))).toEqual([]);
  });
});

describe('a kernel’s command line', () => {
  const letters = `label=${'ö'.repeat(1000)}`;
  const allowed = ['/vmlinuz*', 'root=/dev/*', 'ro', '--', 'dyndbg="file', 'a.c', '+p"', letters];
  const kernelCommandLine = { pcr: 8 as const, arguments: allowed, required: ['ro'] };
  it.each([
    ['with quotation marks that the set names', '/vmlinuz ro dyndbg="file a.c +p"', []],
    ['with what is required within them', '/vmlinuz dyndbg="file ro +p"', ['boot.commandLine']],
    ['with what is required behind them', '/vmlinuz dyndbg="file a.c +p" ro', []],
    [
      'with what is required where kernels read no more',
      `/vmlinuz root=/dev/${'a'.repeat(2000)} ro`,
      ['boot.commandLine'],
    ],
    [
      'with what is required where they read no more, by octets',
      `/vmlinuz ${letters} ro`,
      ['boot.commandLine'],
    ],
    ['that is long, with what is required at its beginning', `/vmlinuz ro root=/dev/${'a'.repeat(2000)}`, []],
    ['with what is required for init alone', '/vmlinuz root=/dev/sda -- ro', ['boot.commandLine']],
  ])('%s', (_, commandLine, differs) => {
    expect(fieldsOf(bootOf(chainOf({ commandLine })), { ...rules, kernelCommandLine })).toEqual(differs);
  });
});

describe('a boot differs alone', () => {
  it.each<[string, string, Partial<SecureBootChain>]>([
    ['by a kernel of another signer', 'boot.signer', { kernelSigner: STRANGER }],
    ['by a shim of another signer', 'boot.signer', { firmwareSigner: STRANGER }],
    ['by another shim', 'boot.loader', { shim: 'shim 2' }],
    ['by another GRUB', 'boot.loader', { grub: 'GRUB 2' }],
    ['by an argument', 'boot.commandLine', { commandLine: '/vmlinuz root=/dev/sda ro init=/bin/sh' }],
    ['by an argument that is missing', 'boot.commandLine', { commandLine: '/vmlinuz root=/dev/sda' }],
    ['by the image of the kernel', 'boot.commandLine', { commandLine: '(hd1)/vmlinuz root=/dev/sda ro' }],
    [
      'by an argument behind white space that only Linux takes for it',
      'boot.commandLine',
      { commandLine: '/vmlinuz root=/dev/sda\u000binit=/bin/sh ro' },
    ],
    [
      'by an argument behind an octet of a letter that Linux takes for white space',
      'boot.commandLine',
      { commandLine: '/vmlinuz root=/dev/\u00e0init=/bin/sh ro' },
    ],
    [
      'by quotation marks that hide what is required',
      'boot.commandLine',
      { commandLine: '/vmlinuz root=/dev/sda" ro root=/dev/b"' },
    ],
    ['by an older dbx', 'boot.dbx', { dbx: ['cd'.repeat(32)] }],
    ['by an older SbatLevel', 'boot.sbatLevel', { sbatLevel: '2022111500' }],
  ])('%s', (_, field, change) => {
    expect(fieldsOf(bootOf(chainOf(change)))).toEqual([field]);
  });

  it.each<[string, string, Measurement]>([
    ['by a key that was used later', 'boot.signer', authority('shim', 'MokList', STRANGER)],
    ['by a key of a variable that nobody knows', 'boot.signer', authority('shim', 'Whatever', STRANGER)],
    [
      'by an image that db names by digest',
      'boot.signer',
      authority('database', 'db', new Uint8Array(48).fill(7)),
    ],
    ['by shim’s leave not to verify', 'boot.mokSbState', authority('shim', 'MokSBState', Uint8Array.of(1))],
    ['by debug mode', 'boot.debugMode', at7(text('UEFI Debug Mode'))],
    ['by DMA', 'boot.dmaProtection', at7(text('DMA Protection Disabled'))],
    ['by a second separator', 'boot.pcr-7', at7(new Uint8Array(4))],
    ['by a second SecureBoot', 'boot.pcr-7', at7(variable('global', 'SecureBoot', Uint8Array.of(1)))],
    ['by a second SbatLevel', 'boot.pcr-7', authority('shim', 'SbatLevel', text('sbat,1,2030010100\n'))],
    ['by a text', 'boot.pcr-7', at7(text('hello'))],
    ['by data that were not measured', 'boot.pcr-7', { ...at7(text('hello')), measured: text('world') }],
    ['by an image behind the kernel', 'boot.loader', image('another kernel')],
    ['by a second command line', 'boot.commandLine', grubText('kernel_cmdline', '/vmlinuz single')],
    [
      'by one that the log calls something else',
      'boot.commandLine',
      grubText('grub_cmd', 'linux /vmlinuz single'),
    ],
    ['by a chain loader', 'boot.commandLine', grubText('grub_cmd', 'chainloader /other.efi')],
    [
      'by an event of GRUB whose text is not there',
      'boot.commandLine',
      { pcr: 8, eventType: 13, event: text('grub_cmd: boot\0'), measured: text('linux /evil') },
    ],
    [
      'by an image whose octets the log gives as its data',
      'boot.loader',
      { pcr: 4, eventType: 0x80000007, event: text('Calling EFI Application from Boot Optiom') },
    ],
  ])('%s', (_, field, event) => {
    const found = compareBoot(behind(event), rules, { bank: 'sha256', quoted });
    expect([...new Set(found.map((one) => one.field))]).toEqual([field]);
    if (!['boot.mokSbState', 'boot.debugMode', 'boot.dmaProtection'].includes(field)) {
      expect(found.some((one) => one.event !== undefined)).toBe(true);
    }
  });

  it('with Secure Boot off, whatever is said of it later', () => {
    const later = [
      at7(variable('global', 'SecureBoot', Uint8Array.of(1))),
      authority('shim', 'Shim', KERNEL_SIGNER),
    ];
    expect(fieldsOf(bootOf(chainOf({ secureBoot: false, more: later })))).toContain('boot.secureBoot');
  });

  it('without a separator: then nobody knows where the firmware ends', () => {
    const open = chainOf().filter(({ pcr, event }) => pcr !== 7 || event.length !== 4);
    expect(fieldsOf(bootOf(open))).toContain('boot.secureBoot');
  });

  it('by an SbatLevel that what shim started may have written', () => {
    const chain = chainOf();
    const level = chain.find(({ event }) => Buffer.from(event).includes('sbat,1'));
    const late = [...chain.filter((event) => event !== level), ...(level === undefined ? [] : [level])];
    expect(fieldsOf(bootOf(late))).toEqual(['boot.pcr-7', 'boot.sbatLevel']);
  });

  it('by a kernel that something else than GRUB started', () => {
    const straight = chainOf().filter(
      ({ measured = new Uint8Array() }) => !Buffer.from(measured).includes('GRUB 1'),
    );
    expect(fieldsOf(bootOf(straight))).toEqual(['boot.loader']);
  });

  it('where nothing was started under any key', () => {
    const none = chainOf().filter(
      ({ event }) =>
        ![KERNEL_SIGNER, FIRMWARE_SIGNER].some((key) => Buffer.from(event).includes(Buffer.from(key))),
    );
    expect(fieldsOf(bootOf(none))).toEqual(['boot.signer']);
  });

  it('where no command line was measured', () => {
    const silent = chainOf().filter(({ pcr }) => pcr !== 8);
    const boot = { ...bootOf(silent), explained: [...quoted] };
    expect(fieldsOf(boot)).toEqual(['boot.commandLine']);
  });
});

describe('without a log that explains what the rules rest on', () => {
  const boot = bootOf(chainOf());
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('nothing counts: PCR %i', (pcr) => {
    const partly = { ...boot, explained: boot.explained.filter((one) => one !== pcr) };
    expect(fieldsOf(partly)).toEqual(['boot.log']);
  });

  it('nothing counts: no log, another bank, PCR 7 unread', () => {
    expect(fieldsOf(null)).toEqual(['boot.log']);
    expect(fieldsOf({ ...boot, bank: 'sha384' })).toEqual(['boot.log']);
    expect(fieldsOf({ ...boot, secureBoot: null })).toEqual(['boot.log']);
  });

  it('PCR 0, 4 and 7 count even where they were not quoted', () => {
    const seven = { ...boot, explained: [0, 4, 8] };
    expect(compareBoot(seven, rules, { bank: 'sha256', quoted: new Set([8]) })).toMatchObject([
      { field: 'boot.log' },
    ]);
  });
});

describe('the rules of a set', () => {
  const set = {
    ...{ kind: 'tpm-pcrs', name: 'n', version: '1', publisher: 'p', bank: 'sha256', sealed: false },
    ...{ pcrs: { '0': ['00'.repeat(32)] }, boot: rules },
  };
  it('are taken whole', () => {
    expect(referenceSet.safeParse(set).success).toBe(true);
  });

  it.each<[string, object]>([
    ['without PCR 0', { ...set, pcrs: { '1': ['00'.repeat(32)] } }],
    ['with Secure Boot off', { ...set, boot: { ...rules, secureBoot: false } }],
    ['without signers', { ...set, boot: { ...rules, signers: [] } }],
    ['with a command line and no loaders', { ...set, boot: { ...rules, loaders: undefined } }],
    ['with a file’s SHA-1', { ...set, ima: { allowed: [`sha1:${'00'.repeat(20)}`] } }],
  ])('are refused %s', (_, content) => {
    expect(referenceSet.safeParse(content).success).toBe(false);
  });
});

describe('a pattern', () => {
  it.each<[string, string, boolean]>([
    ['ro', 'ro', true],
    ['ro', 'rootfstype=x', false],
    ['*', '', true],
    ['root=*', 'root=', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['a.c', 'abc', false],
    ['*x', 'xxy', false],
  ])('%s and %s: %s', (pattern, value, expected) => {
    expect(fits(pattern, value)).toBe(expected);
  });

  it('fits as the regular expression of its parts does', () => {
    const small = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 7 });
    fc.assert(
      fc.property(small, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 }), (pattern, value) => {
        expect(fits(pattern, value)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value));
      }),
      { numRuns: 500 },
    );
  });
});

it('an owner before a key changes nothing of whose it is', () => {
  const owned = authority('database', 'db', concatBytes([new Uint8Array(16).fill(3), KERNEL_SIGNER]));
  expect(fieldsOf(behind(owned))).toEqual([]);
});
describe('where a quote covers several banks', () => {
  const chain = chainOf();
  const log = parseEventLog(eventLog(chain, ['sha1', 'sha256', 'sha384']));
  const replayed = (bank: 'sha1' | 'sha256' | 'sha384') => [bank, replayEventLog(log, bank).pcrs] as const;
  const whole = new Map([replayed('sha1'), replayed('sha256'), replayed('sha384')]);

  const examined = (banks: PcrBanks): readonly BootState[] => {
    const item = { eventLog: eventLog(chain, ['sha1', 'sha256', 'sha384']), imaLog: null };
    const { bootLog } = examineLogs({ ...item, eventLogAbsent: null, imaLogAbsent: null }, banks);
    return [bootLog, explainStrongest(new CheckList(), log, banks)].flatMap((one) =>
      one === null ? [] : [readBoot(one)],
    );
  };

  it('the set’s own counts, whichever is the strongest', () => {
    const boots = examined(whole);
    expect(boots).toHaveLength(2);
    for (const boot of boots) {
      expect(boot.bank).toBe('sha384');
      expect(boot.otherBanks?.map(({ bank }) => bank)).toEqual(['sha256']);
      expect(bootState.parse(JSON.parse(JSON.stringify(boot)))).toEqual(boot);
      expect(fieldsOf(boot)).toEqual([]);
    }
  });

  // Firmware that extends one bank alone leaves the other to whoever comes later (CVE-2021-42299).
  it('no other stands in for it', () => {
    const [, registers] = replayed('sha256');
    const zero = new Map([...registers.keys()].map((pcr) => [pcr, new Uint8Array(32)]));
    const unextended = new Map(whole).set('sha256', zero);
    for (const boot of examined(unextended)) expect(fieldsOf(boot)).toEqual(['boot.log']);
    for (const boot of examined(new Map([replayed('sha384')]))) expect(fieldsOf(boot)).toEqual(['boot.log']);
  });
});
