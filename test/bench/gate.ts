import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { askAs, connectTo } from '../fleet/connection.ts';
import { type FleetPlan, fillFleet, type LicensedHost } from './gate/fleet.ts';
import {
  BETWEEN_RENEWALS_MS,
  cpuEach,
  decideAll,
  decideWhole,
  IN_FLIGHT,
  inLanes,
  makeDue,
  passHalfLease,
  renewAll,
  requireRenewals,
} from './gate/renewals.ts';
import { foundWorld, type GateWorld, openWorld } from './gate/world.ts';
import { median, type Row, row } from './row.ts';
import { type Subject, startSubject } from './subject.ts';
import { inTemporaryFolder } from './temporary.ts';

const CUSTOMERS = 50;
const DEVICES_PER_LICENCE = 100;
const SLICE = 256;
const SLICES = 7;
/** Of hosts that renew one after the other, each with a commit of its own. */
const ALONE = 32;
const WARM_UP = 2;
/** GPUs of a host: the least that there is, and what most machines have. */
const SIZES = [1, 8] as const;
const CHILD = resolve(import.meta.dirname, '../fleet/children/verifier.ts');

/**
 * One host of a licence of 100 devices asks for its grant anew: decided with the base pack, debited, signed, logged and kept with all that
 * was weighed, durable. 100,000 devices in 1,000 licences, the embedded store. By processor time, against the least that a grant could
 * cost: one ES256 signature, one SHA-256 of what was weighed, and one row with both in a commit that many share.
 */
export async function gate(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const fleet = await foundFleet(folder, { devices: 100_000, keyed: 8 });
    // First, while the clock of the service still is that of the machine.
    const http = await overHttp(folder, fleet.eights);
    const rows = await inProcess(folder, fleet);
    return [...rows, http];
  });
}

type Fleet = { readonly ones: readonly LicensedHost[]; readonly eights: readonly LicensedHost[] };

/** A fleet of both kinds of hosts; those that will be measured have been granted their use half a lease ago. */
async function foundFleet(folder: string, sizes: Pick<FleetPlan, 'devices' | 'keyed'>): Promise<Fleet> {
  const clock = { nowMs: Date.now() - BETWEEN_RENEWALS_MS };
  const empty = await openWorld(folder, clock);
  const foundation = await foundWorld(empty.context, CUSTOMERS);
  await empty.close();
  const at = new Date(clock.nowMs);
  const hosts = fillFleet(folder, foundation, {
    ...sizes,
    devicesPerLicence: DEVICES_PER_LICENCE,
    gpusPerHost: SIZES,
    at,
  });
  const [ones, eights] = SIZES.map((size) => measured(hosts.filter(({ gpus }) => gpus === size)));
  if (ones === undefined || eights === undefined) throw new TypeError('two sizes');
  const world = await openWorld(folder, clock);
  await renewAll(world, [...ones, ...eights]);
  await world.close();
  return { ones, eights };
}

/** More than are measured need no grant. */
function measured(hosts: readonly LicensedHost[]): readonly LicensedHost[] {
  return hosts.slice(0, (SLICE + ALONE) * (SLICES + WARM_UP));
}

type Measured = 'ones' | 'eights' | 'alone' | 'decided' | 'bare';

/** Licences that are decided about whole at a time: as many devices as a slice of {@link SLICE} has, and some. */
const WHOLE = 3;

async function inProcess(folder: string, { ones, eights }: Fleet): Promise<Row[]> {
  const world = await openWorld(folder, { nowMs: Date.now() });
  const bare = new BareWork(join(folder, 'bare.db'));
  const micros: { readonly [K in Measured]: number }[] = [];
  const whole: Row[] = [];
  const turns = Math.floor(Math.min(ones.length, eights.length) / (SLICE + ALONE));
  const all = [...ones, ...eights];
  try {
    for (let slice = 0; slice < SLICES + WARM_UP; slice++) {
      // A small fleet is due again before all slices are taken.
      const turn = slice % turns;
      if (turn === 0) await makeDue(folder, world, all);
      const [one, eight] = [ones, eights].map((hosts) => hosts.slice(turn * SLICE, (turn + 1) * SLICE));
      const alone = ones.slice(ones.length - (turn + 1) * ALONE, ones.length - turn * ALONE);
      if (one === undefined || eight === undefined) throw new TypeError('two sizes');
      const requireNoNews = requireRenewals(folder);
      const found = {
        ones: await cpuEach(one.length, () => renewAll(world, one)),
        bare: await cpuEach(SLICE, () => bare.run(SLICE)),
        eights: await cpuEach(eight.length, () => renewAll(world, eight)),
        alone: await cpuEach(alone.length, () => renewAll(world, alone, 1)),
        decided: await cpuEach(one.length, () => decideAll(world, one)),
      };
      requireNoNews();
      if (slice >= WARM_UP) micros.push(found);
    }
    whole.push(...(await wholeLicences(folder, world, { ones, eights, bare })));
  } finally {
    bare.close();
    await world.close();
  }
  const rate = (name: Measured): number => median(micros.map((found) => 1e6 / found[name]));
  const of = (what: string, name: Measured): Row =>
    row(`gate: ${what}`, rate(name), 'per CPU second', rate('bare'));
  return [
    of(`renewals, ${IN_FLIGHT} at once, hosts of one GPU`, 'ones'),
    of(`renewals, ${IN_FLIGHT} at once, hosts of eight GPUs`, 'eights'),
    of('renewals, one at a time, hosts of one GPU', 'alone'),
    of("an authority's decisions, hosts of one GPU", 'decided'),
    ...whole,
  ];
}

type InHand = Fleet & { readonly bare: BareWork };

/**
 * Whole licences, each by one decision about its hundred devices, with a grant for every host that holds some: by devices, each of
 * which has a verdict of its own in the decision. Half a lease after their newest grants, as renewals are.
 */
async function wholeLicences(
  folder: string,
  world: GateWorld,
  { ones, eights, bare }: InHand,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const hosts of [ones, eights]) {
    const licences = [...new Set(hosts.map(({ licenceId }) => licenceId))];
    const turns = Array.from(
      { length: Math.min(SLICES + WARM_UP, Math.floor(licences.length / WHOLE)) },
      (_, turn) => licences.slice(turn * WHOLE, (turn + 1) * WHOLE),
    );
    const count = WHOLE * DEVICES_PER_LICENCE;
    // Once before, so that every host of theirs has a grant: those too that hold fewer GPUs than the others.
    for (const ids of turns) await decideWhole(world, ids, count);
    passHalfLease(folder, world);
    const found: { readonly devices: number; readonly bare: number }[] = [];
    const requireNoNews = requireRenewals(folder);
    for (const ids of turns) {
      const devices = await cpuEach(count, () => decideWhole(world, ids, count));
      found.push({ devices, bare: await cpuEach(SLICE, () => bare.run(SLICE)) });
    }
    requireNoNews();
    const late = found.slice(WARM_UP);
    const gpus = hosts[0]?.gpus === 1 ? 'one GPU' : 'eight GPUs';
    rows.push(
      row(
        `gate: devices, whole licences at a time, hosts of ${gpus}`,
        median(late.map(({ devices }) => 1e6 / devices)),
        'per CPU second',
        median(late.map((each) => 1e6 / each.bare)),
      ),
    );
  }
  return rows;
}

async function overHttp(folder: string, hosts: readonly LicensedHost[]): Promise<Row> {
  const subject = await startSubject(CHILD, { FLEET_DATA: folder, FLEET_LOG_LEVEL: 'info' });
  const connection = connectTo(subject.url, IN_FLIGHT);
  const bare = new BareWork(join(folder, 'bare-http.db'));
  const micros: { readonly server: number; readonly bare: number }[] = [];
  const renew = async ({ key, licenceId }: LicensedHost): Promise<void> => {
    if (key === null) throw new Error('a host without a key');
    const ask = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ licenceId }) };
    const { status, text } = await askAs(connection, key, '/v1/grants/renewals', ask);
    if (status !== 200 || !text.includes('"outcome":"granted"')) throw new Error(`${status} ${text}`);
  };
  try {
    await settled(subject);
    for (let slice = 0; slice < SLICES + WARM_UP; slice++) {
      const turn = hosts.slice(slice * SLICE, (slice + 1) * SLICE);
      const before = await subject.cpuMicros();
      await inLanes(turn, IN_FLIGHT, renew);
      const server = ((await subject.cpuMicros()) - before) / turn.length;
      const found = { server, bare: await cpuEach(SLICE, () => bare.run(SLICE)) };
      if (slice >= WARM_UP) micros.push(found);
    }
  } finally {
    bare.close();
    connection.close();
    await subject.stop();
  }
  const value = median(micros.map(({ server }) => 1e6 / server));
  const baseline = median(micros.map((found) => 1e6 / found.bare));
  return row('gate: renewals over HTTP with DPoP, hosts of eight GPUs', value, 'per CPU second', baseline);
}

/** Until the verifier has looked at all licences, as it does when it starts: that is no part of a renewal. */
async function settled(subject: Subject): Promise<void> {
  for (let quiet = 0, before = await subject.cpuMicros(); quiet < 3; ) {
    await sleep(1000);
    const now = await subject.cpuMicros();
    quiet = now - before < 50_000 ? quiet + 1 : 0;
    before = now;
  }
}

/** What no grant can do without, and nothing else. */
class BareWork {
  readonly #db: DatabaseSync;
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  /** About what is weighed of a host with eight GPUs. */
  readonly #text = 'x'.repeat(6000);
  #made = 0;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = full');
    this.#db.exec('create table bare (id text primary key, input text, token blob) strict');
  }

  run(count: number): void {
    const insert = this.#db.prepare('insert into bare values (?, ?, ?)');
    for (let done = 0; done < count; ) {
      this.#db.exec('begin immediate');
      for (const end = Math.min(count, done + IN_FLIGHT); done < end; done++) {
        const input = this.#text + this.#made++;
        const digest = hash('sha256', input, 'hex');
        const key = { key: this.#key, dsaEncoding: 'ieee-p1363' } as const;
        insert.run(digest, input, sign('sha256', Buffer.from(digest), key));
      }
      this.#db.exec('commit');
    }
  }

  close(): void {
    this.#db.close();
  }
}
