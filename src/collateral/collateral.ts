import { amdRecipes } from './amd/recipes.ts';
import { fetchSnpCertificates, fetchSnpCrl } from './amd/source.ts';
import { CollateralError } from './errors.ts';
import { isCurrent, renewalDue } from './freshness.ts';
import { channelText } from './intel/channel.ts';
import { intelRecipes } from './intel/recipes.ts';
import { fetchIntel } from './intel/source.ts';
import {
  COLLATERAL_KINDS,
  type CollateralCache,
  type CollateralDocument,
  type CollateralKey,
  type CollateralLog,
  type CollateralMetadata,
  keyText,
} from './port.ts';
import type { CollateralSettings } from './settings.ts';
import { type Received, Shelf } from './shelf.ts';
import type { CollateralSource, CollateralStatus, RefreshReport } from './source.ts';
import { SYSTEM_TIMING, type Timing } from './timing.ts';
import type { CollateralTrust } from './trust.ts';
import { createVendor } from './vendor.ts';

export type CollateralOptions = {
  readonly cache: CollateralCache;
  readonly settings: CollateralSettings;
  readonly trust: CollateralTrust;
  /** The verifier's clock: whether a document is current is asked of it. */
  readonly clock: () => Date;
  readonly log: CollateralLog;
  readonly timing?: Timing;
  /** 10 s unless given. */
  readonly perTryMs?: number;
};

/** What import, export and status work with, besides what the service does. */
export type Collateral = CollateralSource & {
  /**
   * Takes a document from elsewhere than its vendor, judged by the same rules.
   * @throws CollateralError
   */
  accept(key: CollateralKey, received: Received): Promise<CollateralDocument>;
};

const INTEL_QUEUE = { concurrency: 4, paceMs: 0, maxQueued: 1000 } as const;
/** Two at a time and five a second: a thousand chips take some minutes, and AMD's throttling slows us further by itself. */
const AMD_QUEUE = { concurrency: 2, paceMs: 200, maxQueued: 20_000 } as const;
const INTEL_FLIGHT_MS = 60_000;
/** With its place in a fleet's queue. */
const AMD_FLIGHT_MS = 900_000;

const REFRESHES_AT_ONCE = 4;
const SWEEP_MS = 86_400_000;
/** What nobody asked for so long after its end is not renewed any more. */
const FORGOTTEN_MS = 30 * 86_400_000;

export function createCollateral(options: CollateralOptions): Collateral {
  const { cache, settings, trust, clock, log, timing = SYSTEM_TIMING, perTryMs } = options;
  const { mode, channel } = settings;
  const common = { mode, timing, ...(perTryMs === undefined ? {} : { perTryMs }) };
  const vendors = {
    intel: createVendor({ ...common, origins: settings.intel.origins, queue: INTEL_QUEUE }),
    amd: createVendor({ ...common, origins: settings.amd.origins, queue: AMD_QUEUE }),
  };
  /** Dated documents as they were last seen: for status. */
  const known = new Map<string, CollateralMetadata>();
  const base = {
    cache,
    clock,
    timing,
    log,
    onKept: (document: CollateralMetadata) => remember(known, document),
  };
  const intelShelf = new Shelf({
    ...base,
    flightMs: INTEL_FLIGHT_MS,
    retryAfterMs: vendors.intel.estimatedWaitMs,
  });
  const amdShelf = new Shelf({ ...base, flightMs: AMD_FLIGHT_MS, retryAfterMs: vendors.amd.estimatedWaitMs });
  const intel = {
    shelf: intelShelf,
    recipeOf: intelRecipes({
      addresses: settings.intel,
      fetch: vendors.intel.fetch,
      shelf: intelShelf,
      trust,
    }),
  };
  const amd = {
    shelf: amdShelf,
    recipeOf: amdRecipes({ addresses: settings.amd, fetch: vendors.amd.fetch, shelf: amdShelf, trust }),
  };
  const of = (key: CollateralKey) => (key.kind.startsWith('intel-') ? intel : amd);
  let sweptAt = timing.now();

  const dueAmong = (documents: readonly CollateralMetadata[], at: Date): CollateralMetadata[] =>
    documents.filter(
      (document) =>
        isDue(document, at) && isOfChannel(document.key, channelText(channel)) && !isForgotten(document, at),
    );

  const refreshDue = async (signal?: AbortSignal): Promise<RefreshReport> => {
    try {
      const dated = DATED_KINDS.map((kind) => cache.list(kind));
      const documents = (await Promise.all(dated)).flat();
      for (const document of documents) remember(known, document);
      if (mode === 'offline') return { renewed: 0, failed: 0, due: 0 };
      const due = dueAmong(documents, clock());
      const outcomes: boolean[] = [];
      const renewAll = async (documents: readonly CollateralMetadata[]): Promise<void> => {
        const work = documents.values();
        const worker = async (): Promise<void> => {
          for (const { key } of work) {
            if (signal?.aborted === true) return;
            const { shelf, recipeOf } = of(key);
            const limits = { timeoutMs: INTEL_FLIGHT_MS, ...(signal === undefined ? {} : { signal }) };
            outcomes.push(await shelf.renew(recipeOf(key), limits).then(() => true, isFailure));
          }
        };
        await Promise.all(Array.from({ length: REFRESHES_AT_ONCE }, worker));
      };
      // The root's CRL first: the others are judged by it.
      await renewAll(due.filter(({ key }) => key.kind === 'intel-root-crl'));
      await renewAll(due.filter(({ key }) => key.kind !== 'intel-root-crl'));
      if (timing.now() - sweptAt > SWEEP_MS) {
        sweptAt = timing.now();
        await cache.sweep();
      }
      const renewed = outcomes.filter(Boolean).length;
      return { renewed, failed: outcomes.length - renewed, due: due.length };
    } catch (error) {
      if (!(error instanceof CollateralError)) throw error;
      log({ event: 'collateral.refused', key: 'refresh', code: error.code, reason: error.message });
      return { renewed: 0, failed: 1, due: 0 };
    }
  };

  const status = (): CollateralStatus => {
    const at = clock();
    const inUse = [...known.values()].filter((document) => !isForgotten(document, at));
    const current = inUse.filter((document) => isCurrent(document, at));
    const ends = current.flatMap(({ nextUpdate }) => (nextUpdate === null ? [] : [nextUpdate.getTime()]));
    return {
      vendors: { intel: vendors.intel.status(), amd: vendors.amd.status() },
      documents: {
        current: current.length,
        due: current.filter((document) => isDue(document, at)).length,
        expired: inUse.length - current.length,
      },
      nextExpiry: ends.length === 0 ? null : new Date(Math.min(...ends)),
    };
  };

  return {
    intel: (need, limits = {}) => fetchIntel(need, channel, intel, limits),
    snpCertificates: (need, limits = {}) => fetchSnpCertificates(need, amd, limits),
    snpCrl: (need, limits = {}) => fetchSnpCrl(need, amd, limits),
    refreshDue,
    status,
    accept: (key, received) => of(key).shelf.accept(of(key).recipeOf(key), received),
  };
}

const DATED_KINDS = COLLATERAL_KINDS.filter((kind) => kind !== 'amd-vcek' && kind !== 'amd-chain');

function remember(known: Map<string, CollateralMetadata>, document: CollateralMetadata): void {
  if (document.nextUpdate === null) return;
  const key = keyText(document.key);
  const before = known.get(key);
  if (before === undefined || before.fetchedAt <= document.fetchedAt) known.set(key, document);
}

function isDue(document: CollateralMetadata, at: Date): boolean {
  const due = renewalDue(document);
  return due !== null && due <= at;
}

function isForgotten({ nextUpdate }: CollateralMetadata, at: Date): boolean {
  return nextUpdate !== null && at.getTime() - nextUpdate.getTime() > FORGOTTEN_MS;
}

/** Documents of a channel that is no longer asked for are left to grow old. */
function isOfChannel({ kind, name }: CollateralKey, channel: string): boolean {
  if (kind !== 'intel-tcb-info' && kind !== 'intel-qe-identity') return true;
  return name.endsWith(`/${channel}`);
}

function isFailure(error: unknown): false {
  if (error instanceof CollateralError) return false;
  throw error;
}
