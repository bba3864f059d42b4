import { resolve } from 'node:path';
import { DEFAULT_WORKERS } from '../../../src/cli/serve/defaults.ts';
import { session as sessionSchema } from '../../../src/protocol/session.ts';
import { type Connection, connectTo, type Reply } from '../../fleet/connection.ts';
import { type FleetHost, openSession, submitEvidence } from '../../fleet/host.ts';
import { startSubject } from '../subject.ts';
import type { GpuFleet } from './gpu-fleet.ts';
import { type Attested, type OfflineWork, offlineWork } from './offline-work.ts';

const CONCURRENT = 64;
const SLICES = 7;
/** Each slice: some attestations over HTTP, then the same ones again without HTTP and store. */
const SLICE = 200;
const TRIES = 5;

const CHILD = resolve(import.meta.dirname, '../../fleet/children/verifier.ts');

/** What one slice took, for each attestation. */
export type Slice = {
  readonly serverMicros: number;
  readonly baselineMicros: number;
  readonly seconds: number;
};
export type Load = { readonly slices: readonly Slice[]; readonly peakKibibytes: number };

/** A verifier in a process of its own, its database being that of the fleet's folder. */
export type LoadedVerifier = {
  /** Some attestations, each of `hosts` in turn; of the whole fleet unless given. */
  readonly slice: (
    hosts?: readonly FleetHost[],
    count?: number,
  ) => Promise<Omit<Slice, 'baselineMicros'> & { readonly attested: readonly Attested[] }>;
  readonly peakKibibytes: () => Promise<number>;
  readonly close: () => Promise<void>;
};

/**
 * A verifier to which each host of the fleet has attested once: NVIDIA is asked about each chip but then.
 *
 * @param first those that have not yet; all unless given
 */
export async function startLoaded(
  fleet: GpuFleet,
  first: readonly FleetHost[] = fleet.hosts,
): Promise<LoadedVerifier> {
  const { data, hosts, vendor } = fleet;
  const subject = await startSubject(CHILD, {
    FLEET_DATA: data,
    FLEET_LOG_LEVEL: 'info',
    FLEET_NVIDIA: vendor.url,
    FLEET_WORKERS: `${DEFAULT_WORKERS}`,
  });
  const connection = connectTo(subject.url, CONCURRENT);
  const close = async (): Promise<void> => {
    connection.close();
    await subject.stop();
  };
  try {
    for (const host of first) await attestAs(connection, host, fleet);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    slice: async (among = hosts, count = SLICE) => {
      const attested: Attested[] = [];
      const started = performance.now();
      const before = await subject.cpuMicros();
      await inLanes(among, count, async (host) => {
        attested.push(await attestAs(connection, host, fleet));
      });
      const serverMicros = ((await subject.cpuMicros()) - before) / count;
      return { attested, serverMicros, seconds: (performance.now() - started) / 1000 / count };
    },
    peakKibibytes: subject.peakKibibytes,
    close,
  };
}

type Subject = {
  readonly offline: OfflineWork;
  readonly verifier: LoadedVerifier;
  readonly slices: Slice[];
};

/**
 * A verifier for each fleet under its load, in turns, and after each slice the same attestations without HTTP and store. What that took
 * of all of them is the baseline of each: whatever else the machine did meanwhile, no store is held against another minute.
 */
export async function underLoad(fleets: readonly GpuFleet[]): Promise<Load[]> {
  const closing: (() => Promise<void>)[] = [];
  const subjects: Subject[] = [];
  try {
    for (const fleet of fleets) {
      const offline = await offlineWork(fleet.data, fleet.vendor.url);
      closing.push(offline.close);
      const verifier = await startLoaded(fleet);
      closing.push(verifier.close);
      subjects.push({ offline, verifier, slices: [] });
    }
    for (let slice = 0; slice <= SLICES; slice++) await takeTurns(subjects, slice > 0); // the first warms up
    const loads: Load[] = [];
    for (const { slices, verifier } of subjects) {
      loads.push({ slices, peakKibibytes: await verifier.peakKibibytes() });
    }
    return loads;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function takeTurns(subjects: readonly Subject[], counts: boolean): Promise<void> {
  const taken: Omit<Slice, 'baselineMicros'>[] = [];
  let offlineMicros = 0;
  for (const { offline, verifier } of subjects) {
    const { attested, ...served } = await verifier.slice();
    taken.push(served);
    offlineMicros += await offline.cost(attested);
  }
  if (!counts) return;
  const baselineMicros = offlineMicros / subjects.length;
  for (const [turn, served] of taken.entries()) subjects[turn]?.slices.push({ ...served, baselineMicros });
}

/** One attestation of a host with a GPU: a session, its evidence, an answer that both are accepted. */
async function attestAs(
  connection: Connection,
  host: FleetHost,
  { bundleOf }: Pick<GpuFleet, 'bundleOf'>,
): Promise<Attested> {
  const opened = await answered(() => openSession(connection, host));
  if (opened.status !== 201) throw new Error(`no session: ${opened.status} ${opened.text}`);
  const session = sessionSchema.parse(JSON.parse(opened.text));
  const bundle = await bundleOf(host, session);
  const { status, text } = await answered(() => submitEvidence(connection, host, session.id, bundle));
  const isGood = text.includes('"outcome":"accepted"') && text.includes('"outcome":"attested"');
  if (status !== 200 || !isGood) throw new Error(`not accepted: ${status} ${text.slice(0, 2000)}`);
  return { host, session, bundle };
}

/** Sent again as agents do where there was no room: on a machine that is busy with other work ten seconds are not always enough. */
async function answered(ask: () => Promise<Reply>): Promise<Reply> {
  for (let tried = 1; ; tried++) {
    const reply = await ask();
    if (reply.status !== 503 || tried === TRIES) return reply;
  }
}

/** So many pieces of work, {@link CONCURRENT} at a time, the hosts in turn and none twice at once. */
async function inLanes<T>(
  hosts: readonly T[],
  count: number,
  work: (host: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const host = hosts[next++ % hosts.length];
      if (host !== undefined) await work(host);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, lane));
}
