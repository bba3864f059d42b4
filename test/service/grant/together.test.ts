import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/service/context.ts';
import { granteesOf } from '../../../src/service/grant/hosts-to-grant.ts';
import { LIST_SIZE, takeStatusPlaces } from '../../../src/service/grant/status-place.ts';
import { readLeases } from '../../../src/service/ledger/drawers.ts';
import { newestList } from '../../../src/store/grants/statuses.ts';
import type { Tx } from '../../../src/store/port.ts';
import { Slots } from '../../../src/store/slots.ts';
import { fillFleet, type LicensedHost } from '../../bench/gate/fleet.ts';
import { decideWhole, passHalfLease, renewAll } from '../../bench/gate/renewals.ts';
import { foundWorld, type GateWorld, openWorld } from '../../bench/gate/world.ts';
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
