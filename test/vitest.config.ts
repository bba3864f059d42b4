import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

/** The nightly run fuzzes twenty times as long as `npm test`: what it may take grows alike. */
const patience = Math.max(1, Number(process.env['SEXTANT_FUZZ_RUNS'] ?? 5000) / 5000);

/** One worker more than CI has cores, for many tests wait for what they started. What hangs is given up after two minutes: a machine that is busy with other things is no defect. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ['test/**/*.test.ts'],
    // Two servers of its own take half a minute: the nightly run has it, with what kills.
    exclude: process.env['SEXTANT_KILLS'] === undefined ? ['test/durability/failover.test.ts'] : [],
    testTimeout: 120_000 * patience,
    hookTimeout: 120_000,
    // What a test waits for comes late on a busy machine; by itself vitest would give up after a second.
    expect: { poll: { timeout: 60_000 } },
    globalSetup: [`${import.meta.dirname}/postgres/global-setup.ts`],
    maxWorkers: 3,
    // What is new of a heap begins as large as V8 would let it grow by and by: a run is searched for garbage thousands of times less.
    execArgv: ['--min-semi-space-size=16'],
    // A worker loads each module once, not once for each of its files. A file that mocks one resets them before and after.
    isolate: false,
    setupFiles: [`${import.meta.dirname}/after-each-file.ts`, `${import.meta.dirname}/same-inputs.ts`],
    // Programs that tests start find what Node made of their sources before, as `sextant` itself does.
    env: { NODE_COMPILE_CACHE: resolve(import.meta.dirname, '../node_modules/.cache/sextant') },
    sequence: { sequencer: LongestFirst },
    reporters: ['default', `${import.meta.dirname}/closing-reporter.ts`],
  },
});
