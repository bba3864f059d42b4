import { destination, type Logger, pino } from 'pino';

/** Lines wait until this much is together, or this long: a write for each request would cost as much as its answer. */
const BUFFER_BYTES = 32 * 1024;
const MAX_WRITE_BYTES = 64 * 1024;
const FLUSH_EVERY_MS = 500;

/**
 * Structured logs on standard output, one JSON object a line, written in the background and in pieces. What is buffered
 * when the process ends is written by pino's own exit hook; a kill -9 loses at most half a second of lines (never of acts:
 * those are in the store before they are answered).
 */
export function createLogger(level: string): Logger {
  const output = destination({
    dest: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    maxWrite: MAX_WRITE_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
  });
  return pino({ level, base: null }, output);
}
