import { describe, expect, it } from 'vitest';
import { MAY_STAY_OPEN } from '../../../src/evidence/bundle/left-open.ts';
import type { NvidiaNeed } from '../../../src/evidence/bundle/nvidia-needs.ts';
import type { NvidiaTrust } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { appraiseMeasurements, verifyNvidiaDevice } from '../../../src/evidence/nvidia/index.ts';
import type { CollateralAccess } from '../../../src/service/collateral/access.ts';
import { gatherCollateral } from '../../../src/service/collateral/gather.ts';
import { MAX_MANIFESTS } from '../../../src/service/collateral/recent-chips.ts';
import type { Context } from '../../../src/service/context.ts';
import type { EffectiveTrust } from '../../../src/service/trust/effective.ts';
import { AT, BOTH, chain, gpu, PATH, pki, world } from '../../collateral/nvidia-world.ts';
import { deviceAnchors, HOPPER_VBIOS_RIM, rimAnchors } from '../../evidence/nvidia/forged.ts';

const NEED: NvidiaNeed = { label: 'gpu0', identity: gpu.identity, rimIds: BOTH, path: PATH };
const ASKER = { id: 'host', tenant: 'tenant' };
const NONCE = new Uint8Array(32).fill(3);

/** No more of either than gathering asks for. */
const TRUST = {
  anchorSets: [
    { purpose: 'nvidia-device-root', anchors: deviceAnchors(pki) },
    { purpose: 'nvidia-rim-root', anchors: rimAnchors(pki) },
  ],
} as unknown as EffectiveTrust;

function gather(collateral: CollateralAccess | null, devices: readonly NvidiaNeed[] = [NEED], asker = ASKER) {
  const context = { clock: () => AT, collateral } as unknown as Context;
  return gatherCollateral(context, TRUST, { tee: [], devices }, asker);
}

/** What the device is worth by what was gathered. */
function worth({ deviceAnchors: anchors, rimAnchors: ofRims, rims, ocsp }: NvidiaTrust) {
  const { verified } = verifyNvidiaDevice({
    report: gpu.report(NONCE),
    certificates: gpu.certificates,
    ...{ anchors, ocsp, at: AT, nonce: NONCE, policy: 'gate' },
  });
  if (verified === null) return null;
  const files = new Map([...rims].map(([id, xml]) => [`${id}.xml`, xml]));
  const { verdicts } = appraiseMeasurements(verified, { files, anchors: ofRims, ocsp, at: AT });
  const said = verdicts.map(({ component, verdict }) => `${component} ${verdict}`);
  return { revocationChecked: verified.revocationChecked, said };
}

describe('what NVIDIA publishes about a submission', () => {
  it('is gathered for all devices at once, and is what attests them', async () => {
    const { access, server } = await world();
    const { nvidia, missing } = await gather(access(), [NEED, { ...NEED, label: 'gpu1' }]);
    expect(missing).toEqual([]);
    expect(worth(nvidia)).toEqual({ revocationChecked: true, said: ['driver match', 'vbios match'] });
    expect(server.requests).toHaveLength(9);
  });

  it('is named where it is not published, and then is no match', async () => {
    const { access } = await world({ rims: new Map() });
    const { nvidia, missing } = await gather(access(), [{ ...NEED, rimIds: [HOPPER_VBIOS_RIM] }]);
    expect(missing.map(({ id }) => id)).toEqual(['nvidia.collateral']);
    expect(missing[0]?.reason).toContain(`manifest ${HOPPER_VBIOS_RIM}: collateral_not_found`);
    expect(worth(nvidia)?.said).toEqual(['driver unknown', 'vbios unknown']);
  });

  it('costs devices, never the host, where nobody answers', async () => {
    const { access, server } = await world();
    server.always({ status: 503 });
    const { nvidia, missing, isOutage } = await gather(access());
    expect(isOutage).toBe(true);
    expect(missing).toHaveLength(5);
    expect(missing.every(({ id }) => MAY_STAY_OPEN.has(id))).toBe(true);
    expect(missing.map(({ reason }) => reason).join()).toContain('collateral_unavailable');
    expect(worth(nvidia)).toEqual({ revocationChecked: false, said: ['driver unknown', 'vbios unknown'] });
  });

  it('shows a revocation', async () => {
    const { access, saying } = await world();
    const [, chip] = chain;
    saying((subject) => (subject === chip ? { single: { status: { reason: 1 } } } : {}));
    const { nvidia, missing } = await gather(access());
    expect(missing).toEqual([]);
    expect(worth(nvidia)).toBeNull();
  });

  it('is asked for by a host a few times, under names that it makes up', async () => {
    const { access, server } = await world();
    const its = access();
    const named = Array.from({ length: MAX_MANIFESTS + 12 }, (_, index) => `NV_GPU_DRIVER_GH100_${index}`);
    const { missing } = await gather(its, [{ ...NEED, rimIds: named }]);
    expect(server.requests.filter((path) => path.startsWith('/v1/rim/'))).toHaveLength(MAX_MANIFESTS);
    expect(missing.filter(({ reason }) => reason.includes('too many'))).toHaveLength(12);
    await gather(its, [{ ...NEED, rimIds: ['NV_GPU_DRIVER_GH100_1000'] }], { ...ASKER, id: 'other' });
    expect(server.requests.filter((path) => path.startsWith('/v1/rim/'))).toHaveLength(MAX_MANIFESTS + 1);
  });

  it('is not looked for where no vendor is asked, and that is said', async () => {
    const { nvidia, missing } = await gather(null);
    expect(missing).toMatchObject([{ id: 'nvidia.collateral' }]);
    expect(worth(nvidia)?.revocationChecked).toBe(false);
    expect((await gather(null, [])).missing).toEqual([]);
  });
});
