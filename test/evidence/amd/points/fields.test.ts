import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SnpProduct, SnpReport, TcbVersion } from '../../../../src/evidence/amd/evidence.ts';
import { parseSnpReport } from '../../../../src/evidence/amd/index.ts';
import { marshalReport } from '../../../../src/forge/amd/report.ts';
import { fuzzRuns } from '../../../vectors.ts';
import { codeOf } from '../../tpm/code-of.ts';

const octet = fc.integer({ min: 0, max: 255 });
const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const version = fc.record({ major: octet, minor: octet, build: octet });

/** First and last models of each range that the specification gives a line. */
const CPUS: Readonly<Record<SnpProduct, readonly (readonly [number, number])[]>> = {
  Milan: [
    [0x19, 0x00],
    [0x19, 0x01],
    [0x19, 0x0f],
  ],
  Genoa: [
    [0x19, 0x10],
    [0x19, 0x1f],
    [0x19, 0xa0],
    [0x19, 0xaf],
  ],
  Turin: [
    [0x1a, 0x00],
    [0x1a, 0x02],
    [0x1a, 0x11],
  ],
};

const tcb = (product: SnpProduct): fc.Arbitrary<TcbVersion> =>
  fc.record({
    fmc: product === 'Turin' ? octet : fc.constant(null),
    bootLoader: octet,
    tee: octet,
    snp: octet,
    microcode: octet,
  });

const reportOf = (product: SnpProduct, number: number): fc.Arbitrary<SnpReport> =>
  fc.record({
    version: fc.constant(number),
    guestSvn: fc.nat(0xffff_ffff),
    policy: fc.nat(0x3ff_ffff).map((bits) => BigInt(bits) | (1n << 17n)),
    familyId: octets(16),
    imageId: octets(16),
    vmpl: fc.constantFrom(0, 1, 2, 3, 0xffff_ffff),
    platformInfo: word,
    authorKeyEnabled: fc.boolean(),
    chipKeyMasked: fc.boolean(),
    signingKey: fc.constantFrom('vcek' as const, 'vlek' as const),
    reportData: octets(64),
    measurement: octets(48),
    hostData: octets(32),
    idKeyDigest: octets(48),
    authorKeyDigest: octets(48),
    reportId: octets(32),
    reportIdMa: octets(32),
    cpu:
      number === 2
        ? fc.constant(null)
        : fc
            .tuple(fc.constantFrom(...CPUS[product]), octet)
            .map(([[family, model], stepping]) => ({ family, model, stepping })),
    chipId: octets(64),
    currentTcb: tcb(product),
    reportedTcb: tcb(product),
    committedTcb: tcb(product),
    launchTcb: tcb(product),
    currentVersion: version,
    committedVersion: version,
    launchMitVector: number === 5 ? word : fc.constant(null),
    currentMitVector: number === 5 ? word : fc.constant(null),
  });

const KINDS = [
  ['Milan', 2],
  ['Milan', 3],
  ['Milan', 4],
  ['Milan', 5],
  ['Genoa', 2],
  ['Genoa', 3],
  ['Genoa', 5],
  ['Turin', 3],
  ['Turin', 4],
  ['Turin', 5],
] as const;

it.each(KINDS)('every field of a %s report of version %s reads as it was written', (product, number) => {
  const layout = product === 'Turin' ? 'Turin' : 'earlier';
  fc.assert(
    fc.property(reportOf(product, number), (report) => {
      expect(parseSnpReport(marshalReport(report, layout))).toEqual(report);
    }),
    { numRuns: Math.ceil(fuzzRuns / 50) },
  );
});

it('keeps what it has read when the caller changes the bytes afterwards', () => {
  const bytes = marshalReport(
    fc.sample(reportOf('Turin', 5), { numRuns: 1, seed: 7 })[0] ?? expect.unreachable(),
    'Turin',
  );
  const report = parseSnpReport(bytes);
  const before = structuredClone(report);
  bytes.fill(0xff);
  expect(report).toEqual(before);
});

it('reads or refuses whatever 1,184 bytes it is given, and nothing else happens', () => {
  const seed = fc.sample(reportOf('Genoa', 3), { numRuns: 1, seed: 7 })[0] ?? expect.unreachable();
  const genuine = marshalReport(seed, 'earlier');
  const change = fc.tuple(fc.nat(genuine.length - 1), octet);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const bytes = genuine.slice();
      for (const [offset, value] of changes) bytes[offset] = value;
      codeOf(() => parseSnpReport(bytes));
    }),
    { numRuns: fuzzRuns },
  );
});
