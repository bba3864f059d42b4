const LEAVES_BETWEEN_LINES = 100_000;
const EVERY_MS = 250;

/** Tells on standard error how far an audit is: in place on a terminal, a line now and then elsewhere. */
export function auditProgress(): {
  readonly tell: (done: number, size: number) => void;
  readonly end: () => void;
} {
  const stream = process.stderr;
  const started = performance.now();
  let first: number | null = null;
  let told = 0;
  let toldAt = 0;
  return {
    tell: (done, size) => {
      first ??= done;
      const now = performance.now();
      const isDue = stream.isTTY ? now - toldAt > EVERY_MS : done - told >= LEAVES_BETWEEN_LINES;
      if (!isDue) return;
      [told, toldAt] = [done, now];
      const rate = (done - first) / Math.max(0.001, (now - started) / 1000);
      const left = rate > 0 ? ` · ${Math.ceil((size - done) / rate)} s left` : '';
      const text = `${done} of ${size} leaves (${Math.floor((done / size) * 100)} %)${left}`;
      stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end: () => {
      if (stream.isTTY && toldAt > 0) stream.write('\r\u001b[2K');
    },
  };
}
