import { destination, type Logger, pino } from 'pino';

/** Lines wait until this much is together, or this long: a write for each request would cost as much as its answer. */
const BUFFER_CHARACTERS = 32 * 1024;
const MAX_WRITE_BYTES = 64 * 1024;
const FLUSH_EVERY_MS = 500;

/**
 * Structured logs on standard output, one JSON object a line, written in the background and in pieces. What is buffered
 * when the process ends is written as it exits; a kill -9 loses at most half a second of lines (never of acts:
 * those are in the store before they are answered).
 *
 * They are gathered here: pino's destination would measure all that it has gathered again with each line.
 */
export function createLogger(level: string): Logger {
  const output = destination({ dest: 1, sync: false, maxWrite: MAX_WRITE_BYTES });
  let gathered = '';
  const passOn = (): void => {
    if (gathered === '') return;
    const lines = gathered;
    gathered = '';
    output.write(lines);
  };
  const flushSync = (): void => {
    passOn();
    output.flushSync();
  };
  setInterval(passOn, FLUSH_EVERY_MS).unref();
  process.once('exit', flushSync);
  const stream = {
    write: (line: string): void => {
      gathered += line;
      if (gathered.length >= BUFFER_CHARACTERS) passOn();
    },
    /** Asked for by pino after a fatal line. */
    flushSync,
  };
  return pino({ level, base: null }, stream);
}
