import type { Query, QueryClient } from '@tanstack/react-query';
import type { Event } from '../../protocol/event.ts';
import { readMessages } from './event-stream.ts';
import { isMended, mendRows } from './mend.ts';
import { Problem } from './problem.ts';
import { send } from './send.ts';
import { isTouchedBy, topicOf } from './topics.ts';

/** Whether what is shown follows what happens; `paused` while nobody looks at the page. */
export type Liveness = 'connecting' | 'live' | 'lost' | 'paused';

export type LiveOptions = {
  readonly queries: QueryClient;
  readonly tell: (event: Event) => void;
  readonly onLiveness: (liveness: Liveness) => void;
};

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Events come in bursts: what they touch is read again once for all of them. */
const GATHER_MS = 300;

/**
 * Follows the verifier's events until it is ended, from behind the last one that was seen, with growing pauses where the verifier does
 * not answer. An event does not carry what changed: it says which answers are stale, and those on screen are read again, or such rows of them. After a gap
 * that no Last-Event-ID bridges everything is.
 *
 * @returns what ends it
 */
export function followEvents({ queries, tell, onLiveness }: LiveOptions): () => void {
  const ending = new AbortController();
  const told: Event[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readAgain = (): void => {
    timer = undefined;
    const events = told.splice(0);
    const topics = events.map(({ type }) => topicOf(type));
    void queries.invalidateQueries({ predicate: ({ meta }) => isTouchedBy(meta, topics) && !isMended(meta) });
    for (const query of queries.getQueryCache().findAll({ predicate: ({ meta }) => isMended(meta) }))
      void readRowsAgain(queries, query, events);
  };
  const take = (event: Event): void => {
    told.push(event);
    timer ??= setTimeout(readAgain, GATHER_MS);
    tell(event);
  };
  void follow(ending.signal, take, onLiveness, () => void queries.invalidateQueries());
  return () => {
    ending.abort();
    clearTimeout(timer);
  };
}

/** Of a whole list what was told of, where that will do. */
async function readRowsAgain(queries: QueryClient, query: Query, events: readonly Event[]): Promise<void> {
  const touching = events.filter(({ type }) => isTouchedBy(query.meta, [topicOf(type)]));
  const subjects = new Set(touching.map(({ subject }) => subject));
  if (subjects.size === 0 || (await mendRows(queries, query, subjects))) return;
  await queries.invalidateQueries({ predicate: (each) => each === query });
}

async function follow(
  ending: AbortSignal,
  take: (event: Event) => void,
  onLiveness: (liveness: Liveness) => void,
  onGap: () => void,
): Promise<void> {
  let last: string | undefined;
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    await untilSeen(ending, onLiveness);
    if (ending.aborted) return;
    const leaving = new AbortController();
    const leave = (): void => {
      // A connection that is gone may look open for minutes: the browser knows sooner.
      if (document.hidden || !navigator.onLine) leaving.abort();
    };
    document.addEventListener('visibilitychange', leave);
    window.addEventListener('offline', leave);
    try {
      const signal = AbortSignal.any([ending, leaving.signal]);
      const headers = last === undefined ? {} : { 'last-event-id': last };
      const { body } = await send({ method: 'GET', path: '/v1/events/stream', headers, signal });
      if (last === undefined && waitMs > FIRST_WAIT_MS) onGap();
      onLiveness('live');
      waitMs = FIRST_WAIT_MS;
      if (body !== null) {
        for await (const message of readMessages(body)) {
          last = message.id;
          take(JSON.parse(message.data) as Event); // as the verifier's schema has it
        }
      }
    } catch (error) {
      if (ending.aborted) return;
      if (error instanceof Problem && (error.endsSession || error.body.status === 403))
        return onLiveness('lost');
    } finally {
      document.removeEventListener('visibilitychange', leave);
      window.removeEventListener('offline', leave);
    }
    if (document.hidden) continue;
    onLiveness('lost');
    await pause(waitMs * (0.75 + Math.random() / 2), ending);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

/** A page that nobody looks at holds no stream: a principal has four of them. */
function untilSeen(ending: AbortSignal, onLiveness: (liveness: Liveness) => void): Promise<void> {
  if (!document.hidden || ending.aborted) return Promise.resolve();
  onLiveness('paused');
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.hidden && !ending.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    ending.addEventListener('abort', look, { once: true });
  });
}

/** Ends sooner where the browser is connected again. */
function pause(ms: number, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', end);
      ending.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener('online', end);
    ending.addEventListener('abort', end);
  });
}
