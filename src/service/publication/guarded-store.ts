import type { Store, Tx } from '../../store/port.ts';
import type { Publication } from './publication.ts';

/**
 * The store, for as long as its log may be signed: an act that nobody could be given a receipt for is not recorded, and what a backup lacks is not
 * written over. Reads go on.
 *
 * @throws from `write` AvailabilityError `log_behind`
 */
export function guardedStore(store: Store, publication: Publication): Store {
  return {
    write: async (work) => {
      publication.requireSound();
      return store.write((tx) => work(guarded(tx, publication)));
    },
    read: (work) => store.read(work),
    first: (statement, params) => store.first(statement, params),
    highWater: () => store.highWater(),
    ping: () => store.ping(),
    tend: (now) => store.tend(now),
    processes: () => store.processes(),
    close: () => store.close(),
  };
}

/** A unit of work whose acts stand behind what was published: a standby may have taken over, with less, since the last checkpoint. */
function guarded(tx: Tx, publication: Publication): Tx {
  return {
    first: (statement, params) => tx.first(statement, params),
    all: (statement, params) => tx.all(statement, params),
    run: (statement, params) => tx.run(statement, params),
    record: async (act) => {
      const leafIndex = await tx.record(act);
      publication.requireBehind(leafIndex);
      return leafIndex;
    },
  };
}
