import { onTestFinished } from 'vitest';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import type { collateralSettings } from '../../src/collateral/settings.ts';
import type { CollateralSource } from '../../src/collateral/source.ts';
import type { Timing } from '../../src/collateral/timing.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../src/evidence/bundle/snp-item.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../src/evidence/bundle/tdx-item.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { collateralAccess } from '../../src/service/collateral/access.ts';
import { startKdsServer } from '../collateral/kds-server.ts';
import { startPcsServer } from '../collateral/pcs-server.ts';
import type { VendorServer } from '../collateral/vendor-server.ts';
import type { Hardware } from '../end-to-end/guest.ts';
import { pem } from '../end-to-end/measured.ts';
import { makeWorld, type World } from '../end-to-end/world.ts';

/** A verifier that asks a vendor, whose guests need what that publishes. */
export type Asking = {
  readonly world: World;
  readonly vendor: VendorServer;
  /** Of its guests: each host key is another of them. */
  readonly hardware: Hardware;
  /** As after a new start: nothing is at hand that was fetched, and no failure is remembered. */
  readonly forget: () => void;
  /** From now on the vendor lies: whatever it publishes is another's, well made. */
  readonly lie: () => void;
  /** Or plays back what was good three years ago. */
  readonly playBack: () => void;
  readonly tellTheTruth: () => void;
};

/** The vendor clients' own waits and timeouts take a fifth of their time. */
const FASTER = 5;
const HURRIED: Timing = {
  now: () => performance.now() * FASTER,
  random: () => 0,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / FASTER)),
  timeout: (ms) => AbortSignal.timeout(Math.ceil(ms / FASTER)),
};
export const YEARS_MS = 3 * 365 * 86_400_000;

type Settings = ReturnType<typeof collateralSettings>;

export async function worldThatAsks(settings: Settings): Promise<Pick<Asking, 'world' | 'forget'>> {
  let forget = (): void => {};
  const clock = { now: () => new Date() };
  const access = collateralAccess([], (trust) => {
    const open = (): CollateralSource =>
      createCollateral({
        cache: memoryCache(),
        ...{ settings, trust, clock: () => clock.now(), log: () => {}, timing: HURRIED },
      });
    let source = open();
    forget = () => {
      source = open();
    };
    return new Proxy(source, {
      get: (_, name) => {
        const member: unknown = Reflect.get(source, name);
        return typeof member === 'function' ? member.bind(source) : member;
      },
    });
  });
  const world = await makeWorld(access);
  clock.now = world.pace.clock;
  onTestFinished(() => world.close());
  return { world, forget };
}

export async function askingIntel(settingsOf: (pcsUrl: string) => Settings): Promise<Asking> {
  const at = new Date();
  const platform = forgeTdxPlatform({ seed: 'vendor faults', at });
  const publish = (of: typeof platform) => ({ pki: of.pki, collateral: of.collateral() });
  const pcs = await startPcsServer(publish(platform));
  const { world, forget } = await worldThatAsks(settingsOf(pcs.origin));
  await world.trustRoots('intel', platform.rootPem, 'intel-sgx-root');
  const hardware: Hardware = ({ reportData }) => {
    const value = serialiseTdxItem({ quote: platform.quote(reportData), eventLog: null });
    return { mediaType: TDX_QUOTE_MEDIA_TYPE, value };
  };
  return {
    ...{ world, forget, vendor: pcs, hardware },
    lie: () => pcs.publish(publish(forgeTdxPlatform({ seed: 'somebody else', at }))),
    playBack: () =>
      pcs.publish(
        publish(forgeTdxPlatform({ seed: 'vendor faults', at: new Date(at.getTime() - YEARS_MS) })),
      ),
    tellTheTruth: () => pcs.publish(publish(platform)),
  };
}

/** @param presents whether its guests bring their chip's certificate, as most hosts have it */
export async function askingAmd(
  settingsOf: (kdsUrl: string) => Settings,
  { presents = true } = {},
): Promise<Asking> {
  const at = new Date();
  const platform = forgeSnpPlatform({ at, product: 'Genoa' });
  const another = forgeSnpPlatform({ at, product: 'Milan' });
  let list = platform.crl();
  const kds = await startKdsServer([platform], () => list);
  const { world, forget } = await worldThatAsks(settingsOf(kds.origin));
  await world.trustRoots('amd', pem(platform.roots), 'amd-ark');
  const hardware: Hardware = ({ reportData }) => {
    const auxblob = presents ? platform.auxblob() : null;
    const value = serialiseSnpItem({ report: platform.report(reportData), auxblob });
    return { mediaType: SNP_REPORT_MEDIA_TYPE, value };
  };
  return {
    ...{ world, forget, vendor: kds, hardware },
    lie: () => {
      list = another.crl();
    },
    playBack: () => {
      const long = new Date(at.getTime() - YEARS_MS);
      list = platform.crl({ thisUpdate: long, nextUpdate: new Date(long.getTime() + 86_400_000) });
    },
    tellTheTruth: () => {
      list = platform.crl();
    },
  };
}
