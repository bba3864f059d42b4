import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decideUnderLicence } from '../../../src/service/decision/decide.ts';
import { renewGrant } from '../../../src/service/grant/renew.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';
import type { LicensedHost } from './fleet.ts';
import { type GateWorld, principal } from './world.ts';

/** Renewals under way at a time: as many share a commit. */
export const IN_FLIGHT = 128;

/** Just beyond half of a lease of an hour: what was granted before is due, and still runs. */
export const BETWEEN_RENEWALS_MS = 31 * 60_000;

/** Has every one of these hosts ask for its grant, as its proven request would, so many at a time. */
export async function renewAll(
  { context, clock }: GateWorld,
  hosts: readonly LicensedHost[],
  atOnce = IN_FLIGHT,
): Promise<void> {
  await inLanes(hosts, atOnce, async ({ hostId, tenant, jkt, licenceId }) => {
    const proof = { digest: randomInt(2 ** 47), expiresAt: new Date(clock.nowMs + 60_000) };
    const asked = { licenceId, listDevices: false };
    const renewal = await renewGrant(context, { hostId, tenant, jkt, proof }, asked);
    if (renewal.outcome !== 'granted') throw new Error(JSON.stringify(renewal.decision));
  });
}

/** Has an authority decide about the devices of each of these hosts by themselves. */
export async function decideAll({ context }: GateWorld, hosts: readonly LicensedHost[]): Promise<void> {
  const authority = principal('authority', 'bureau');
  await inLanes(hosts, IN_FLIGHT, async ({ licenceId, devices }) => {
    const request = { licenceId, action: 'use' as const, devices: [...devices], dryRun: false };
    const { decision } = await decideUnderLicence(context, authority, request);
    if (decision.outcome !== 'allow') throw new Error(JSON.stringify(decision));
  });
}

/** Has an authority decide about everything that these licences name, which is so many devices in all. */
export async function decideWhole(
  { context }: GateWorld,
  licences: readonly string[],
  devices: number,
): Promise<void> {
  const authority = principal('authority', 'bureau');
  const decided = await Promise.all(
    licences.map((licenceId) =>
      decideUnderLicence(context, authority, { licenceId, action: 'use', dryRun: false }),
    ),
  );
  const granted = decided.flatMap(({ grants }) =>
    grants.flatMap((grant) => JSON.parse(grant.devices) as string[]),
  );
  if (granted.length !== devices) throw new Error(`${granted.length} of ${devices} devices were granted`);
}

export async function inLanes(
  hosts: readonly LicensedHost[],
  atOnce: number,
  work: (host: LicensedHost) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let host = hosts[next++]; host !== undefined; host = hosts[next++]) await work(host);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/**
 * Lets half a lease pass. Meanwhile every host attested again, and the verifier's rounds counted what licences have delivered: that is
 * other work than a renewal's, and not measured with it.
 */
export function passHalfLease(data: string, { clock }: GateWorld): void {
  clock.nowMs += BETWEEN_RENEWALS_MS;
  recount(data, clock);
  const db = new DatabaseSync(join(data, DATABASE_FILE));
  // Some just now, others an hour ago, as ever.
  const hour = 60 * 60_000;
  db.exec(`update host_state set evidence_at_ms = ${clock.nowMs} - 1 - (evidence_at_ms % ${hour})`);
  db.close();
}

/**
 * Lets each of these hosts be due for renewal, with a grant that still runs: whoever was not granted lately is first. Of a grant that had ended the
 * next would be news, and its devices counted anew under the caps: no renewal.
 */
export async function makeDue(data: string, world: GateWorld, hosts: readonly LicensedHost[]): Promise<void> {
  await renewAll(world, hosts);
  passHalfLease(data, world);
}

/** @returns what throws where any grant since was news, and so none of those that are measured */
export function requireRenewals(data: string): () => void {
  const before = eventsIn(data);
  return () => {
    const more = eventsIn(data) - before;
    if (more > 0) throw new Error(`${more} grants were no renewals`);
  };
}

function eventsIn(data: string): number {
  const db = new DatabaseSync(join(data, DATABASE_FILE), { readOnly: true });
  try {
    return Number(
      db.prepare("select count(*) as count from event where type = 'grant.issued'").get()?.['count'],
    );
  } finally {
    db.close();
  }
}

/** What the verifier's rounds do every few minutes: what licences have delivered is counted. */
export function recount(data: string, clock: GateWorld['clock']): void {
  const db = new DatabaseSync(join(data, DATABASE_FILE));
  db.exec(`update delivery_tally set counted_at_ms = ${clock.nowMs}`);
  db.close();
}

/** Processor time of this process for each of `count`, microseconds. */
export async function cpuEach(count: number, work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
