import { createHash } from 'node:crypto';
import { CollateralError } from './errors.ts';
import { FailureMemory } from './failure-memory.ts';
import { Flights, waitFor } from './flights.ts';
import { isCurrent } from './freshness.ts';
import { HotDocuments, type Judged } from './hot-documents.ts';
import { metadataOf } from './metadata.ts';
import {
  type CollateralCache,
  type CollateralDocument,
  type CollateralEvent,
  type CollateralKey,
  type CollateralLog,
  type CollateralMetadata,
  keyText,
} from './port.ts';
import type { FetchLimits } from './source.ts';
import type { Timing } from './timing.ts';

/** A document from anywhere, about which nothing is known. */
export type Received = {
  readonly body: Uint8Array;
  readonly chain: Uint8Array | null;
  readonly source: string;
  /** When its vendor was asked; absent where that is now. */
  readonly fetchedAt?: Date;
};

/** What an authentic document says of itself. */
export type Facts = Pick<CollateralMetadata, 'issuedAt' | 'nextUpdate' | 'evaluationNumber'> & {
  /** What its maker never lowers; null where nothing is counted. */
  readonly version: number | null;
  /** Digest of the root's key: what a test root vouches for raises no mark under the maker's. */
  readonly authority: string;
};

/** How one document is had and judged. */
export type Recipe = {
  readonly key: CollateralKey;
  /** Others are judged by this one: a new version of it has them judged again. */
  readonly judgesOthers?: boolean;
  /** Asks the vendor, in the lane of whoever asked first. */
  readonly ask: (signal: AbortSignal, lane: string) => Promise<Received>;
  /**
   * Says what an authentic document holds, wherever it comes from. Its own dates are the shelf's to check.
   * @throws CollateralError `collateral_malformed`, `collateral_unverified`
   */
  readonly judge: (received: Received, at: Date) => Promise<Facts>;
};

export type ShelfOptions = {
  readonly cache: CollateralCache;
  readonly clock: () => Date;
  readonly timing: Timing;
  readonly log: CollateralLog;
  /** Ends a fetch whose callers have all left, waiting for its turn included. */
  readonly flightMs: number;
  /** For callers that leave: from when asking again can help. */
  readonly retryAfterMs: () => number;
  /** Told of every version that comes into use. */
  readonly onKept: (document: CollateralMetadata) => void;
};

/**
 * The way of every document, whichever vendor's: from memory, else from the cache, else from the vendor; judged each time that it
 * comes from outside the process, never older than what was seen before, never beyond its nextUpdate.
 *
 * A high-water mark is raised by what was judged authentic and current, and by nothing else; it is durable before the document is
 * handed out.
 */
export class Shelf {
  readonly #options: ShelfOptions;
  readonly #flights = new Flights<CollateralDocument>();
  readonly #failures = new FailureMemory();
  readonly #hot: HotDocuments;

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#hot = new HotDocuments(options.timing);
  }

  /**
   * The current version.
   * @throws CollateralError
   */
  async get(recipe: Recipe, limits: FetchLimits = {}): Promise<CollateralDocument> {
    const held = await this.#held(recipe);
    if (held !== null && limits.renew !== true) return held.document;
    try {
      return await this.renew(recipe, limits);
    } catch (error) {
      if (held === null || !(error instanceof CollateralError)) throw error;
      return held.document;
    }
  }

  /**
   * Asks the vendor, and answers with the newest version: its, or the one that is held where that is newer.
   * @throws CollateralError
   */
  renew(recipe: Recipe, limits: FetchLimits = {}): Promise<CollateralDocument> {
    const { timing, flightMs, retryAfterMs } = this.#options;
    const key = keyText(recipe.key);
    const standing = limits.renew === true ? null : this.#failures.standing(key, timing.now());
    if (standing !== null) return Promise.reject(standing);
    const flight = this.#flights.run(key, () =>
      this.#fly(recipe, timing.timeout(flightMs), limits.lane ?? ''),
    );
    return waitFor(flight, limits, { timing, key, retryAfterMs });
  }

  /**
   * Takes a document from somewhere else, by the same rules.
   * @throws CollateralError
   */
  async accept(recipe: Recipe, received: Received): Promise<CollateralDocument> {
    const { cache, clock } = this.#options;
    const at = clock();
    const facts = await recipe.judge(received, at);
    requireCurrent(recipe.key, facts, at);
    await this.#requireNoRollback(recipe.key, facts);
    const document = documentOf(recipe.key, received, facts, at);
    const held = await this.#held(recipe);
    if (held !== null && isOlder(facts, held)) {
      // Authentic, and another answer has overtaken it: caches in between do that. The vendor was asked all the same.
      const kept = { ...held.document, fetchedAt: at };
      await this.#keep(kept, held.version);
      this.#note({ event: 'collateral.unchanged', key: keyText(recipe.key) });
      return kept;
    }
    if (facts.version !== null) await cache.raise({ line: lineOf(recipe.key, facts), value: facts.version });
    if (recipe.judgesOthers === true && held?.document.sha256 !== document.sha256) this.#hot.clear();
    await this.#keep(document, facts.version);
    const event = held?.document.sha256 === document.sha256 ? 'collateral.unchanged' : 'collateral.stored';
    this.#note({ event, key: keyText(recipe.key) });
    return document;
  }

  now(): Date {
    return this.#options.clock();
  }

  /** The chain of the version that is kept, current or not. */
  async chainAtHand(key: CollateralKey): Promise<Uint8Array | null> {
    return (await this.#options.cache.get(key))?.chain ?? null;
  }

  async #fly(recipe: Recipe, signal: AbortSignal, lane: string): Promise<CollateralDocument> {
    const key = keyText(recipe.key);
    try {
      const document = await this.accept(recipe, await recipe.ask(signal, lane));
      this.#failures.clear(key);
      return document;
    } catch (error) {
      if (error instanceof CollateralError) {
        this.#failures.note(key, error, this.#options.timing.now());
        this.#note({ event: 'collateral.refused', key, code: error.code, reason: error.message });
      }
      throw error;
    }
  }

  /** The version at hand, if it is current, authentic by today's roots, and not below the mark. */
  async #held(recipe: Recipe): Promise<Judged | null> {
    const { cache, clock } = this.#options;
    const key = keyText(recipe.key);
    const at = clock();
    const hot = this.#hot.get(recipe.key);
    if (hot !== null && isCurrent(hot.document, at)) return hot;
    const document = await cache.get(recipe.key);
    if (document === null) return null;
    try {
      const facts = await recipe.judge(document, at);
      requireCurrent(recipe.key, facts, at);
      await this.#requireNoRollback(recipe.key, facts);
      // What it says of itself counts, not what the index says of it.
      return this.#warm({ ...document, ...datesOf(facts) }, facts.version);
    } catch (error) {
      if (!(error instanceof CollateralError)) throw error;
      if (error.code === 'collateral_cache_failed') throw error;
      this.#hot.delete(recipe.key);
      if (error.code !== 'collateral_not_current') {
        this.#note({ event: 'collateral.dropped', key, code: error.code, reason: error.message });
      }
      return null;
    }
  }

  async #requireNoRollback(key: CollateralKey, facts: Facts): Promise<void> {
    if (facts.version === null) return;
    const mark = await this.#options.cache.highWater(lineOf(key, facts));
    if (facts.version >= mark) return;
    throw new CollateralError('collateral_rollback', `${keyText(key)} is older than what was already seen`, {
      path: keyText(key),
      expected: `at least ${versionText(key, mark)}`,
      actual: versionText(key, facts.version),
    });
  }

  async #keep(document: CollateralDocument, version: number | null): Promise<void> {
    await this.#options.cache.put(document);
    this.#warm(document, version);
  }

  #warm(document: CollateralDocument, version: number | null): Judged {
    const judged = { document, version };
    this.#hot.set(judged);
    this.#options.onKept(metadataOf(document));
    return judged;
  }

  #note(event: CollateralEvent): void {
    this.#options.log(event);
  }
}

function documentOf(key: CollateralKey, received: Received, facts: Facts, at: Date): CollateralDocument {
  const { body, chain, source } = received;
  const digests = { sha256: sha256Hex(body), chainSha256: chain && sha256Hex(chain) };
  return { key, body, chain, source, ...digests, fetchedAt: at, ...datesOf(facts) };
}

function datesOf({ issuedAt, nextUpdate, evaluationNumber }: Facts) {
  return { issuedAt, nextUpdate, evaluationNumber };
}

function requireCurrent(key: CollateralKey, facts: Facts, at: Date): void {
  if (isCurrent(facts, at)) return;
  const span = `${facts.issuedAt?.toISOString() ?? 'any time'} to ${facts.nextUpdate?.toISOString() ?? 'any time'}`;
  throw new CollateralError('collateral_not_current', `${keyText(key)} holds from ${span} alone`, {
    path: keyText(key),
    expected: `valid at ${at.toISOString()}`,
    actual: span,
  });
}

/** Of two versions with one number, the one issued later counts. */
function isOlder(facts: Facts, held: Judged): boolean {
  if (facts.version !== null && held.version !== null && facts.version !== held.version) {
    return facts.version < held.version;
  }
  return (facts.issuedAt?.getTime() ?? 0) < (held.document.issuedAt?.getTime() ?? 0);
}

function lineOf(key: CollateralKey, { authority }: Facts): string {
  return `${keyText(key)} under ${authority}`;
}

function versionText({ kind }: CollateralKey, version: number): string {
  return kind.endsWith('-crl') || kind === 'nvidia-ocsp'
    ? `thisUpdate ${new Date(version).toISOString()}`
    : `tcbEvaluationDataNumber ${version}`;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
