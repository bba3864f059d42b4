import {
  newestList,
  openList,
  PLACES_TOGETHER,
  placeInNewest,
  placesTaken,
} from '../../store/grants/statuses.ts';
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
 * Free places in the newest list, each drawn at random: neighbours in a list have nothing to do with each other, and a place tells
 * nobody how many grants there are. That a further list was opened tells it to within some eighty thousand.
 */
export async function takeStatusPlaces(
  context: Context,
  tx: Tx,
  at: Date,
  count: number,
): Promise<readonly StatusPlace[]> {
  if (count === 1) return [await takeStatusPlace(context, tx, at)];
  const places: StatusPlace[] = [];
  let list = (await tx.first(newestList, {}))?.number ?? (await open(tx, 1, at));
  let draws = 0;
  while (places.length < count) {
    const most = Math.min(count - places.length, PLACES_TOGETHER.names.length);
    const wanted = Array.from({ length: most }, () => drawn(context));
    const rows = await tx.all(placesTaken, { list, ...PLACES_TOGETHER.fill(wanted) });
    const own = places.filter((place) => place.list === list);
    const taken = new Set([...rows, ...own].map(({ position }) => position));
    for (const position of wanted) {
      if (!taken.has(position)) {
        places.push({ list, position });
        taken.add(position);
        draws = 0;
      } else if (++draws === DRAWS) {
        list = await open(tx, list + 1, at);
        draws = 0;
        break;
      }
    }
  }
  return places;
}

async function takeStatusPlace(context: Context, tx: Tx, at: Date): Promise<StatusPlace> {
  let newest = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const position = drawn(context);
    const found = await tx.first(placeInNewest, { position });
    if (found === undefined) break;
    newest = found.number;
    if (found.granted === null && found.spent === null) return { list: newest, position };
  }
  return { list: await open(tx, newest + 1, at), position: drawn(context) };
}

async function open(tx: Tx, number: number, at: Date): Promise<number> {
  await tx.run(openList, { number, opened_at_ms: at.getTime() });
  return number;
}

function drawn({ random }: Pick<Context, 'random'>): number {
  const bytes = random(POSITION_BYTES);
  return bytes.reduce((value, byte) => value * 256 + byte, 0) % LIST_SIZE;
}

/** Where anybody may fetch a list: grants name it, and the list names itself. */
export function listUri({ config }: Pick<Context, 'config'>, list: number): string {
  return `${config.publicUrl.replace(/\/$/, '')}/v1/status-lists/${list}`;
}
