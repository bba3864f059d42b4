import { defineConfig } from 'vitest/config';

/** One worker for each core; a slow test is a defect, so the limit is short and stated here alone. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', `${import.meta.dirname}/closing-reporter.ts`],
  },
});
