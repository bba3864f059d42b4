import { describe, expect, it } from 'vitest';
import { compareBoot } from '../../../src/appraisal/boot/match-boot.ts';
import { concatBytes } from '../../../src/bytes/concat.ts';
import { SIPA } from '../../../src/evidence/eventlog/windows/sipa.ts';
import { type Measurement, u32le } from '../../../src/forge/tpm/measured-boot.ts';
import { secureBootChain } from '../../../src/forge/tpm/secure-boot.ts';
import { bootOf, FIRMWARE_SIGNER, KERNEL_SIGNER, sha256 } from './boot.ts';

const TRUST_BOUNDARY = 0x40010001;
const LOADED_MODULE = 0x40010003;
const EVENT_TAG = 6;

const sipa = (type: number, ...data: readonly Uint8Array[]): Uint8Array => {
  const body = concatBytes([...data]);
  return concatBytes([u32le(type), u32le(body.length), body]);
};
const flag = (type: number, value: number): Uint8Array => sipa(type, Uint8Array.of(value));
const tag = (pcr: number, ...events: readonly Uint8Array[]): Measurement => {
  return { pcr, eventType: EVENT_TAG, event: sipa(TRUST_BOUNDARY, ...events) };
};
const module = sipa(
  LOADED_MODULE,
  sipa(SIPA.filePath, Uint8Array.of(65, 0)),
  sipa(SIPA.authenticodeHash, new Uint8Array(32)),
);
const closing = [12, 13, 14].map((pcr) => ({
  pcr,
  eventType: 4,
  event: new Uint8Array(Buffer.from('WBCL')),
}));
/** What Windows puts into its log and does not measure: for no register, and for none that there is. */
const trustPoint = {
  pcr: 0xffffffff,
  eventType: 3,
  event: sipa(0xc0010004, sipa(0x80080001, new Uint8Array(8))),
};

const chain = secureBootChain({ firmwareSigner: FIRMWARE_SIGNER, kernelSigner: KERNEL_SIGNER });
const settings = [flag(SIPA.bootDebugging, 0), flag(SIPA.testSigning, 0), flag(SIPA.codeIntegrity, 1)];
const windows = (...more: readonly Measurement[]) => [
  ...[...chain, tag(12, ...settings), tag(13, ...settings, module)],
  ...[...more, ...closing, trustPoint],
];

describe('a start of Windows', () => {
  const boot = bootOf(windows());
  const rules = {
    ...({ secureBoot: true, windows: true } as const),
    signers: [FIRMWARE_SIGNER, KERNEL_SIGNER].map(sha256),
  };
  const fieldsOf = (of: typeof boot): (string | null)[] =>
    compareBoot(of, rules, { bank: 'sha256', quoted: new Set([0, 4, 7, 12, 13]) }).map(
      ({ field, actual }) => `${field} ${actual}`,
    );

  it('is read from its registers, and fits', () => {
    expect(boot.windows).toEqual({ weak: [], modules: 1, closed: true });
    expect(fieldsOf(boot)).toEqual([]);
  });

  it.each<[string, Measurement]>([
    ['boot debugging', tag(12, flag(SIPA.bootDebugging, 1))],
    ['test signing', tag(13, flag(SIPA.testSigning, 1))],
    ['kernel debugging', tag(13, sipa(TRUST_BOUNDARY, flag(SIPA.osKernelDebug, 1)))],
    ['an event that is not understood', { pcr: 12, eventType: EVENT_TAG, event: Uint8Array.of(1, 2, 3) }],
    [
      'an event that is not understood',
      { ...tag(12, ...settings), measured: sipa(TRUST_BOUNDARY, flag(SIPA.bootDebugging, 1)) },
    ],
    ['no code integrity', tag(13, flag(SIPA.codeIntegrity, 0))],
  ])('differs with %s', (name, event) => {
    expect(fieldsOf(bootOf(windows(event)))).toEqual([`boot.windows ${name}`]);
  });

  it('is not undone by what is measured after the separator', () => {
    const later = bootOf([...windows(), tag(12, flag(SIPA.bootDebugging, 1))]);
    expect(later.windows?.weak).toEqual([]);
    const earlier = bootOf([
      ...windows(tag(12, flag(SIPA.bootDebugging, 1))),
      tag(12, flag(SIPA.bootDebugging, 0)),
    ]);
    expect(earlier.windows?.weak).toEqual(['boot debugging']);
  });

  it('differs where a register was left open, or nothing was measured', () => {
    const open = bootOf(windows().filter(({ pcr, event }) => pcr !== 13 || event.length !== 4));
    expect(fieldsOf(open)).toEqual(['boot.windows open']);
    const none = { ...bootOf(chain), explained: [0, 4, 7, 12, 13] };
    expect(fieldsOf(none)).toEqual(['boot.windows null']);
  });

  it('differs where the log does not explain its registers', () => {
    expect(fieldsOf({ ...boot, explained: boot.explained.filter((pcr) => pcr !== 13) })).toEqual([
      'boot.log null',
    ]);
  });
});
