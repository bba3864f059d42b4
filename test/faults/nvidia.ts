import { collateralSettings } from '../../src/collateral/settings.ts';
import { type ForgedNvidiaGpu, forgeNvidiaGpu } from '../../src/forge/nvidia/gpu.ts';
import { forgeNvidiaPki } from '../../src/forge/nvidia/pki.ts';
import { forgeRimsOf } from '../../src/forge/nvidia/rim.ts';
import { type Known, type NvidiaWorld, startNvidiaServer } from '../collateral/nvidia-server.ts';
import { trustNvidia } from '../end-to-end/composite.ts';
import { issued, issuersOf } from '../evidence/nvidia/forged.ts';
import type { Issued } from '../pki/issue.ts';
import { type Asking, worldThatAsks, YEARS_MS } from './vendors.ts';

/** A verifier that asks NVIDIA for manifests and statuses, and a GPU that needs them. */
export async function askingNvidia(): Promise<Omit<Asking, 'hardware'> & { readonly gpu: ForgedNvidiaGpu }> {
  const gpu = forgeNvidiaGpu();
  const honest = publishedBy(gpu);
  const stranger = publishedBy(forgeNvidiaGpu({ pki: forgeNvidiaPki('somebody else') }));
  let { rims, known }: Pick<NvidiaWorld, 'rims' | 'known'> = honest;
  let now = (): Date => new Date();
  let saying: NonNullable<NvidiaWorld['saying']> = () => ({});
  const vendor = await startNvidiaServer({
    get rims() {
      return rims;
    },
    get known() {
      return known;
    },
    now: () => now(),
    saying: (subject) => saying(subject),
  });
  const { origin } = vendor;
  const { world, forget } = await worldThatAsks(
    collateralSettings({ rimUrl: origin, ocspUrl: origin, nrasUrl: origin }),
  );
  // Hosts that attest again and again take it days ahead.
  now = world.pace.clock;
  await trustNvidia(world);
  return {
    ...{ world, forget, vendor, gpu },
    lie: () => {
      rims = stranger.rims;
      // About the same certificates, by whoever did not issue them.
      const [{ issuer }] = stranger.known;
      known = honest.known.map(({ subject }) => ({ subject, issuer }));
    },
    playBack: () => {
      const long = new Date(Math.floor((now().getTime() - YEARS_MS) / 1000) * 1000);
      const single = { thisUpdate: long, nextUpdate: new Date(long.getTime() + 86_400_000) };
      saying = () => ({ single, options: { producedAt: long } });
    },
    tellTheTruth: () => {
      ({ rims, known } = honest);
      saying = () => ({});
    },
  };
}

type Published = Pick<NvidiaWorld, 'rims'> & { readonly known: readonly [Known, ...Known[]] };

/** As NVIDIA: its manifests, and the statuses of chips, CAs and signers, of no leaf. */
function publishedBy(gpu: ForgedNvidiaGpu): Published {
  const signers = [...gpu.pki.rimChain(gpu.generation), gpu.pki.rimRoot].map(issued);
  const [first, ...others] = [...links(issuersOf(gpu).slice(1)), ...links(signers)];
  if (first === undefined) throw new TypeError('a GPU has a chain');
  return {
    rims: new Map(forgeRimsOf(gpu).map(({ id, xml }) => [id, new Uint8Array(xml)])),
    known: [first, ...others],
  };
}

function links(path: readonly Issued[]): Known[] {
  return path.slice(0, -1).flatMap((subject, index) => {
    const issuer = path[index + 1];
    return issuer === undefined ? [] : [{ subject, issuer }];
  });
}
