import { createPublicKey, verify } from 'node:crypto';
import { NO_TEE_TRUST } from '../../src/evidence/bundle/tee-trust.ts';
import { verifyBundle } from '../../src/evidence/bundle/verify.ts';
import { forgeNvidiaGpu } from '../../src/forge/nvidia/gpu.ts';
import { gpuItem, tpmItem, trustFor } from '../evidence/bundle/gpus.ts';
import { bindingItem, bundleOf } from '../evidence/bundle/guest.ts';
import { makeHost, now, session } from '../evidence/bundle/host.ts';
import { compareRates, type Row } from './row.ts';

const GPUS = 8;
const BUNDLES = 12;
const SIGNATURE_BYTES = 96;

/**
 * A whole submission of a host with a TPM and eight known GPUs, its reports new, its chains, OCSP responses and manifests
 * known: against the eight bare ECDSA P-384 verifications that it cannot do without.
 */
export async function composite(): Promise<Row[]> {
  const gpus = Array.from({ length: GPUS }, () => forgeNvidiaGpu());
  const nvidia = trustFor(gpus);
  const host = makeHost();
  const works = Array.from({ length: BUNDLES }, (_, index) => {
    // Another nonce each time, and a session that promised it.
    const nonce = Buffer.alloc(32, index + 1).toString('base64url');
    const binding = bindingItem(host, { nonce });
    const devices = gpus.map((gpu, at) => gpuItem(gpu, binding, { label: `gpu-${at}` }));
    return {
      jws: bundleOf(host, [binding, ...devices, tpmItem(host, [binding, ...devices])]),
      session: { ...session, nonce },
      reports: gpus.map((gpu) => gpu.report(Buffer.alloc(32, index + 1))),
    };
  });
  const keys = gpus.map(({ chain: [leaf] }) => createPublicKey(leaf.key.privateKey));
  const turns = [0, 0];
  const next = (side: 0 | 1): (typeof works)[number] => {
    const work = works[(turns[side] ?? 0) % works.length];
    turns[side] = (turns[side] ?? 0) + 1;
    if (work === undefined) throw new Error('no bundle');
    return work;
  };
  const subject = (): void => {
    const { jws, session: promised } = next(0);
    const { verified, devices } = verifyBundle({
      jws,
      session: promised,
      host,
      tee: NO_TEE_TRUST,
      nvidia,
      at: now,
    });
    if (verified === null) throw new Error('the bundle was refused');
    if (
      devices.some(
        ({ measurements }) => measurements?.verdicts.some(({ verdict }) => verdict !== 'match') !== false,
      )
    ) {
      throw new Error('a GPU does not match');
    }
  };
  const baseline = (): void => {
    const { reports } = next(1);
    for (const [index, report] of reports.entries()) {
      const key = keys[index];
      const [signed, signature] = [report.subarray(0, -SIGNATURE_BYTES), report.subarray(-SIGNATURE_BYTES)];
      if (key === undefined || !verify('sha384', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)) {
        throw new Error('the signature was refused');
      }
    }
  };
  return [compareRates('composite, eight GPUs and a TPM', subject, baseline)];
}
