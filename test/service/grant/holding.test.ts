import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decideUnderLicence } from '../../../src/service/decision/decide.ts';
import { renewGrant } from '../../../src/service/grant/renew.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';
import { fillFleet, type LicensedHost } from '../../bench/gate/fleet.ts';
import { recount } from '../../bench/gate/renewals.ts';
import { foundWorld, openWorld, principal } from '../../bench/gate/world.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const HOUR_MS = 3_600_000;
const authority = principal('authority', 'bureau');

const TOO_LARGE = ['facility.cluster-too-large'];

/** Two hosts of four GPUs at one facility, under one licence that allows six there at a time. */
async function openPair() {
  const folder = temporaryFolder();
  const clock = { nowMs: Date.parse('2026-03-01T12:00:00.000Z') };
  const empty = await openWorld(folder, clock);
  const foundation = await foundWorld(empty.context, 1);
  await empty.close();
  const plan = { devices: 8, devicesPerLicence: 8, gpusPerHost: [4], maxClusterDevices: 6, keyed: null };
  const hosts = fillFleet(folder, foundation, { ...plan, at: new Date(clock.nowMs) });
  const world = await openWorld(folder, clock);
  onTestFinished(() => world.close());

  const host = (index: number): LicensedHost => {
    const found = hosts[index];
    if (found === undefined) throw new Error('no such host');
    return found;
  };
  return {
    hosts,
    pass: (milliseconds: number) => {
      clock.nowMs += milliseconds;
      recount(folder, clock);
    },
    /** As the authority, about some of the devices of a host: the codes of a denial, empty for what is allowed. */
    decide: async (index: number, from: number, to: number): Promise<readonly string[]> => {
      const { licenceId, devices } = host(index);
      const request = { licenceId, action: 'use' as const, devices: devices.slice(from, to), dryRun: false };
      const { decision } = await decideUnderLicence(world.context, authority, request);
      return decision.reasons.map(({ code }) => code);
    },
    /** The operator's word, against which stands what another host shows. */
    claim: (deviceId: string | undefined, index: number) => {
      const db = new DatabaseSync(join(folder, DATABASE_FILE));
      db.prepare('update host_device set host_id = ? where device_id = ?').run(
        host(index).hostId,
        deviceId ?? '',
      );
      db.close();
    },
    renew: async (index: number) => {
      const { hostId, tenant, jkt, licenceId } = host(index);
      const proof = { digest: clock.nowMs + index, expiresAt: new Date(clock.nowMs + 60_000) };
      const asked = { licenceId, listDevices: false };
      return renewGrant(world.context, { hostId, tenant, jkt, proof }, asked);
    },
  };
}

describe('what a host holds at a facility', () => {
  it('is what any of its grants names that has not ended: who asks for less gives nothing back', async () => {
    const { decide, renew } = await openPair();
    expect(await decide(0, 0, 4)).toEqual([]);
    expect(await decide(0, 0, 1)).toEqual([]);
    expect(await decide(1, 0, 4)).toEqual(TOO_LARGE);
    expect((await renew(1)).outcome).toBe('denied');
    expect(await decide(1, 0, 2)).toEqual([]);
    // Others of the same host are more, the same ones are not.
    expect(await decide(1, 2, 3)).toEqual(TOO_LARGE);
    expect(await decide(1, 0, 2)).toEqual([]);
    expect(await decide(0, 2, 4)).toEqual([]);
  });

  it('lasts through renewals of fewer while the grant of more runs, and no longer', async () => {
    const { decide, pass } = await openPair();
    expect(await decide(0, 0, 4)).toEqual([]);
    pass(60_000);
    expect(await decide(0, 0, 1)).toEqual([]);
    expect(await decide(0, 0, 1)).toEqual([]);
    expect(await decide(1, 0, 3)).toEqual(TOO_LARGE);
    pass(HOUR_MS - 30_000);
    expect(await decide(0, 0, 1)).toEqual([]);
    expect(await decide(1, 0, 4)).toEqual([]);
  });
});

describe('a renewal', () => {
  it('is of what the host itself shows, whatever it is said to hold', async () => {
    const { hosts, claim, decide, renew } = await openPair();
    const [first, second] = hosts;
    // The device of the lower id is decided first, and shown by the other host.
    claim(first?.devices[0], 1);
    expect(await decide(0, 0, 1)).toEqual([]);
    const renewal = await renew(1);
    if (renewal.outcome !== 'granted') throw new Error(JSON.stringify(renewal));
    const { host_id: hostId, devices } = renewal.grant;
    expect([hostId, new Set(JSON.parse(devices))]).toEqual([second?.hostId, new Set(second?.devices)]);
  });
});
