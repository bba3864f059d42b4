const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const PATIENCE_MS = 1000;

/**
 * Shows on standard error that long work goes on: nothing for the first second, then what is being done and for how
 * long. Where nobody watches (no terminal), one line when it starts to take long.
 */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const stream = process.stderr;
  let frame = 0;
  const tick = (): void => {
    const elapsed = performance.now() - started;
    if (elapsed < PATIENCE_MS) return;
    if (!stream.isTTY) {
      if (frame++ === 0) stream.write(`${what} …\n`);
      return;
    }
    stream.write(`\r${FRAMES[frame++ % FRAMES.length]} ${what} (${Math.round(elapsed / 1000)} s) `);
  };
  const timer = setInterval(tick, 100);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (stream.isTTY && frame > 0) stream.write('\r\u001b[2K');
  }
}
