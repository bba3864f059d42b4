import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alteredTargets } from './altered/index.ts';
import type { Found, Outcome } from './campaign.ts';
import { readLots } from './crew.ts';
import { type Journal, journalIn, journalInMemory, type Read } from './journal.ts';
import { type Lot, lotsOf } from './lots.ts';
import { corpusFolder } from './samples.ts';
import { parserTargets } from './targets.ts';

const DEFAULT_RUNS = 100_000;
const PROGRESS_MS = 60_000;
const HELP = `npm run fuzz -- [PART OF A TARGET’S NAME …] [--runs N] [--seed N] [--threads N] [--journal FILE]
Reads ${DEFAULT_RUNS} changed inputs by each parser, or as many as asked for, and verifies as many changes of evidence.
What is found is kept in test/fuzz/corpus. With a journal a campaign that was ended goes on where it was.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: String(DEFAULT_RUNS) },
    seed: { type: 'string', default: String(Date.now() % 0x7fff_ffff) },
    threads: { type: 'string', default: '1' },
    journal: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [runs, seed, threads] = [Number(values.runs), Number(values.seed), Number(values.threads)];
const isWell = [runs, threads].every((number) => Number.isSafeInteger(number) && number > 0);
if (values.help || !isWell || !Number.isSafeInteger(seed)) {
  process.stderr.write(HELP);
  process.exit(values.help ? 0 : 2);
}

const names = [...(await parserTargets()), ...(await alteredTargets())]
  .map(({ name }) => name)
  .filter((name) => positionals.length === 0 || positionals.some((part) => name.includes(part)));
const journal = values.journal === undefined ? journalInMemory(seed) : journalIn(values.journal, seed);
process.exitCode = (await campaign(names, journal)) ? 0 : 1;

/** Answers whether nothing was found. */
async function campaign(targets: readonly string[], { seed, of, note }: Journal): Promise<boolean> {
  process.stderr.write(`${targets.length} targets, ${runs} inputs each, seed ${seed}\n`);
  const lots = new Map(targets.map((target) => [target, lotsOf(target, runs, seed)]));
  const left = [...lots.values()].flat().filter((lot) => of(lot) === null);
  const found = new Set<string>();
  let whole = 0;
  const onOutcome = (lot: Lot, outcome: Outcome): void => {
    if (found.has(lot.target)) return;
    if (outcome.found === null) note(lot, { ...outcome, inputs: outcome.runs });
    else {
      found.add(lot.target);
      process.stdout.write(`${lot.target}: ${keep(lot.target, outcome.found)}\n`);
    }
    tellIfWhole(lot.target);
  };
  const tellIfWhole = (target: string): void => {
    const read = (lots.get(target) ?? []).map(of);
    if (found.has(target) || !read.every((one) => one !== null)) return;
    whole++;
    process.stdout.write(`${whole}/${targets.length} ${target}: ${summary(read)}\n`);
  };
  // What was whole before is told too: the report of a campaign in pieces is the report of all of it.
  for (const target of targets) tellIfWhole(target);
  const progress = setInterval(() => {
    process.stderr.write(`${whole} of ${targets.length} targets, ${left.length} lots to begin\n`);
  }, PROGRESS_MS);
  const next = (): Lot | null => {
    for (;;) {
      const lot = left.shift() ?? null;
      if (lot === null || !found.has(lot.target)) return lot;
    }
  };
  await readLots(Math.min(threads, Math.max(1, left.length)), { next, onOutcome });
  clearInterval(progress);
  return found.size === 0;
}

function summary(read: readonly Read[]): string {
  const sum = (of: (one: Read) => number): number => read.reduce((total, one) => total + of(one), 0);
  const inputs = sum((one) => one.inputs);
  const micros = (sum((one) => one.cpuMs) / inputs) * 1000;
  return `${inputs} inputs, ${sum(({ accepted }) => accepted)} read, ${micros.toFixed(0)} µs of a processor each`;
}

function keep(target: string, { kind, why, input }: Found): string {
  const folder = corpusFolder(target);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, hash('sha256', input).slice(0, 16));
  writeFileSync(file, input);
  return `${kind}: ${why}\n    kept in ${file}`;
}
