import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RecordError } from '../../record/errors.ts';
import { systemClock } from '../../service/clock.ts';
import type { SigningKey } from '../../service/context.ts';
import { logKeyFile } from '../../service/keys/file-keys.ts';
import { requireSameLog } from '../../service/keys/log-key.ts';
import { openNewOrigin } from '../../service/publication/new-origin.ts';
import { findDeparture } from '../../service/publication/open.ts';
import { addCheckpointOverHttp } from '../../service/witness/add-checkpoint.ts';
import { askWitness } from '../../service/witness/ask.ts';
import type { Store } from '../../store/port.ts';
import type { PlaceFlags } from '../db/place.ts';
import { UsageError } from '../failure.ts';
import { publishedFolders, readBrought } from '../serve/publication.ts';
import { openStore } from '../serve/store.ts';
import { readWitnesses } from '../serve/witnesses.ts';
import { databaseUrl, dataFolder } from '../settings.ts';

export type NewOriginOptions = PlaceFlags & {
  readonly reason: string;
  readonly origin?: string;
  readonly keys?: string;
  readonly published?: string;
  readonly checkpoint?: readonly string[];
  readonly witness?: readonly string[];
};

const TIMEOUT_MS = 20_000;

/** @throws UsageError `usage` where nothing that was published is missing, or the name cannot be one; `unreadable` */
export async function newOrigin(options: NewOriginOptions): Promise<void> {
  const data = dataFolder(options.data);
  const database =
    options.data !== undefined && options.database === undefined ? undefined : databaseUrl(options.database);
  const keys = options.keys ?? process.env['SEXTANT_KEYS'] ?? join(data, 'keys');
  if (!existsSync(join(keys, 'log.pem'))) {
    const mend = 'Name the folder of the keys that it was signed with: a new name is given by the old key.';
    throw new UsageError('unreadable', `there is no key of a log in ${keys}`, mend);
  }
  const key = logKeyFile(keys);
  const store = await openStore({ data, database });
  try {
    const known = await requireSameLog(store, key.kid, null);
    const lost = await lostOf({ options, data, store, key, origin: known });
    const origin = options.origin ?? successorOf(known);
    const { leafIndex, line } = await open(store, key, { origin, lost, reason: options.reason });
    process.stdout.write(
      `The log goes on as ${origin} from leaf ${leafIndex} on. Of ${lost.origin} it has ${leafIndex} leaves; ${lost.publishedSize} were published.\nIts key, for auditors, license servers and witnesses:\n${line}\nStart the verifier${options.origin === undefined ? ' without --log-origin, or with the new name' : ` with --log-origin ${origin}`}.\n`,
    );
  } finally {
    await store.close();
  }
}

type Lost = {
  readonly origin: string;
  readonly publishedSize: number;
  readonly checkpoint: string | null;
};

type Place = {
  readonly options: NewOriginOptions;
  readonly data: string;
  readonly store: Store;
  readonly key: SigningKey;
  readonly origin: string;
};

/** The largest tree that is known to have been published and is not there any more. */
async function lostOf({ options, data, store, key, origin }: Place): Promise<Lost> {
  const elsewhere = options.published ?? process.env['SEXTANT_PUBLISHED'];
  const log = { name: origin, publicKey: key.publicKey };
  const departure = await findDeparture({
    ...{ store, key, origin, folders: publishedFolders(data, elsewhere) },
    brought: readBrought(options.checkpoint ?? [], log),
  });
  if (departure?.checkpoint !== undefined) {
    const { origin: old, size, note } = departure.checkpoint;
    return { origin: old, publishedSize: size, checkpoint: note };
  }
  if (departure?.kind === 'unreadable') {
    const mend = 'Move it aside, and bring the largest checkpoint that anybody has with --checkpoint.';
    throw new UsageError('unreadable', `${departure.where} is not signed by this log's key`, mend);
  }
  const add = addCheckpointOverHttp(TIMEOUT_MS, new AbortController().signal);
  const context = { store, keys: { log: key }, config: { logOrigin: origin } };
  for (const witness of readWitnesses(options.witness ?? [])) {
    const outcome = await askWitness(context, witness, add, 'always');
    if (outcome.kind === 'ahead') return { origin, publishedSize: outcome.witnessed, checkpoint: null };
  }
  const mend =
    'A log is given another name only after a restore: bring the checkpoint that it is behind with --checkpoint, or ask with --witness.';
  throw new UsageError('usage', `nothing is known to be missing of ${origin}`, mend);
}

async function open(
  store: Store,
  key: SigningKey,
  { origin, lost, reason }: { readonly origin: string; readonly lost: Lost; readonly reason: string },
): Promise<Awaited<ReturnType<typeof openNewOrigin>>> {
  const context = {
    store,
    clock: systemClock(() => store.highWater()),
    random: (length: number) => new Uint8Array(randomBytes(length)),
  };
  if (origin === lost.origin)
    throw new UsageError('usage', `${origin} is the name that was published`, 'Give another with --origin.');
  try {
    return await openNewOrigin(context, { key, origin, predecessor: lost, reason });
  } catch (cause) {
    if (!(cause instanceof RecordError)) throw cause;
    throw new UsageError('usage', `${origin} cannot name a log`, 'No white space, no plus sign.', cause);
  }
}

function successorOf(origin: string): string {
  const [, base = origin, number] = /^(.+)\/(\d{1,6})$/.exec(origin) ?? [];
  return `${base}/${number === undefined ? 2 : Number(number) + 1}`;
}
