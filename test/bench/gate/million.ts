import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { groundOf } from '../../../src/service/decision/ground.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';
import { pairedRows, type Row } from '../row.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { copyFleet } from './copies.ts';
import { fillFleet, type LicensedHost } from './fleet.ts';
import { BETWEEN_RENEWALS_MS, cpuEach, decideAll, decideWhole, recount, renewAll } from './renewals.ts';
import { foundWorld, type GateWorld, openWorld } from './world.ts';

const CUSTOMERS = 50;
const DEVICES_PER_LICENCE = 100;
/** GPUs of a host, licence by licence: most machines have eight. */
const MACHINES = [1, 8, 8, 8];
const FEW = 10_000;
const TIMES = 100;
const ROUNDS = 9;
const WARM_UP = 2;
/** Hosts of a kind that renew together in a round. */
const TOGETHER = 64;
/** And that renew one after the other, each with a commit of its own. */
const ALONE = 16;
/** Licences that are decided about whole at a time. */
const WHOLE = 2;

/**
 * What decisions cost among a million devices, by processor time, against the same among ten thousand: one fleet, and that fleet a hundred times. Hosts and licences are drawn
 * at random from either whole register, none twice, and due for renewal; the two take turns, each first in every other round. On the embedded store.
 */
export async function gateMillion(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const few = join(folder, 'few');
    const many = join(folder, 'many');
    const clock = { nowMs: Date.now() - BETWEEN_RENEWALS_MS };
    await timed(`${FEW} devices`, () => foundFleet(few, clock));
    await timed(`${FEW * TIMES} devices`, async () => {
      cpSync(few, many, { recursive: true });
      copyFleet(many, TIMES - 1, (progress) => tell(progress));
    });
    clock.nowMs += BETWEEN_RENEWALS_MS;
    return inTurns(await openMeter(few, clock), await openMeter(many, clock));
  });
}

/** A fleet of hosts with one GPU and with eight, licence by licence, all of which have been granted their use. */
async function foundFleet(folder: string, clock: GateWorld['clock']): Promise<void> {
  const empty = await openWorld(folder, clock);
  const foundation = await foundWorld(empty.context, CUSTOMERS);
  await empty.close();
  const hosts = fillFleet(folder, foundation, {
    devices: FEW,
    devicesPerLicence: DEVICES_PER_LICENCE,
    gpusPerHost: MACHINES,
    keyed: null,
    at: new Date(clock.nowMs),
  });
  const world = await openWorld(folder, clock);
  await renewAll(world, hosts);
  await world.close();
}

/** What is counted of each: processor time, or reads and writes of files, of which a page that is written takes two. */
const RENEWALS = {
  ones: { what: `renewals, ${TOGETHER} at once, hosts of one GPU`, unit: 'CPU µs' },
  reads: { what: 'reads of files, of these', unit: 'calls' },
  writes: { what: 'writes of files, of these', unit: 'calls' },
  eights: { what: `renewals, ${TOGETHER} at once, hosts of eight GPUs`, unit: 'CPU µs' },
  alone: { what: 'renewals, one at a time, hosts of one GPU', unit: 'CPU µs' },
  decided: { what: "an authority's decisions, hosts of one GPU", unit: 'CPU µs' },
} as const;
const WHOLES = {
  ones: { what: 'a device, whole licences at a time, hosts of one GPU', unit: 'CPU µs' },
  eights: { what: 'a device, whole licences at a time, hosts of eight GPUs', unit: 'CPU µs' },
} as const;

type Names = Readonly<Record<string, { readonly what: string; readonly unit: string }>>;
type Found<N extends Names> = { readonly [K in keyof N]: number };

type Meter = {
  readonly renewals: (round: number) => Promise<Found<typeof RENEWALS>>;
  /** After all renewals: whoever is granted with a whole licence has nothing to renew. */
  readonly wholes: (round: number) => Promise<Found<typeof WHOLES>>;
  readonly close: () => Promise<void>;
};

/** The register of a folder, measured round by round, with the memory of a verifier that has run for a while: it knows the ground of every licence. */
async function openMeter(folder: string, clock: GateWorld['clock']): Promise<Meter> {
  recount(folder, clock);
  const rounds = ROUNDS + WARM_UP;
  const ones = drawHosts(folder, 1, rounds * (TOGETHER + ALONE));
  const eights = drawHosts(folder, 8, rounds * TOGETHER);
  const licences = { ones: licencesOf(ones), eights: licencesOf(eights) };
  const world = await openWorld(folder, clock);
  const at = new Date(clock.nowMs);
  for (const id of [...licences.ones, ...licences.eights]) {
    await world.context.store.read((view) => groundOf(view, id, at));
  }
  const part = <T>(all: readonly T[], round: number, length: number): readonly T[] => {
    const found = all.slice(round * length, (round + 1) * length);
    if (found.length < length) throw new RangeError('too few for so many rounds');
    return found;
  };
  const whole = (ids: readonly string[]): Promise<number> => {
    const devices = WHOLE * DEVICES_PER_LICENCE;
    return cpuEach(devices, () => decideWhole(world, ids, devices));
  };
  return {
    renewals: async (round) => {
      const one = part(ones, round, TOGETHER + ALONE);
      const [together, alone] = [one.slice(ALONE), one.slice(0, ALONE)];
      const eight = part(eights, round, TOGETHER);
      const before = callsSoFar();
      const onesMicros = await cpuEach(TOGETHER, () => renewAll(world, together));
      const after = callsSoFar();
      return {
        ones: onesMicros,
        reads: (after.reads - before.reads) / TOGETHER,
        writes: (after.writes - before.writes) / TOGETHER,
        eights: await cpuEach(TOGETHER, () => renewAll(world, eight)),
        alone: await cpuEach(ALONE, () => renewAll(world, alone, 1)),
        decided: await cpuEach(TOGETHER, () => decideAll(world, together)),
      };
    },
    wholes: async (round) => ({
      ones: await whole(part(licences.ones, round, WHOLE)),
      eights: await whole(part(licences.eights, round, WHOLE)),
    }),
    close: world.close,
  };
}

async function inTurns(few: Meter, many: Meter): Promise<Row[]> {
  try {
    return [
      ...(await compared(RENEWALS, few.renewals, many.renewals)),
      ...(await compared(WHOLES, few.wholes, many.wholes)),
    ];
  } finally {
    await few.close();
    await many.close();
  }
}

type Measure<N extends Names> = (round: number) => Promise<Found<N>>;

async function compared<N extends Names>(names: N, few: Measure<N>, many: Measure<N>): Promise<Row[]> {
  const found: { readonly few: Found<N>; readonly many: Found<N> }[] = [];
  for (let number = 0; number < ROUNDS + WARM_UP; number++) {
    const fewFirst = number % 2 === 0 ? await few(number) : null;
    const manyNow = await many(number);
    const round = { few: fewFirst ?? (await few(number)), many: manyNow };
    const ratios = Object.keys(names).map((name) => (round.many[name] ?? 0) / (round.few[name] ?? 0));
    tell(`round ${number}: ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`);
    if (number >= WARM_UP) found.push(round);
  }
  return Object.entries(names).flatMap(([name, { what, unit }]) => {
    const rounds = found.map((round) => ({
      value: round.many[name] ?? Number.NaN,
      baseline: round.few[name] ?? Number.NaN,
    }));
    const rows = pairedRows(`gate: at 1,000,000 devices, ${what}`, unit, rounds);
    // A round in which the log of either is copied into its database has ten times the calls of another.
    return unit === 'calls' ? rows.slice(0, 1) : rows;
  });
}

/** Of this process, where Linux counts them; not a number elsewhere. */
function callsSoFar(): { readonly reads: number; readonly writes: number } {
  const file = '/proc/self/io';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return {
    reads: Number(/^syscr: (\d+)$/m.exec(text)?.[1]),
    writes: Number(/^syscw: (\d+)$/m.exec(text)?.[1]),
  };
}

/** At random from the whole register, with as many GPUs each. */
function drawHosts(folder: string, gpus: number, count: number): readonly LicensedHost[] {
  const db = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true });
  try {
    const drawn = db
      .prepare(
        `select h.id, g.licence_id, h.tenant, h.jkt from host_grant g join host h on h.id = g.host_id
         where g.devices = ? order by random() limit ?`,
      )
      .all(gpus, count);
    const held = db.prepare('select device_id from host_device where host_id = ? order by device_id');
    return drawn.map(({ id, licence_id, tenant, jkt }) => ({
      hostId: String(id),
      licenceId: String(licence_id),
      tenant: String(tenant),
      gpus,
      devices: held.all(id ?? '').map(({ device_id }) => String(device_id)),
      jkt: String(jkt),
      key: null,
    }));
  } finally {
    db.close();
  }
}

function licencesOf(hosts: readonly LicensedHost[]): readonly string[] {
  return [...new Set(hosts.map(({ licenceId }) => licenceId))];
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (micros: number): string => (micros / 1e6).toFixed(0);
  tell(
    `${what} in ${seconds((performance.now() - started) * 1000)} s, ${seconds(user + system)} s of processor time`,
  );
}

function tell(progress: string): void {
  process.stderr.write(`gate-million: ${progress}\n`);
}
