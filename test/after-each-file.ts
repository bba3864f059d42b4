import { afterAll, vi } from 'vitest';

// The next file of this worker finds process and modules as the first did, whatever a file set.
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.exitCode = undefined;
});
