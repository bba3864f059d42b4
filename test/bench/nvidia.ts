import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { appraiseMeasurements, type RimShelf, verifyNvidiaDevice } from '../../src/evidence/nvidia/index.ts';
import { type ForgedNvidiaGpu, forgeNvidiaGpu } from '../../src/forge/nvidia/gpu.ts';
import { forgeRimsOf } from '../../src/forge/nvidia/rim.ts';
import { deviceAnchors, rimAnchors } from '../evidence/nvidia/forged.ts';
import { bareCores } from './bare-cores.ts';
import { gpuHost } from './gpu-host.ts';
import { compareRates, type Row } from './row.ts';

const at = new Date('2026-01-01T00:00:00Z');
const REPORTS = 64;
const SIGNATURE_BYTES = 96;

/**
 * Whole verification of a known GPU's report, which is always new, and its comparison with both manifests, known too:
 * against the one bare ECDSA P-384 verification that it cannot do without.
 */
export async function nvidia(): Promise<Row[]> {
  const device = forgeNvidiaGpu();
  const key = createPublicKey(device.chain[0].key.privateKey);
  const reports = Array.from({ length: REPORTS }, (_, index) =>
    device.report(new Uint8Array(32).fill(index + 1)),
  );
  const works = reports.map((report) => ({ report, ...bareWork(report) }));
  const shelf = makeShelf(device);
  const turns = [0, 0];
  const next = (side: 0 | 1): (typeof works)[number] => {
    const work = works[(turns[side] ?? 0) % works.length];
    turns[side] = (turns[side] ?? 0) + 1;
    if (work === undefined) throw new Error('no report');
    return work;
  };
  const { certificates, pki } = device;
  const anchors = deviceAnchors(pki);
  const subject = (): void => {
    const { verified } = verifyNvidiaDevice({ ...next(0), certificates, anchors, at, policy: 'gate' });
    if (verified === null) throw new Error('the report was refused');
    const { verdicts } = appraiseMeasurements(verified, shelf);
    if (verdicts.some(({ verdict }) => verdict !== 'match')) throw new Error('the measurements differ');
  };
  const baseline = (): void => demand(next(1), key);
  const report = compareRates('nvidia, chain and manifests cached', subject, baseline);
  return [report, ...(await gpuHost()), ...(await bareCores())];
}

function makeShelf(device: ForgedNvidiaGpu): RimShelf {
  const files = new Map(forgeRimsOf(device).map(({ id, xml }) => [`${id}.xml`, xml]));
  return { files, anchors: rimAnchors(device.pki), ocsp: [], at };
}

/** DER, the form in which Node verifies fastest, so that the baseline is none that could be had cheaper. */
function bareWork(report: Uint8Array): { readonly signed: Uint8Array; readonly signature: Uint8Array } {
  const integer = (bytes: Uint8Array): number[] => {
    const contents = [...bytes];
    while (contents[0] === 0) contents.shift();
    return (contents[0] ?? 0x80) >= 0x80 ? [0, ...contents] : contents;
  };
  const [r, s] = [integer(report.subarray(-96, -48)), integer(report.subarray(-48))];
  return {
    signed: report.subarray(0, -SIGNATURE_BYTES),
    signature: Uint8Array.of(0x30, r.length + s.length + 4, 2, r.length, ...r, 2, s.length, ...s),
  };
}

function demand(
  { signed, signature }: { readonly signed: Uint8Array; readonly signature: Uint8Array },
  key: KeyObject,
): void {
  if (!verify('sha384', signed, key, signature)) throw new Error('the signature was refused');
}
