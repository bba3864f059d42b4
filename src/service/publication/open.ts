import type { Logger } from 'pino';
import { signCheckpoint } from '../../record/checkpoint.ts';
import { logOrigins, readHead } from '../../store/log/statements.ts';
import type { Store } from '../../store/port.ts';
import type { Clock, SigningKey } from '../context.ts';
import { makeKeptCheckpoint } from './kept-checkpoint.ts';
import { Publication } from './publication.ts';
import { type KeptCheckpoints, readKeptCheckpoints, type Shown, tidyKeptCheckpoints } from './read-kept.ts';
import type { Refusal } from './refusal.ts';
import { departureFrom, type Tree } from './tree.ts';

export type PublicationPlace = {
  readonly store: Store;
  readonly key: SigningKey;
  readonly origin: string;
  /** Where checkpoints are kept, besides the database; what any of them holds counts. */
  readonly folders: readonly string[];
  /** Checkpoints that the operator brought, of this origin. */
  readonly brought: readonly Shown[];
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Holds the database against every checkpoint that is known to have been published, and makes the files that the next ones are kept in. A database
 * that departs from one gets none: what is there stays as it is.
 *
 * What remains unproven: checkpoints that nobody kept. Of a database and its folders that were put back together, witnesses and the operator alone know.
 *
 * @throws AvailabilityError `store_unavailable`; what the file system throws where a folder cannot be used
 */
export async function openPublication(place: PublicationPlace): Promise<Publication> {
  const { store, origin, folders, clock, log } = place;
  const known = readKnown(place);
  const departure = await departureOf(place, known);
  const newest = known.shown[0] ?? (await headOf(place));
  if (departure !== null) {
    const { checkpoint: _, ...refusal } = departure;
    return new Publication({ store, origin, log, kept: [], newest, refusal });
  }
  const kept = await Promise.all(folders.map((folder) => makeKeptCheckpoint(folder, newest.note)));
  for (const folder of folders) tidyKeptCheckpoints(folder, clock());
  return new Publication({ store, origin, log, kept, newest, refusal: null });
}

/** A departure, and the checkpoint that it is from where one could be read. */
export type FoundDeparture = Refusal & { readonly checkpoint?: Shown };

type Sources = Pick<PublicationPlace, 'store' | 'key' | 'origin' | 'folders' | 'brought'>;

/** What keeps a database from being signed, if anything does. */
export async function findDeparture(place: Sources): Promise<FoundDeparture | null> {
  return departureOf(place, readKnown(place));
}

/** All that is known to have been published, the largest first: what was lost is told by that. */
function readKnown({ key, origin, folders, brought }: Sources): KeptCheckpoints {
  const log = { name: origin, publicKey: key.publicKey };
  const found = folders.map((folder) => readKeptCheckpoints(folder, log));
  const shown = [...brought, ...found.flatMap((folder) => folder.shown)].sort((a, b) => b.size - a.size);
  const others = found.flatMap((folder) => folder.others);
  return {
    shown,
    others,
    unreadable: found.find(({ unreadable }) => unreadable !== null)?.unreadable ?? null,
  };
}

async function departureOf(
  { store, origin }: Sources,
  { shown, others, unreadable }: KeptCheckpoints,
): Promise<FoundDeparture | null> {
  if (unreadable !== null) return { kind: 'unreadable', where: unreadable };
  const before = new Set(
    (await store.read((view) => view.all(logOrigins, {}))).map((row) => row.predecessor),
  );
  // A name that the log had before it was restored, and has not had yet.
  const unknown = others.find((other) => !before.has(other.origin));
  if (unknown !== undefined)
    return { kind: 'renamed', origin: unknown.origin, where: unknown.where, checkpoint: unknown };
  for (const checkpoint of shown) {
    const departure = await departureFrom(store, [checkpoint], origin);
    if (departure !== null) return { ...departure, where: checkpoint.where, checkpoint };
  }
  return null;
}

/** What nobody has kept anything of: as it is now, for nothing is known of what was shown of it. */
async function headOf({ store, key, origin }: Sources): Promise<Tree & { readonly note: string }> {
  const head = await store.first(readHead, {});
  if (head === undefined) throw new TypeError('a migrated database has a head');
  const { privateKey, publicKey } = key;
  return { ...head, note: signCheckpoint(head.size, head.root, { name: origin, privateKey, publicKey }) };
}
