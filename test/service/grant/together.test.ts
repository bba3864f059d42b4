import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Act } from '../../../src/record/leaf.ts';
import type { Context } from '../../../src/service/context.ts';
import { carryOut } from '../../../src/service/decision/carry-out.ts';
import { visibleGround } from '../../../src/service/decision/ground.ts';
import { granteesOf } from '../../../src/service/grant/hosts-to-grant.ts';
import { LIST_SIZE, takeStatusPlaces } from '../../../src/service/grant/status-place.ts';
import { readLeases } from '../../../src/service/ledger/drawers.ts';
import { eventsAfter, lastEvent } from '../../../src/store/events/events.ts';
import { newestList } from '../../../src/store/grants/statuses.ts';
import type { Tx } from '../../../src/store/port.ts';
import { Slots } from '../../../src/store/slots.ts';
import { fillFleet, type LicensedHost } from '../../bench/gate/fleet.ts';
import { decideWhole, passHalfLease, renewAll } from '../../bench/gate/renewals.ts';
import { foundWorld, type GateWorld, openWorld, principal } from '../../bench/gate/world.ts';
import { temporaryStore } from '../../store/temporary.ts';

const AT = new Date('2026-03-01T12:00:00.000Z');
/** More than a statement reads at a time. */
const HOSTS = 40;

let folder: string;
let world: GateWorld;
let hosts: LicensedHost[];
let licenceId: string;
let hostIds: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-together-'));
  const clock = { nowMs: AT.getTime() };
  const empty = await openWorld(folder, clock);
  const foundation = await foundWorld(empty.context, 1);
  await empty.close();
  hosts = fillFleet(folder, foundation, {
    devices: HOSTS,
    devicesPerLicence: HOSTS,
    gpusPerHost: [1],
    keyed: null,
    at: AT,
  });
  world = await openWorld(folder, clock);
  licenceId = hosts[0]?.licenceId ?? '';
  hostIds = hosts.map(({ hostId }) => hostId);
  // Some have a grant, others none.
  await renewAll(world, hosts.slice(5, 9));
});

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

/** In a unit of work of which nothing remains. */
async function tried<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const found: T[] = [];
  const undone = new Error('undone');
  const unit = world.context.store.write(async (tx) => {
    found[0] = await work(tx);
    throw undone;
  });
  await expect(unit).rejects.toBe(undone);
  return found[0] as T; // `work` ended, or something else was thrown
}

describe('what is read of many hosts together', () => {
  it('is what is read of each of them', async () => {
    await tried(async (tx) => {
      const together = await granteesOf(tx, { licenceId, hostIds });
      const leases = await readLeases(tx, licenceId, hostIds);
      for (const [index, hostId] of hostIds.entries()) {
        const alone = await granteesOf(tx, { licenceId, hostIds: [hostId] });
        expect(together.get(hostId)).toMatchObject({ ...alone.get(hostId) });
        expect(together.get(hostId)?.before === undefined).toBe(index < 5 || index >= 9);
        expect(leases.get(hostId)).toEqual((await readLeases(tx, licenceId, [hostId])).get(hostId));
        expect(leases.has(hostId)).toBe(index >= 5 && index < 9);
      }
      expect([together.size, leases.size]).toEqual([HOSTS, 4]);
    });
  });

  it('fills the places of a statement with the first where there are fewer', () => {
    const slots = new Slots<number>('at', 3);
    expect(slots.fill([7, 8])).toEqual({ at0: 7, at1: 8, at2: 7 });
    expect([...slots.pages([1, 2, 3, 4])]).toEqual([[1, 2, 3], [4]]);
    expect(() => slots.fill([])).toThrow(TypeError);
    expect(() => slots.fill([1, 2, 3, 4])).toThrow(TypeError);
  });
});

describe('grants of one decision', () => {
  it('are each of their own host, behind the leaf of the decision; those that follow a valid one are no news', async () => {
    const acts: Act[] = [];
    const { leafIndex, grants, events } = await tried(async (tx) => {
      const noting = notingActs(tx, acts);
      const by = principal('authority', 'bureau');
      const ground = await visibleGround(noting, by, licenceId, AT);
      const after = (await tx.first(lastEvent, {}))?.sequence ?? 0;
      const request = { licenceId, action: 'use', dryRun: false } as const;
      const carried = await carryOut(world.context, noting, { ground, by, request, listDevices: false });
      return { ...carried, events: await tx.all(eventsAfter, { after, limit: 2 * HOSTS }) };
    });
    expect(new Set(grants.map(({ host_id }) => host_id))).toEqual(new Set(hostIds));
    for (const [index, grant] of grants.entries()) {
      const { id, host_id, list, position, token, leaf_index, expires_at_ms } = grant;
      const host = hosts.find(({ hostId }) => hostId === host_id);
      expect(claimsIn(token)).toMatchObject({
        jti: id,
        exp: expires_at_ms / 1000,
        cnf: { jkt: host?.jkt },
        host: { id: host_id },
        status: { status_list: { idx: position } },
        log: { leafIndex },
      });
      expect(JSON.parse(grant.devices)).toEqual(host?.devices);
      expect(leaf_index).toBe(leafIndex + 1 + index);
      expect(acts[index + 1]).toMatchObject({
        type: 'grant.issued',
        body: {
          grantId: id,
          hostId: host_id,
          status: { list, position },
          grantSha256: hash('sha256', token, 'hex'),
        },
      });
    }
    const had = new Set(hostIds.slice(5, 9));
    const news = grants.filter(({ host_id }) => !had.has(host_id));
    expect(news).toHaveLength(HOSTS - 4);
    expect(events.map(({ type, subject }) => ({ type, subject }))).toEqual(
      news.map(({ id }) => ({ type: 'grant.issued', subject: `grant:${id}` })),
    );
  });
});

/** The same unit of work; what it records stands in `acts` too, in order. */
function notingActs(tx: Tx, acts: Act[]): Tx {
  return {
    first: (statement, params) => tx.first(statement, params),
    all: (statement, params) => tx.all(statement, params),
    run: (statement, params) => tx.run(statement, params),
    record: (act) => {
      acts.push(act);
      return tx.record(act);
    },
  };
}

function claimsIn(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('statements about many', () => {
  it('are understood by the store that the suite runs on', async () => {
    const { store } = await temporaryStore();
    const places = await store.write(async (tx) => {
      expect(await granteesOf(tx, { licenceId: 'lic_0', hostIds })).toEqual(new Map());
      expect(await readLeases(tx, 'lic_0', hostIds)).toEqual(new Map());
      return takeStatusPlaces(drawing([5, 7, 5, 8]), tx, AT, 3);
    });
    expect(places).toEqual([5, 7, 8].map((position) => ({ list: 1, position })));
  });
});

/** Draws these positions, one after the other, and then on from the last. */
function drawing(positions: readonly number[]): Context {
  let draw = 0;
  const random = (): Uint8Array<ArrayBuffer> => {
    const position = positions[draw] ?? (positions.at(-1) ?? 0) + draw;
    draw += 1;
    return new Uint8Array([position >> 16, (position >> 8) & 255, position & 255]);
  };
  return { ...world.context, random };
}

describe('places in the list of statuses that are taken together', () => {
  it('are free, and none of them is another', async () => {
    await tried(async (tx) => {
      const { number } = (await tx.first(newestList, {})) ?? { number: 0 };
      const places = await takeStatusPlaces(drawing([9, 4, 9, 4, 4, 5]), tx, AT, HOSTS);
      expect(places.map(({ list }) => list)).toEqual(places.map(() => number));
      expect(new Set(places.map(({ position }) => position)).size).toBe(HOSTS);
      expect(places.every(({ position }) => position < LIST_SIZE)).toBe(true);
    });
  });

  it('are in a list of their own once nothing but taken ones is drawn', async () => {
    await tried(async (tx) => {
      const before = (await tx.first(newestList, {}))?.number ?? 0;
      const places = await takeStatusPlaces(drawing([3, ...Array(16).fill(3), 3, 6]), tx, AT, 3);
      expect(places[0]).toEqual({ list: before, position: 3 });
      expect(places.slice(1).map(({ list }) => list)).toEqual([before + 1, before + 1]);
      expect((await tx.first(newestList, {}))?.number).toBe(before + 1);
    });
  });

  it('are those of the grants of one decision', async () => {
    passHalfLease(folder, world);
    await decideWhole(world, [licenceId], HOSTS);
    passHalfLease(folder, world);
    await decideWhole(world, [licenceId], HOSTS);
  });
});
