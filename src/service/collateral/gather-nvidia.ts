import type { CollateralCode } from '../../collateral/errors.ts';
import type { NvidiaAbsence } from '../../collateral/source.ts';
import type { NvidiaNeed } from '../../evidence/bundle/nvidia-needs.ts';
import type { NvidiaTrust } from '../../evidence/bundle/nvidia-trust.ts';
import type { NotPerformed } from '../../evidence/check.ts';
import type { Context } from '../context.ts';
import { anchorsFor, type EffectiveTrust } from '../trust/effective.ts';
import type { CollateralAccess } from './access.ts';
import type { Asker } from './gather.ts';

export type GatheredNvidia = {
  readonly nvidia: NvidiaTrust;
  readonly missing: readonly NotPerformed[];
  /** Whether waiting may mend any of it: NVIDIA did not answer, rather than that it has nothing. */
  readonly isOutage: boolean;
};

/** Roots alone: without more, verdicts are unknown and revocation stays open. */
export function nvidiaRoots(trust: EffectiveTrust): NvidiaTrust {
  return {
    deviceAnchors: anchorsFor(trust, 'nvidia-device-root'),
    rimAnchors: anchorsFor(trust, 'nvidia-rim-root'),
    rims: new Map(),
    ocsp: [],
  };
}

/**
 * What NVIDIA publishes about a submission's devices, all of it asked for at once and by one deadline; devices of one model share
 * their manifests, and all share their CAs.
 *
 * Unlike a TEE's, a device's want of something costs the device alone: it is told with the device, which is then not
 * attested, and by name in `missing` (`nvidia.collateral`). No host waits for NVIDIA, and none is refused for it.
 */
export async function gatherNvidia(
  { clock }: Context,
  { source, manifests }: CollateralAccess,
  roots: NvidiaTrust,
  needs: readonly NvidiaNeed[],
  { asker, timeoutMs }: { readonly asker: Asker; readonly timeoutMs: number },
): Promise<GatheredNvidia> {
  if (needs.length === 0) return { nvidia: roots, missing: [], isOutage: false };
  const now = clock();
  const wanted = [...new Set(needs.flatMap(({ rimIds }) => rimIds))];
  // Versions are the host's word until a report verifies: made-up ones are asked for a few times, and no more.
  const [rimIds, refused] = partition(wanted, (id) => manifests.waitMs(asker.id, id, now) === 0);
  const { rims, ocsp, absent } = await source.nvidia(
    { rimIds, paths: needs.map(({ path }) => path) },
    { timeoutMs, lane: asker.tenant },
  );
  const leaves = new Set(needs.map(({ path }) => path.chain[0]?.sha256));
  // That nobody answers about a leaf is no news: each device's findings have it.
  const lacking = absent.filter(({ name }) => !leaves.has(name));
  return {
    nvidia: { ...roots, rims, ocsp },
    missing: [
      ...refused.map((id) => absentOfDevices(`manifest ${id}: this host named too many of them`)),
      ...lacking.map(describe),
    ],
    isOutage: lacking.some(({ error }) => !ANSWERED.includes(error.code)),
  };
}

/** What a vendor answered, although it is not what was asked for: no outage that ends by waiting. */
const ANSWERED: readonly CollateralCode[] = ['collateral_not_found', 'collateral_bad_need'];

function describe({ what, name, error }: NvidiaAbsence): NotPerformed {
  const about = what === 'manifest' ? `manifest ${name}` : `status of certificate ${name}`;
  return absentOfDevices(`${about}: ${error.code}: ${error.message}`);
}

/** `nvidia.collateral`: what some device needs and will miss. */
export function absentOfDevices(reason: string): NotPerformed {
  const id = 'nvidia.collateral';
  return { id, reason };
}

function partition(all: readonly string[], holds: (one: string) => boolean): [string[], string[]] {
  const [yes, no]: [string[], string[]] = [[], []];
  for (const one of all) (holds(one) ? yes : no).push(one);
  return [yes, no];
}
