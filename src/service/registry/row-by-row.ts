import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tx, View } from '../../store/port.ts';
import type { Context } from '../context.ts';

/** Rows of one unit of work, or of one snapshot: others' work gets its turn between two. */
const ROWS_AT_ONCE = 100;

/** Takes the rows of a file one after the other, a unit of work for some at a time: what was taken stays when a later unit fails. */
export async function takeInTurn<Row, Result>(
  { store }: Pick<Context, 'store'>,
  rows: readonly Row[],
  take: (tx: Tx, row: Row) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const part of parts(rows)) {
    const taken = await store.write(async (tx) => {
      const done: Result[] = [];
      for (const row of part) done.push(await take(tx, row));
      return done;
    });
    results.push(...taken);
  }
  return results;
}

/** Judges the rows of a file one after the other, and keeps nothing. */
export async function judgeInTurn<Row, Result>(
  { store }: Pick<Context, 'store'>,
  rows: readonly Row[],
  judge: (view: View, row: Row) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const part of parts(rows)) {
    await store.read(async (view) => {
      for (const row of part) results.push(await judge(view, row));
    });
    await nextTurn();
  }
  return results;
}

function* parts<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
    yield rows.slice(start, start + ROWS_AT_ONCE);
}
