import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fuzz, type Outcome } from './campaign.ts';
import { readLots } from './crew.ts';
import { journalIn } from './journal.ts';
import { LOT_RUNS, type Lot, lotsOf } from './lots.ts';
import { chanceFrom, mutate } from './mutate.ts';
import type { Target } from './targets.ts';

const samples = [new Uint8Array(20)] as const;
const target = (read: Target['read']): Target => ({ name: 'test', read });

describe('a campaign', () => {
  it('is the same again from the same seed', () => {
    const [a, b] = [chanceFrom(7), chanceFrom(7)];
    for (let run = 0; run < 50; run++) expect(mutate(samples, a)).toEqual(mutate(samples, b));
  });

  it('shows long inputs too, and none beyond what is shown to who watches', () => {
    const chance = chanceFrom(7);
    const lengths = Array.from({ length: 5000 }, () => mutate(samples, chance).length);
    expect(Math.max(...lengths)).toBeGreaterThan(30_000);
    expect(Math.max(...lengths)).toBeLessThan(100_000);
    expect(lengths.filter((length) => length < 200).length).toBeGreaterThan(4900);
  });

  it('stops at an error that is none of ours, with the input that caused it', () => {
    const crashing = target((bytes) => {
      if (bytes.includes(0x80)) throw new RangeError('out of bounds');
      return bytes;
    });
    const { found } = fuzz({ target: crashing, samples, runs: 10_000, seed: 1 });
    expect(found).toMatchObject({ kind: 'crash', why: expect.stringContaining('out of bounds') });
    expect(found?.input.includes(0x80)).toBe(true);
  });

  it('stops at an input that takes too long each time, by the time of the thread itself', () => {
    const slow = target(() => {
      const { user, system } = process.threadCpuUsage();
      for (let now = { user, system }; now.user + now.system < user + system + 55_000; )
        now = process.threadCpuUsage();
    });
    expect(fuzz({ target: slow, samples, runs: 1, seed: 1 }).found?.kind).toBe('hang');
  });

  it('is cut into lots of their own seeds', () => {
    const lots = lotsOf('a', 2 * LOT_RUNS + 1, 7);
    expect(lots.map(({ runs }) => runs)).toEqual([LOT_RUNS, LOT_RUNS, 1]);
    const seeds = [...lots, ...lotsOf('b', LOT_RUNS, 7), ...lotsOf('a', LOT_RUNS, 8)].map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(lotsOf('a', LOT_RUNS, 7)).toEqual(lots.slice(0, 1));
  });
});

describe('the journal of a campaign', () => {
  it('goes on with its own seed where it was cut off', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sextant-fuzz-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'journal');
    const [first, second] = lotsOf('a', 2 * LOT_RUNS, 7) as [Lot, Lot]; // two, as asked
    const read = { inputs: LOT_RUNS, accepted: 3, cpuMs: 12.4 };
    journalIn(file, 7).note(first, read);
    appendFileSync(file, '{"target":"a","lot":1,"inputs":10000,"acc');

    const again = journalIn(file, 8);
    expect(again.seed).toBe(7);
    expect(again.of(first)).toMatchObject({ inputs: LOT_RUNS, accepted: 3, cpuMs: 12 });
    expect(again.of(second)).toBeNull();
    again.note(second, read);
    expect(journalIn(file, 8).of(second)).toMatchObject({ inputs: LOT_RUNS });
    // Of fewer inputs than are asked for now.
    journalIn(file, 7).note({ ...second, number: 2 }, { ...read, inputs: 5 });
    expect(journalIn(file, 7).of({ ...second, number: 2 })).toBeNull();
  });
});

describe('the threads of a campaign', () => {
  it('name the input that one of them never ended with, and go on without it', async () => {
    const lots = lotsOf('a', 4 * LOT_RUNS, 7);
    const told: [number, Outcome['found']][] = [];
    const work = {
      next: () => lots.shift() ?? null,
      onOutcome: (lot: Lot, { found }: Outcome) => told.push([lot.number, found]),
    };
    const reader = join(import.meta.dirname, 'children/endless.ts');
    await readLots(2, work, { reader, stuckMs: 2_000, lookMs: 20 });
    expect(told.sort(([a], [b]) => a - b)).toEqual([
      [0, null],
      [1, { kind: 'hang', why: 'not read after 2 s', input: Uint8Array.of(1) }],
      [2, null],
      [3, null],
    ]);
  });
});
