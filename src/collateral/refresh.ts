import { CollateralError } from './errors.ts';
import { isDue, isForgotten } from './freshness.ts';
import {
  COLLATERAL_KINDS,
  type CollateralCache,
  type CollateralDocument,
  type CollateralKey,
  type CollateralLog,
  type CollateralMetadata,
} from './port.ts';
import type { FetchLimits, RefreshReport } from './source.ts';
import type { Timing } from './timing.ts';

export type RefreshOptions = {
  readonly cache: CollateralCache;
  readonly mode: 'online' | 'offline';
  /** The channel of Intel's documents that is asked for; those of another are left to grow old. */
  readonly channel: string;
  readonly clock: () => Date;
  readonly timing: Timing;
  readonly log: CollateralLog;
  /** Whether anybody needs it still: chips come and go, and each has documents of its own. */
  readonly isWanted: (key: CollateralKey) => boolean;
  readonly remember: (document: CollateralMetadata) => void;
  readonly renew: (key: CollateralKey, limits: FetchLimits) => Promise<CollateralDocument>;
};

const AT_ONCE = 4;
const TIMEOUT_MS = 60_000;
const SWEEP_MS = 86_400_000;

const DATED_KINDS = COLLATERAL_KINDS.filter((kind) => kind !== 'amd-vcek' && kind !== 'amd-chain');

/** Renews what is due among everything in the cache, so that a restart, or another process, forgets nothing. */
export function createRefresh(options: RefreshOptions): (signal?: AbortSignal) => Promise<RefreshReport> {
  const { cache, clock, log, mode, timing } = options;
  let sweptAt = timing.now();
  return async (signal = new AbortController().signal) => {
    try {
      const documents = (await Promise.all(DATED_KINDS.map((kind) => cache.list(kind)))).flat();
      for (const document of documents) if (options.isWanted(document.key)) options.remember(document);
      if (timing.now() - sweptAt > SWEEP_MS) {
        sweptAt = timing.now();
        await cache.sweep();
      }
      if (mode === 'offline') return { due: 0, renewed: 0, failed: 0 };
      const at = clock();
      const due = documents.filter(
        (document) =>
          isDue(document, at) &&
          !isForgotten(document, at) &&
          isOfChannel(document.key, options.channel) &&
          options.isWanted(document.key),
      );
      // The root's CRL first: the others are judged by it.
      const isFirst = ({ key }: CollateralMetadata): boolean => key.kind === 'intel-root-crl';
      const outcomes = [
        ...(await renewAll(due.filter(isFirst), options, signal)),
        ...(await renewAll(
          due.filter((document) => !isFirst(document)),
          options,
          signal,
        )),
      ];
      const renewed = outcomes.filter(Boolean).length;
      return { due: due.length, renewed, failed: outcomes.length - renewed };
    } catch (error) {
      if (!(error instanceof CollateralError)) throw error;
      log({ event: 'collateral.refused', key: 'refresh', code: error.code, reason: error.message });
      return { due: 0, renewed: 0, failed: 1 };
    }
  };
}

async function renewAll(
  documents: readonly CollateralMetadata[],
  { renew }: RefreshOptions,
  signal: AbortSignal,
): Promise<boolean[]> {
  const outcomes: boolean[] = [];
  const work = documents.values();
  const worker = async (): Promise<void> => {
    for (const { key } of work) {
      if (signal.aborted) return;
      outcomes.push(await renew(key, { timeoutMs: TIMEOUT_MS, signal }).then(() => true, isFailure));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}

function isOfChannel({ kind, name }: CollateralKey, channel: string): boolean {
  return (kind !== 'intel-tcb-info' && kind !== 'intel-qe-identity') || name.endsWith(`/${channel}`);
}

function isFailure(error: unknown): false {
  if (error instanceof CollateralError) return false;
  throw error;
}
