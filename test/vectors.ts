import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from 'vitest';

const beside = resolve(import.meta.dirname, '../../shared/vectors');
const datasets = resolve(import.meta.dirname, '../../shared/datasets');

/** Genuine evidence beside the project, never part of it; null where it is absent. */
export const vectorsFolder: string | null = existsSync(beside) ? beside : null;

/** A suite over genuine evidence: reported as skipped, with its reason, where the evidence is absent. */
export function describeWithVectors(name: string, suite: (folder: string) => void): void {
  describeBeside('vectors', beside, name, suite);
}

/** A suite over measured latency, likewise. */
export function describeWithDatasets(name: string, suite: (folder: string) => void): void {
  describeBeside('datasets', datasets, name, suite);
}

function describeBeside(what: string, folder: string, name: string, suite: (folder: string) => void): void {
  if (existsSync(folder)) {
    describe(name, () => suite(folder));
    return;
  }
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1')
    throw new Error(`shared/${what} is required here and absent`);
  describe.skip(`${name} (skipped: ../shared/${what} is absent)`, () => {});
}

export function vector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(beside, path)));
}

/** How many inputs a fuzz test tries: 5,000 in `npm test`, more where the environment says so. */
export const fuzzRuns: number = Number(process.env['SEXTANT_FUZZ_RUNS'] ?? 5000);
