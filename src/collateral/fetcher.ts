import { CollateralError } from './errors.ts';
import { type Failure, failureOf, failureToConnect } from './http-answer.ts';
import { readBody } from './read-body.ts';
import type { RequestQueue } from './request-queue.ts';
import type { Timing } from './timing.ts';

export type FetchRequest = {
  readonly url: URL;
  readonly accept: string;
  readonly maxBytes: number;
  /** Ends everything, waiting for a turn included. */
  readonly signal: AbortSignal;
  /** Who waits together: see RequestQueue. */
  readonly lane: string;
  /** A question that is no path: it is posted, and a redirect is then no answer. */
  readonly post?: { readonly body: Uint8Array; readonly contentType: string };
};

export type Fetched = { readonly body: Uint8Array; readonly headers: Headers };

export type Fetcher = (request: FetchRequest) => Promise<Fetched>;

export type FetcherOptions = {
  /** The only scheme, host and port combinations that are ever asked, e.g. `https://kdsintf.amd.com`. */
  readonly origins: readonly string[];
  readonly queue: RequestQueue;
  readonly timing: Timing;
  /** Without an answer for so long, a try is given up; 10 s unless given. */
  readonly perTryMs?: number;
  /** 4 unless given. */
  readonly tries?: number;
  /** After each try, for status and metrics. */
  readonly onOutcome?: (failure: CollateralError | null) => void;
};

const BASE_DELAY_MS = 500;
const GREATEST_DELAY_MS = 15_000;
const MAX_REDIRECTS = 3;

/**
 * A GET or POST that vendors' servers can be asked with: pinned origins, no redirect away from them, sizes capped, each try and the whole
 * bounded in time, tries repeated with jitter and no sooner than Retry-After asks. What comes back is as authentic as a stranger.
 *
 * Throws CollateralError: `collateral_unavailable`, `collateral_timeout`, `collateral_throttled`, `collateral_refused`,
 * `collateral_not_found`, `collateral_too_large`.
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { queue, timing, tries = 4, onOutcome = () => {} } = options;
  return async (request) => {
    const { signal, url } = request;
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOnce(request, options).catch((error: unknown) => {
        // Our own signal: nothing was learned of the vendor.
        if (signal.aborted) throw givenUp(url, queue.estimatedWaitMs, error);
        throw error;
      });
      if (!('error' in outcome)) {
        queue.succeeded();
        onOutcome(null);
        return outcome;
      }
      const { error, retry } = outcome;
      onOutcome(error);
      if (error.code === 'collateral_throttled') queue.throttled(error.retryAfterMs ?? 0);
      if (!retry || attempt >= tries) throw error;
      const jittered = timing.random() * Math.min(GREATEST_DELAY_MS, BASE_DELAY_MS * 2 ** attempt);
      await timing.sleep(Math.max(jittered, error.retryAfterMs ?? 0), signal).catch(() => {
        throw error;
      });
    }
  };
}

async function attemptOnce(request: FetchRequest, options: FetcherOptions): Promise<Fetched | Failure> {
  const { queue, timing, perTryMs = 10_000 } = options;
  const release = await queue.turn(request.lane, request.signal);
  const patience = timing.timeout(perTryMs);
  const signal = AbortSignal.any([request.signal, patience]);
  try {
    return await get(request, options.origins, signal);
  } catch (cause) {
    request.signal.throwIfAborted();
    if (cause instanceof CollateralError) return { error: cause, retry: false };
    if (patience.aborted) {
      const message = `${request.url.host} did not answer within ${perTryMs} ms`;
      return {
        error: new CollateralError('collateral_timeout', message, { path: request.url.href }),
        retry: true,
      };
    }
    return failureToConnect(cause, request.url);
  } finally {
    release();
  }
}

async function get(
  { url, accept, maxBytes, post }: FetchRequest,
  origins: readonly string[],
  signal: AbortSignal,
): Promise<Fetched | Failure> {
  let target = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (!origins.includes(target.origin)) throw elsewhere(url, target);
    const response = await fetch(target.href, { redirect: 'manual', signal, ...question(accept, post) });
    if (response.status === 200) {
      return { body: await readBody(response, maxBytes, target), headers: response.headers };
    }
    await response.body?.cancel();
    const location = response.headers.get('location');
    const isRedirect = response.status >= 300 && response.status <= 399 && post === undefined;
    if (!isRedirect || location === null) return failureOf(response, target);
    const next = URL.parse(location, target.href);
    if (next === null) return failureOf(response, target);
    target = next;
  }
  throw new CollateralError('collateral_refused', `${url.host} redirects in circles`, { path: url.href });
}

function question(accept: string, post: FetchRequest['post']): RequestInit {
  if (post === undefined) return { headers: { accept } };
  const { body, contentType } = post;
  return { method: 'POST', body: new Uint8Array(body), headers: { accept, 'content-type': contentType } };
}

function elsewhere(url: URL, target: URL): CollateralError {
  return new CollateralError(
    'collateral_refused',
    `${url.host} points to ${target.origin}, which is not asked`,
    {
      path: url.href,
      actual: target.origin,
    },
  );
}

function givenUp(url: URL, retryAfterMs: number, cause: unknown): CollateralError {
  if (cause instanceof CollateralError) return cause;
  return new CollateralError('collateral_timeout', `${url.host} did not answer in the time given`, {
    path: url.href,
    retryAfterMs: Math.ceil(retryAfterMs),
    cause,
  });
}
