import type { Event } from '../../protocol/event.ts';
import type { Context } from '../../service/context.ts';
import { RequestError } from '../../service/errors.ts';
import { type Listener, readEvents } from '../../service/events/read.ts';
import type { Sink } from '../reply.ts';

export const EVENT_STREAM = 'text/event-stream';

/** How often it is looked for new events: one indexed read for each stream. */
const LOOK_MS = 500;
/** A comment, so that proxies keep the connection; credentials are looked at again then. */
const HEARTBEAT_MS = 15_000;
/** A reader that is behind for longer is cut off, and goes on by Last-Event-ID. */
const BEHIND_MS = 10_000;
const PAGE = 100;
/** When a reader that was cut off asks again. */
const RETRY_MS = 2_000;

const MAX_OF_PRINCIPAL = 4;
const MAX_STREAMS = 256;

/** Streams that are open, by principal: each holds a connection and asks the store. */
export class OpenStreams {
  readonly #open = new Map<string, number>();
  #total = 0;

  /** @returns what ends it @throws RequestError `too_early` */
  begin(principalId: string): () => void {
    const own = this.#open.get(principalId) ?? 0;
    if (own >= MAX_OF_PRINCIPAL || this.#total >= MAX_STREAMS) {
      const most =
        own >= MAX_OF_PRINCIPAL ? `${MAX_OF_PRINCIPAL} for each principal` : `${MAX_STREAMS} in all`;
      throw new RequestError('too_early', `too many streams are open: at most ${most}`, {
        retryAfterSeconds: 30,
      });
    }
    this.#open.set(principalId, own + 1);
    this.#total += 1;
    return () => {
      const left = (this.#open.get(principalId) ?? 1) - 1;
      if (left === 0) this.#open.delete(principalId);
      else this.#open.set(principalId, left);
      this.#total -= 1;
    };
  }
}

export type Streaming = {
  readonly listener: Listener;
  readonly after: number;
  /** Throws once the credentials have ended. */
  readonly authoriseAgain: () => Promise<void>;
  /** Tests: how often it says that it is there. */
  readonly heartbeatMs?: number;
};

/**
 * Writes events as they are told (WHATWG HTML, server-sent events), each with its sequence number as `id`, until the reader goes, is too slow, or
 * its credentials end. What it holds of them is one page.
 */
export async function streamEvents(
  context: Context,
  sink: Sink,
  { listener, after, authoriseAgain, heartbeatMs = HEARTBEAT_MS }: Streaming,
): Promise<void> {
  let cursor = after;
  let beatMs = performance.now();
  sink.write(`retry: ${RETRY_MS}\n\n`);
  while (!sink.signal.aborted) {
    const asked = { after: cursor, limit: PAGE };
    const page = await context.store.read((view) => readEvents(view, listener, asked));
    for (const event of page.items) {
      if (!sink.write(frameOf(event)) && !(await sink.drained(BEHIND_MS))) return sink.cut();
    }
    cursor = page.cursor;
    if (page.more) continue;
    if (performance.now() - beatMs >= heartbeatMs) {
      await authoriseAgain();
      if (!sink.write(': still here\n\n') && !(await sink.drained(BEHIND_MS))) return sink.cut();
      beatMs = performance.now();
    }
    await pause(LOOK_MS, sink.signal);
  }
  sink.end();
}

function frameOf(event: Event): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
