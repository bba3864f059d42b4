import type { ServerResponse } from 'node:http';
import type { Sink } from './reply.ts';

/** What a reader may be behind by before it is waited for. */
const MAX_BEHIND_BYTES = 256 * 1024;

/** The body of a response whose headers are written. @param ending aborts when the server shuts down */
export function sinkOf(response: ServerResponse, ending: AbortSignal | undefined): Sink {
  const gone = new AbortController();
  const stop = (): void => gone.abort();
  response.once('close', () => {
    ending?.removeEventListener('abort', stop);
    stop();
  });
  if (ending?.aborted === true) stop();
  else ending?.addEventListener('abort', stop, { once: true });
  response.flushHeaders();
  return {
    signal: gone.signal,
    write: (text) => response.write(text) || response.writableLength < MAX_BEHIND_BYTES,
    drained: (withinMs) =>
      new Promise((resolve) => {
        const settle = (caughtUp: boolean): void => {
          clearTimeout(timer);
          response.off('drain', onDrain);
          gone.signal.removeEventListener('abort', onGone);
          resolve(caughtUp);
        };
        const onDrain = (): void => settle(true);
        const onGone = (): void => settle(false);
        const timer = setTimeout(() => settle(false), withinMs);
        response.once('drain', onDrain);
        gone.signal.addEventListener('abort', onGone, { once: true });
      }),
    end: () => response.end(),
    cut: () => response.destroy(),
  };
}
