import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { appraiseMeasurements, type RimShelf, verifyNvidiaDevice } from '../../src/evidence/nvidia/index.ts';
import {
  forgeDevice,
  forgeReport,
  forgeRim,
  forgeSigner,
  HOPPER_DRIVER_RIM,
  HOPPER_VBIOS_RIM,
} from '../evidence/nvidia/forged.ts';
import { THIS_UPDATE } from '../pki/crl-issue.ts';
import { compareRates, type Row } from './row.ts';

const at = new Date(THIS_UPDATE.getTime() + 1000);
const REPORTS = 64;
const SIGNATURE_BYTES = 96;

/**
 * Whole verification of a known GPU's report, which is always new, and its comparison with both manifests, known too:
 * against the one bare ECDSA P-384 verification that it cannot do without.
 */
export async function nvidia(): Promise<Row[]> {
  const device = forgeDevice();
  const leaf = device.chain[0].certificate.publicKey.der;
  const key = createPublicKey({ key: Buffer.from(leaf), format: 'der', type: 'spki' });
  const reports = Array.from({ length: REPORTS }, (_, index) =>
    forgeReport(device, { nonce: new Uint8Array(32).fill(index + 1) }),
  );
  const works = reports.map((report) => ({ report, ...bareWork(report) }));
  const shelf = makeShelf();
  const turns = [0, 0];
  const next = (side: 0 | 1): (typeof works)[number] => {
    const work = works[(turns[side] ?? 0) % works.length];
    turns[side] = (turns[side] ?? 0) + 1;
    if (work === undefined) throw new Error('no report');
    return work;
  };
  const { certificates, anchors } = device;
  const subject = (): void => {
    const { verified } = verifyNvidiaDevice({ ...next(0), certificates, anchors, at, policy: 'gate' });
    if (verified === null) throw new Error('the report was refused');
    const { verdicts } = appraiseMeasurements(verified, shelf);
    if (verdicts.some(({ verdict }) => verdict !== 'match')) throw new Error('the measurements differ');
  };
  const baseline = (): void => demand(next(1), key);
  return [compareRates('nvidia, chain and manifests cached', subject, baseline)];
}

function makeShelf(): RimShelf {
  const signer = forgeSigner();
  const zeros = [new Uint8Array(48)];
  const active = (from: number, count: number): ReadonlyMap<number, readonly Uint8Array[]> =>
    new Map(Array.from({ length: count }, (_, index) => [from + index, zeros]));
  // As many as genuine manifests of Hopper state.
  const files = new Map([
    [`${HOPPER_DRIVER_RIM}.xml`, forgeRim(signer, { version: '550.1', active: active(0, 21) })],
    [`${HOPPER_VBIOS_RIM}.xml`, forgeRim(signer, { version: '96.00.01.00.02', active: active(21, 12) })],
  ]);
  return { files, anchors: signer.anchors, ocsp: [], at };
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
