import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type SnpReportInput, verifySnpReport } from '../../src/evidence/amd/index.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { anchorFromCertificate, type Certificate, parseCertificate, writePem } from '../../src/pki/index.ts';
import { compareRates, median, type Row, row } from './row.ts';

const at = new Date('2026-06-01T00:00:00Z');
const SIGNED_BYTES = 0x2a0;
/** Slices that do not count: the engine has not seen enough certificates yet. */
const WARM_UP = 5;
const SLICES = 15;
const CHIPS_IN_SLICE = 30;

/**
 * Whole verification of a report (structure, certificate, chain, CRL, signature) against the bare signatures that it
 * cannot do without:
 *
 * - of chips that are known, with reports that are always new to it: the report's ECDSA P-384;
 * - of chips never seen before: that, and the ASK's RSA-PSS 4096 on the VCEK. The key's import stands on both sides of one
 *   row and on the verifier's side alone of the other.
 */
export async function snp(): Promise<Row[]> {
  return [known(), ...unknown()];
}

function known(): Row {
  const chip = makeChip(0);
  const reports = Array.from({ length: 64 }, (_, index) => ({ ...chip, ...chip.another(index) }));
  const turns = [0, 0];
  const next = (side: 0 | 1): Work => {
    const work = reports[(turns[side] ?? 0) % reports.length];
    turns[side] = (turns[side] ?? 0) + 1;
    if (work === undefined) throw new Error('no report');
    return work;
  };
  const subject = (): void => judge(next(0));
  const baseline = (): void => demand(reportHolds(next(1), chip.leafKey));
  return compareRates('snp, VCEK cached', subject, baseline);
}

function unknown(): Row[] {
  const slices = Array.from({ length: WARM_UP + SLICES }, (_, slice) =>
    Array.from({ length: CHIPS_IN_SLICE }, (_, index) => makeChip(1 + slice * CHIPS_IN_SLICE + index)),
  );
  const rates = slices.map((chips, slice) => {
    // Whoever comes second finds the chips' bytes in the processor's caches: the two take turns.
    const early = slice % 2 === 0 ? rate(chips, judge) : null;
    const bare = rate(chips, signaturesHold);
    const withImport = rate(chips, importedSignaturesHold);
    return { subject: early ?? rate(chips, judge), bare, withImport };
  });
  const counted = rates.slice(WARM_UP);
  const subject = median(counted.map((one) => one.subject));
  return [
    row('snp, new VCEK, against two signatures', subject, 'op/s', median(counted.map((one) => one.bare))),
    row('snp, new VCEK, the import included', subject, 'op/s', median(counted.map((one) => one.withImport))),
  ];
}

function signaturesHold(chip: Chip): void {
  demand(certificateHolds(chip));
  demand(reportHolds(chip, chip.leafKey));
}

function importedSignaturesHold(chip: Chip): void {
  demand(certificateHolds(chip));
  demand(reportHolds(chip, createPublicKey(chip.leafPem)));
}

/** Operations a second of processor time, each chip once. */
function rate(chips: readonly Chip[], work: (chip: Chip) => void): number {
  const started = process.cpuUsage();
  for (const chip of chips) work(chip);
  const { user, system } = process.cpuUsage(started);
  return (chips.length / (user + system)) * 1e6;
}

type Work = Pick<SnpReportInput, 'report' | 'certificates' | 'crl' | 'anchors'> & {
  /** ECDSA-Sig-Value of the report. */
  readonly signature: Uint8Array;
};

type Chip = Work & {
  readonly leaf: Certificate;
  readonly leafKey: KeyObject;
  /** The form that imports fastest. */
  readonly leafPem: string;
  readonly askKey: KeyObject;
  readonly another: (index: number) => Pick<Work, 'report' | 'signature'>;
};

let crl: Uint8Array | undefined;

function makeChip(number: number): Chip {
  const platform = forgeSnpPlatform({ at, product: 'Genoa' });
  const certificates = platform.certificates();
  const [leaf, ask, ark] = certificates.map((der) => parseCertificate(der));
  if (leaf === undefined || ask === undefined || ark === undefined) throw new Error('no chain');
  crl ??= platform.crl();
  const another = (index: number): Pick<Work, 'report' | 'signature'> => {
    const reportData = new Uint8Array(64);
    new DataView(reportData.buffer).setUint32(0, number * 1000 + index);
    const report = platform.report(reportData);
    return { report, signature: signatureOf(report) };
  };
  return {
    certificates,
    crl,
    anchors: [anchorFromCertificate(ark)],
    leaf,
    leafKey: createPublicKey(platform.leafKey),
    leafPem: writePem(leaf.publicKey.der, 'PUBLIC KEY'),
    askKey: createPublicKey({ key: Buffer.from(ask.publicKey.der), format: 'der', type: 'spki' }),
    another,
    ...another(0),
  };
}

function judge({ report, certificates, crl: list, anchors }: Work): void {
  const { verified } = verifySnpReport({ report, certificates, crl: list, anchors, at });
  if (verified?.revocationChecked !== true) throw new Error('the report was refused');
}

function reportHolds({ report, signature }: Work, key: KeyObject): boolean {
  return verify('sha384', report.subarray(0, SIGNED_BYTES), key, signature);
}

function certificateHolds({ leaf, askKey }: Chip): boolean {
  const options = { key: askKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
  return verify('sha384', leaf.tbs, options, leaf.signature);
}

function demand(holds: boolean): void {
  if (!holds) throw new Error('the signature was refused');
}

/** DER, the form in which Node verifies fastest, so that the baseline is none that could be had cheaper. */
function signatureOf(report: Uint8Array): Uint8Array {
  const integer = (offset: number): number[] => {
    const bytes = [...report.subarray(offset, offset + 48)].reverse();
    while (bytes[0] === 0) bytes.shift();
    return (bytes[0] ?? 0x80) >= 0x80 ? [0, ...bytes] : bytes;
  };
  const [r, s] = [integer(SIGNED_BYTES), integer(SIGNED_BYTES + 72)];
  return Uint8Array.of(0x30, r.length + s.length + 4, 2, r.length, ...r, 2, s.length, ...s);
}
