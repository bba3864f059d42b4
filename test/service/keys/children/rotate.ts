import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { privateKeyFolder } from '../../../../src/service/keys/private-keys.ts';
import { openRotatingKeys } from '../../../../src/service/keys/rotating-keys.ts';
import { openTestStore } from '../../../postgres/choice.ts';

/**
 * Rotates without end, two hours apart, every third time as compromised, until it is killed; says each key that signs after
 * its rotation was acknowledged: `fork('rotate.ts', [folder, first instant])`.
 */
const [folder = '', from = '0'] = process.argv.slice(2);
process.once('disconnect', () => process.exit());
let nowMs = Number(from);
const clock = (): Date => new Date(nowMs);
const store = await openTestStore({ folder });
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const privateKeys = privateKeyFolder(join(folder, 'keys', 'ear'));
const keys = await openRotatingKeys({ store, clock, random, purpose: 'ear', privateKeys }, 1000);
process.send?.({ kid: keys.signing(clock()).kid, nowMs });
for (let turn = 1; process.connected; turn++) {
  nowMs += 7_200_000;
  await keys.rotate({ by: 'test', reason: 'test', compromised: turn % 3 === 0 });
  process.send?.({ kid: keys.signing(clock()).kid, nowMs });
}
