import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { foundFleet } from '../fleet/found.ts';
import { placeOnPostgres } from '../postgres/choice.ts';
import { describeWithPostgres } from '../postgres/shared.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { examineLog } from './examine-log.ts';
import { attestAmong, type Outcome, startReplicas } from './replicas.ts';
import { contradictions } from './witness.ts';

/** Two minutes where the nightly run asks for it, a few kills otherwise: each start of a verifier takes a second of CPU. */
const SECONDS = Number(process.env['SEXTANT_REPLICA_SECONDS'] ?? 4);
const KILL_EVERY_MS = SECONDS >= 60 ? 5_000 : 2_000;
const REPLICAS = 3;
const HOSTS = 6;

describeWithPostgres(`three verifiers on one database, one killed every ${KILL_EVERY_MS / 1000} s`, () => {
  it('lose nothing that was answered, take no nonce twice, and answer everything in the end', {
    timeout: 180_000 + SECONDS * 3_000,
  }, async () => {
    const data = join(temporaryFolder(), 'data');
    await placeOnPostgres(data);
    const { hosts } = await foundFleet(data, HOSTS);
    const replicas = await startReplicas(data, REPLICAS);
    const outcome: Outcome = { witnessed: [], requests: 0, retries: 0, failures: [] };
    const began = performance.now();
    const served: number[] = [];
    let ended = false;
    const load = hosts.map((host) => attestAmong(replicas, host, outcome, () => ended));
    try {
      // By the clock, whatever stands by then.
      for (let at = KILL_EVERY_MS; at <= SECONDS * 1000; at += KILL_EVERY_MS) {
        await delay(began + at - performance.now());
        served.push(await replicas.killOne());
      }
      await replicas.whole();
      await expect.poll(() => outcome.witnessed.length).toBeGreaterThan(HOSTS);
    } finally {
      ended = true;
    }
    await Promise.all(load);
    const { witnessed, failures, requests, retries } = outcome;
    expect(failures).toEqual([]);
    expect(served).toHaveLength(Math.floor((SECONDS * 1000) / KILL_EVERY_MS));
    // Sent twice at once to two of them, the same bytes had one answer.
    const doubled = witnessed.filter(({ answers }) => answers.length === 2);
    for (const { answers } of doubled) expect(new Set(answers.map(withoutReceipt)).size).toBe(1);
    // And each of the others gives it again.
    expect(await contradictions(replicas.connection(), witnessed.slice(-30))).toEqual([]);
    await replicas.close();
    const { leaves, faults } = await examineLog(data, witnessed);
    expect(faults).toEqual([]);
    expect(leaves).toBeGreaterThan(2 * witnessed.length);
    process.stdout.write(
      `${witnessed.length} attestations, ${served.length} kills, of ${REPLICAS} replicas ${served.join(' ')} left by each; ` +
        `${requests} requests, ${retries} of them sent again, ${failures.length} failed\n`,
    );
  });
});

/** Its receipt is made anew, in the newest tree, for every repetition. */
function withoutReceipt(answer: string): string {
  const at = answer.lastIndexOf(',"receipt":');
  return at === -1 ? answer : answer.slice(0, at);
}
