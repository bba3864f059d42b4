import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { RETENTION_CLASSES } from '../../../../src/protocol/retention.ts';
import type { Context } from '../../../../src/service/context.ts';
import { tell } from '../../../../src/service/events/tell.ts';
import { openTestStore } from '../../../postgres/choice.ts';
import { deleteAll } from '../look.ts';

/**
 * Tells of so many things, lets their time pass and deletes them by rule, and is killed by its own hand: as soon as so many batches are durable, or in the
 * midst of the next one.
 *
 *     node delete.ts FOLDER TOLD BATCHES between|within
 */
const [folder = '', told = '0', batches = '0', where = 'between'] = process.argv.slice(2);
const store = await openTestStore({ folder });
let now = new Date('2026-03-01T12:00:00Z');
const needed = {
  store,
  clock: () => now,
  random: (length: number) => new Uint8Array(randomBytes(length)),
  log: pino({ level: 'silent' }),
  keys: { log: generateKeyPairSync('ed25519') },
};
const context = needed as unknown as Context; // deletion asks for nothing else
await store.write(async (tx) => {
  for (let place = 0; place < Number(told); place++) {
    const at = now;
    await tell(context, tx, {
      ...{ type: 'host.enrolled', tenant: 'acme', subject: `host:${place}` },
      ...{ at, body: {} },
    });
  }
});
now = new Date('2027-03-01T12:00:00Z');
const die = (): void => void process.kill(process.pid, 'SIGKILL');
// Of the other classes there is nothing: a unit of work each finds that out.
let done = 1 - RETENTION_CLASSES.length;
const { write } = store;
store.write = async (work) => {
  const isLast = done === Number(batches);
  const result = await write.call(store, async (tx) => {
    const outcome = await work(tx);
    if (isLast && where === 'within') die();
    return outcome;
  });
  if (++done >= Number(batches) && where === 'between') die();
  return result as never; // the very result of the work
};
await deleteAll(context);
