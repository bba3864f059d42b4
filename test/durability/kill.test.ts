import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connectTo } from '../fleet/connection.ts';
import { foundFleet } from '../fleet/found.ts';
import { onPostgres } from '../postgres/choice.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { examineLog } from './examine-log.ts';
import { spawnVerifier } from './verifier-process.ts';
import { attestUntilGone, contradictions, type Witnessed } from './witness.ts';

/** Fewer where nobody asked for all: each start of a verifier takes a second. */
const KILLS = Number(process.env['SEXTANT_KILLS'] ?? 10);
const HOSTS = 8;
/** The longest time under load before a kill: some hundred requests. */
const LONGEST_MS = onPostgres ? 1_000 : 250;
const TIMEOUT_MS = 120_000 + KILLS * 20_000;

describe(`a verifier, killed ${KILLS} times under load`, () => {
  it('opens each time, has lost nothing that it said, and takes no nonce twice', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const data = join(temporaryFolder(), 'data');
    const { hosts } = await foundFleet(data, HOSTS);
    const witnessed: Witnessed[] = [];
    let newest: Witnessed[] = [];
    let next = spawnVerifier(data);
    for (let kill = 0; kill <= KILLS; kill++) {
      const verifier = next;
      const connection = connectTo(await verifier.open());
      expect(await contradictions(connection, newest)).toEqual([]);
      if (kill === KILLS) {
        connection.close();
        expect(await verifier.stop()).toBe(0);
        break;
      }
      // Loads its program meanwhile: what is tried here is not the start of Node.
      next = spawnVerifier(data);
      newest = [];
      const load = hosts.map((host) => attestUntilGone(connection, host, newest));
      // Every other one at any time at all; the rest once they have said something, however busy the machine is.
      const gone = Promise.race(load).then(() => true);
      while (kill % 2 === 0 && newest.length <= HOSTS) if (await Promise.race([gone, delay(5, false)])) break;
      await Promise.race([delay(Math.random() * LONGEST_MS), ...load]);
      await verifier.kill();
      await Promise.all(load);
      connection.close();
      witnessed.push(...newest);
    }
    expect(witnessed.length).toBeGreaterThan(KILLS);
    const { leaves, faults } = await examineLog(data, witnessed);
    expect(faults).toEqual([]);
    expect(leaves).toBeGreaterThan(2 * witnessed.length);
  });
});
