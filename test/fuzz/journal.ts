import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Lot } from './lots.ts';

/** What a campaign remembers of a lot. */
export type Read = { readonly inputs: number; readonly accepted: number; readonly cpuMs: number };

/** What was read so far, so that a campaign that was ended goes on where it was. */
export type Journal = {
  readonly seed: number;
  /** Null where the lot is still to be read. */
  readonly of: (lot: Lot) => Read | null;
  readonly note: (lot: Lot, read: Read) => void;
};

type Line = Read & { readonly target: string; readonly lot: number };

/** A journal that ends with the process. */
export function journalInMemory(seed: number): Journal {
  return journal(seed, [], () => {});
}

/**
 * A journal in a file of JSON lines, the seed first. One that is there goes on with its own seed; a line that was cut off counts as not
 * written.
 */
export function journalIn(file: string, seed: number): Journal {
  if (!existsSync(file)) appendFileSync(file, `${JSON.stringify({ seed })}\n`);
  const text = readFileSync(file, 'utf8');
  if (!text.endsWith('\n')) appendFileSync(file, '\n');
  const [head, ...lines] = text.split('\n').flatMap(lineOf);
  if (head === undefined || !('seed' in head)) throw new TypeError(`${file} is no campaign's journal`);
  const read = lines.flatMap((line) => ('lot' in line ? [line] : []));
  return journal(head.seed, read, (line) => appendFileSync(file, `${JSON.stringify(line)}\n`));
}

function journal(seed: number, lines: readonly Line[], write: (line: Line) => void): Journal {
  const nameOf = (target: string, lot: number): string => `${target}/${lot}`;
  const known = new Map(lines.map((line) => [nameOf(line.target, line.lot), line]));
  return {
    seed,
    of: ({ target, number, runs }) => {
      const line = known.get(nameOf(target, number));
      return line === undefined || line.inputs < runs ? null : line;
    },
    note: ({ target, number }, { inputs, accepted, cpuMs }) => {
      const line = { target, lot: number, inputs, accepted, cpuMs: Math.round(cpuMs) };
      known.set(nameOf(target, number), line);
      write(line);
    },
  };
}

function lineOf(text: string): (Line | { readonly seed: number })[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
