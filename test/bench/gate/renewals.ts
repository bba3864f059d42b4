import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { renewGrant } from '../../../src/service/grant/renew.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';
import type { LicensedHost } from './fleet.ts';
import type { GateWorld } from './world.ts';

/** Renewals under way at a time: as many share a commit. */
export const IN_FLIGHT = 128;

/** Just beyond half of a lease of an hour: what was granted before is due, and still runs. */
export const BETWEEN_RENEWALS_MS = 31 * 60_000;

/** Has every one of these hosts ask for its grant, as its proven request would. */
export async function renewAll({ context, clock }: GateWorld, hosts: readonly LicensedHost[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let host = hosts[next++]; host !== undefined; host = hosts[next++]) {
      const { hostId, tenant, jkt, licenceId } = host;
      const proof = { digest: randomInt(2 ** 47), expiresAt: new Date(clock.nowMs + 60_000) };
      const asked = { licenceId, listDevices: false };
      const renewal = await renewGrant(context, { hostId, tenant, jkt, proof }, asked);
      if (renewal.outcome !== 'granted') throw new Error(JSON.stringify(renewal.decision));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/**
 * Lets half a lease pass. Meanwhile every host attested again, and the verifier's rounds counted what licences have delivered: that is
 * other work than a renewal's, and not measured with it.
 */
export function passHalfLease(data: string, { clock }: GateWorld): void {
  clock.nowMs += BETWEEN_RENEWALS_MS;
  const db = new DatabaseSync(join(data, DATABASE_FILE));
  db.exec(`update delivery_tally set counted_at_ms = ${clock.nowMs}`);
  // Some just now, others an hour ago, as ever.
  const hour = 60 * 60_000;
  db.exec(`update host_state set evidence_at_ms = ${clock.nowMs} - 1 - (evidence_at_ms % ${hour})`);
  db.close();
}

/** Processor time of this process for each of `count`, microseconds. */
export async function cpuEach(count: number, work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
