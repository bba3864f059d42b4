import { openList, placeInNewest } from '../../store/grants/statuses.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';

/** Statuses of one list: a power of two, so that random bits are a fair draw. 32 KiB before they are compressed. */
export const LIST_SIZE = 2 ** 17;
const POSITION_BYTES = 3;

/**
 * So many places are drawn before a list counts as full: then it is about three fifths full, and a draw takes two tries on
 * average up to there. Nothing counts what a list holds, so that no row is written for it.
 */
const DRAWS = 16;

export type StatusPlace = { readonly list: number; readonly position: number };

/**
 * A free place in the newest list, drawn at random: neighbours in a list have nothing to do with each other, and a place tells
 * nobody how many grants there are. That a further list was opened tells it to within some eighty thousand.
 */
export async function takeStatusPlace(context: Context, tx: Tx, at: Date): Promise<StatusPlace> {
  let newest = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const position = drawn(context);
    const found = await tx.first(placeInNewest, { position });
    if (found === undefined) break;
    newest = found.number;
    if (found.granted === null && found.spent === null) return { list: newest, position };
  }
  const number = newest + 1;
  await tx.run(openList, { number, opened_at_ms: at.getTime() });
  return { list: number, position: drawn(context) };
}

function drawn({ random }: Pick<Context, 'random'>): number {
  const bytes = random(POSITION_BYTES);
  return bytes.reduce((value, byte) => value * 256 + byte, 0) % LIST_SIZE;
}

/** Where anybody may fetch a list: grants name it, and the list names itself. */
export function listUri({ config }: Pick<Context, 'config'>, list: number): string {
  return `${config.publicUrl.replace(/\/$/, '')}/v1/status-lists/${list}`;
}
