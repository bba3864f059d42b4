import { destination, type Logger, pino } from 'pino';

/** Lines wait until this much is together, or this long: a write for each request would cost as much as its answer. */
const BUFFER_CHARACTERS = 32 * 1024;
const MAX_WRITE_BYTES = 64 * 1024;
const FLUSH_EVERY_MS = 500;

/**
 * Structured logs on standard output, one JSON object a line, written in pieces. A piece is with the kernel before
 * the work goes on, so the lines stand in their order and a process that ends has written all of them; a kill -9
 * loses at most half a second of lines (never of acts: those are in the store before they are answered).
 *
 * They are gathered here: pino's destination would measure all that it has gathered again with each line. Nor does it
 * write in the background: what is still with a thread when the process ends is lost, or overtaken by the last lines.
 */
export function createLogger(level: string): Logger {
  const output = destination({ dest: 1, sync: true, maxWrite: MAX_WRITE_BYTES });
  let gathered = '';
  const passOn = (): void => {
    if (gathered === '') return;
    const lines = gathered;
    gathered = '';
    output.write(lines);
  };
  setInterval(passOn, FLUSH_EVERY_MS).unref();
  process.once('exit', passOn);
  const stream = {
    write: (line: string): void => {
      gathered += line;
      if (gathered.length >= BUFFER_CHARACTERS) passOn();
    },
    /** Asked for by pino after a fatal line. */
    flushSync: passOn,
  };
  return pino({ level, base: null }, stream);
}
