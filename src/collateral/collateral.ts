import { amdRecipes } from './amd/recipes.ts';
import { fetchSnpCertificates, fetchSnpCrl } from './amd/source.ts';
import { channelText } from './intel/channel.ts';
import { fetchEvaluations } from './intel/evaluations.ts';
import { intelRecipes } from './intel/recipes.ts';
import { fetchIntel } from './intel/source.ts';
import { KnownDocuments } from './known-documents.ts';
import { fetchNrasKeys } from './nvidia/nras-keys.ts';
import { RecentKeys } from './nvidia/recent-keys.ts';
import { nvidiaRecipes } from './nvidia/recipes.ts';
import { fetchNvidia } from './nvidia/source.ts';
import type { CollateralCache, CollateralDocument, CollateralKey, CollateralLog } from './port.ts';
import { createRefresh } from './refresh.ts';
import type { CollateralSettings } from './settings.ts';
import { type Received, type Recipe, Shelf } from './shelf.ts';
import type { CollateralSource } from './source.ts';
import { SYSTEM_TIMING, type Timing } from './timing.ts';
import type { CollateralTrust } from './trust.ts';
import { type CollateralFollower, createVendor, type Vendor } from './vendor.ts';

export type CollateralOptions = {
  readonly cache: CollateralCache;
  readonly settings: CollateralSettings;
  readonly trust: CollateralTrust;
  /** The verifier's clock: whether a document is current is asked of it. */
  readonly clock: () => Date;
  readonly log: CollateralLog;
  readonly timing?: Timing;
  /** How long one try of a request may take; 10 s unless given. */
  readonly perTryMs?: number;
  /** Whoever watches what is asked of vendors. */
  readonly follow?: CollateralFollower | undefined;
};

/** The service's source, and what import needs besides. */
export type Collateral = CollateralSource & {
  /**
   * Takes a document from elsewhere than its vendor, judged by the same rules.
   * @throws CollateralError
   */
  accept(key: CollateralKey, received: Received): Promise<CollateralDocument>;
};

const INTEL = { queue: { concurrency: 4, paceMs: 0, maxQueued: 1000 }, flightMs: 60_000 } as const;
/**
 * Two at a time and five a second: a thousand chips take some minutes, and AMD's throttling slows us further by itself. A flight lasts
 * as long as a fleet's queue.
 */
const AMD = { queue: { concurrency: 2, paceMs: 200, maxQueued: 20_000 }, flightMs: 900_000 } as const;
/** Eight devices of one host take four questions each, and share two of those. */
const NVIDIA = { queue: { concurrency: 8, paceMs: 0, maxQueued: 20_000 }, flightMs: 60_000 } as const;

/** Vendors' documents over a cache. Nothing is fetched, and no timer runs, until a method is called. */
export function createCollateral(options: CollateralOptions): Collateral {
  const { cache, settings, trust, clock, log, timing = SYSTEM_TIMING, perTryMs, follow } = options;
  const { mode, channel } = settings;
  const asking = { mode, timing, follow, ...(perTryMs === undefined ? {} : { perTryMs }) };
  const known = new KnownDocuments();
  const shelfOf = (vendor: Vendor, flightMs: number): Shelf =>
    new Shelf({
      ...{ cache, clock, timing, log, flightMs },
      retryAfterMs: vendor.estimatedWaitMs,
      onKept: (document) => known.note(document),
    });

  const pcs = createVendor({ ...asking, name: 'intel', origins: settings.intel.origins, queue: INTEL.queue });
  const intelShelf = shelfOf(pcs, INTEL.flightMs);
  const intelOptions = { addresses: settings.intel, fetch: pcs.fetch, shelf: intelShelf, trust };
  const intel = { shelf: intelShelf, recipeOf: intelRecipes(intelOptions) };

  const kds = createVendor({ ...asking, name: 'amd', origins: settings.amd.origins, queue: AMD.queue });
  const amdShelf = shelfOf(kds, AMD.flightMs);
  const amdOptions = { addresses: settings.amd, fetch: kds.fetch, shelf: amdShelf, trust };
  const amd = { shelf: amdShelf, recipeOf: amdRecipes(amdOptions) };

  const nvidiaServices = createVendor({
    ...asking,
    name: 'nvidia',
    origins: settings.nvidia.origins,
    queue: NVIDIA.queue,
  });
  const nvidiaShelf = shelfOf(nvidiaServices, NVIDIA.flightMs);
  const nvidiaOptions = {
    addresses: settings.nvidia,
    fetch: nvidiaServices.fetch,
    shelf: nvidiaShelf,
    trust,
  };
  const inUse = new RecentKeys();
  const nvidia = { shelf: nvidiaShelf, recipeOf: nvidiaRecipes(nvidiaOptions), trust, timing, inUse };

  const placeOf = (key: CollateralKey): { readonly shelf: Shelf; readonly recipe: Recipe } => {
    const { shelf, recipeOf } = key.kind.startsWith('intel-')
      ? intel
      : key.kind.startsWith('amd-')
        ? amd
        : nvidia;
    return { shelf, recipe: recipeOf(key) };
  };
  return {
    intel: (need, limits = {}) => fetchIntel(need, channel, intel, limits),
    evaluations: (tee, limits = {}) => fetchEvaluations(tee, intel, limits),
    snpCertificates: (need, limits = {}) => fetchSnpCertificates(need, amd, limits),
    snpCrl: (need, limits = {}) => fetchSnpCrl(need, amd, limits),
    nvidia: (need, limits = {}) => fetchNvidia(need, nvidia, limits),
    nrasKeys: (kids, limits = {}) => fetchNrasKeys(kids, nvidia, limits),
    status: () => ({
      vendors: { intel: pcs.status(), amd: kds.status(), nvidia: nvidiaServices.status() },
      ...known.status(clock()),
    }),
    refreshDue: createRefresh({
      ...{ cache, mode, clock, timing, log },
      channel: channelText(channel),
      isWanted: ({ kind, name }) => kind !== 'nvidia-ocsp' || inUse.isRecent(name, clock()),
      remember: (document) => known.note(document),
      renew: (key, limits) => {
        const { shelf, recipe } = placeOf(key);
        return shelf.renew(recipe, limits);
      },
    }),
    accept: (key, received) => {
      const { shelf, recipe } = placeOf(key);
      return shelf.accept(recipe, received);
    },
  };
}
