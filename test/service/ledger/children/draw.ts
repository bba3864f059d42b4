import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openSqliteStore } from '../../../../src/store/sqlite/open.ts';
import { AT, licence, ship, use } from '../books.ts';

/**
 * Draws on one licence in a store that other processes may have open too, when a line on standard input says so, and says
 * `ack <kind> <outcome>` for each request as soon as it is durable.
 *
 *     node draw.ts FOLDER NAME COUNT CAP
 */
const [folder = '', name = '', count = '0', cap = '1'] = process.argv.slice(2);
const under = licence({ models: [{ model: 'A100', quantity: Number(cap) }] });
const store = await openSqliteStore({ folder });
writeSync(1, 'ready\n');
for await (const _line of createInterface({ input: process.stdin })) break;

let next = 0;
async function drawOn(): Promise<void> {
  while (next < Number(count)) {
    const number = next++;
    const shipped = await store.write((tx) => ship(tx, under, 'A100', 1));
    writeSync(1, `ack ship ${shipped.reasons[0]?.code ?? 'allow'}\n`);
    const host = { hostId: `${name}-${number}` };
    const at = new Date(AT.getTime() + number);
    const used = await store.write((tx) => use(tx, under, { host, at }));
    writeSync(1, `ack use ${used.reasons[0]?.code ?? 'allow'}\n`);
  }
}

await Promise.all([drawOn(), drawOn(), drawOn(), drawOn()]);
await store.close();
process.stdin.destroy();
