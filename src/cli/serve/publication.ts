import { join } from 'node:path';
import type { Logger } from 'pino';
import { verifyCheckpoint } from '../../record/checkpoint.ts';
import { RecordError } from '../../record/errors.ts';
import type { NoteVerifier } from '../../record/note.ts';
import type { Clock, SigningKey } from '../../service/context.ts';
import { guardedStore } from '../../service/publication/guarded-store.ts';
import { openPublication } from '../../service/publication/open.ts';
import type { Publication } from '../../service/publication/publication.ts';
import type { Shown } from '../../service/publication/read-kept.ts';
import type { Witness } from '../../service/witness/witness.ts';
import type { Store } from '../../store/port.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';
import { askWitnessesOnce } from './witnesses.ts';

export type GuardedLogOptions = {
  readonly data: string;
  readonly store: Store;
  readonly key: SigningKey;
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly published?: string;
  readonly checkpoints?: readonly string[];
  readonly witnesses?: readonly Witness[];
};

/** The folders in which a verifier keeps what it published: beside its database, and wherever its operator says. */
export function publishedFolders(data: string, elsewhere: string | undefined): readonly string[] {
  return [join(data, 'published'), ...(elsewhere === undefined ? [] : [elsewhere])];
}

/** Before anything is recorded or signed: the log against all that is known to have been published of it. */
export async function openGuardedLog(
  options: GuardedLogOptions,
): Promise<{ readonly publication: Publication; readonly store: Store }> {
  const { data, store, key, origin, witnesses = [] } = options;
  const folders = publishedFolders(data, options.published);
  const brought = readBrought(options.checkpoints ?? [], { name: origin, publicKey: key.publicKey });
  const publication = await openPublication({ ...options, folders, brought }).catch(unusable(folders));
  if (publication.refusal === null && witnesses.length > 0) {
    const context = {
      store,
      keys: { log: key },
      config: { logOrigin: origin },
      publication,
      log: options.log,
    };
    await askWitnessesOnce(context, witnesses);
  }
  return { publication, store: guardedStore(store, publication) };
}

/** What the file system says of a folder, in words; anything else as it came. */
function unusable(folders: readonly string[]): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    const mend =
      'Make it a folder that the verifier may write to: nothing is published that is not kept there.';
    const where = folders.join(' and ');
    throw new UsageError('unwritable', `published checkpoints cannot be kept in ${where}`, mend, cause);
  };
}

/** Checkpoints in files. @throws UsageError `unreadable` for one that this log did not sign */
export function readBrought(paths: readonly string[], log: NoteVerifier): readonly Shown[] {
  return paths.map((where) => {
    const note = readInput(where).toString('utf8');
    try {
      return { ...verifyCheckpoint(note, log), note, where };
    } catch (cause) {
      if (!(cause instanceof RecordError)) throw cause;
      const mend = 'Give one that it published, as it is, and the same folder of keys.';
      throw new UsageError('unreadable', `${where} is no checkpoint of ${log.name}`, mend, cause);
    }
  });
}
