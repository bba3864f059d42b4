import { resolve } from 'node:path';
import { DEFAULT_WORKERS } from '../../../src/cli/serve/defaults.ts';
import { session as sessionSchema } from '../../../src/protocol/session.ts';
import { type Connection, connectTo } from '../../fleet/connection.ts';
import { type FleetHost, openSession, submitEvidence } from '../../fleet/host.ts';
import { startSubject } from '../subject.ts';
import type { GpuFleet } from './gpu-fleet.ts';
import { type Attested, offlineWork } from './offline-work.ts';

const CONCURRENT = 64;
const SLICES = 7;
/** Each slice: some attestations over HTTP, then the same ones again without HTTP and store. */
const SLICE = 200;

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
  readonly slice: () => Promise<Omit<Slice, 'baselineMicros'> & { readonly attested: readonly Attested[] }>;
  readonly peakKibibytes: () => Promise<number>;
  readonly close: () => Promise<void>;
};

/** A verifier to which each host of the fleet has attested once: NVIDIA is asked about each chip but then. */
export async function startLoaded(fleet: GpuFleet): Promise<LoadedVerifier> {
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
    for (const host of hosts) await attestAs(connection, host, fleet);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    slice: async () => {
      const attested: Attested[] = [];
      const started = performance.now();
      const before = await subject.cpuMicros();
      await inLanes(hosts, async (host) => void attested.push(await attestAs(connection, host, fleet)));
      const serverMicros = ((await subject.cpuMicros()) - before) / SLICE;
      return { attested, serverMicros, seconds: (performance.now() - started) / 1000 / SLICE };
    },
    peakKibibytes: subject.peakKibibytes,
    close,
  };
}

/** A verifier under the load of a fleet, and the same work without it. */
export async function underLoad(fleet: GpuFleet): Promise<Load> {
  const offline = await offlineWork(fleet.data, fleet.vendor.url);
  const verifier = await startLoaded(fleet);
  try {
    const slices: Slice[] = [];
    for (let slice = 0; slice <= SLICES; slice++) {
      const { attested, ...served } = await verifier.slice();
      const baselineMicros = await offline.cost(attested);
      if (slice > 0) slices.push({ ...served, baselineMicros }); // the first warms up
    }
    return { slices, peakKibibytes: await verifier.peakKibibytes() };
  } finally {
    await verifier.close();
    await offline.close();
  }
}

/** One attestation of a host with a GPU: a session, its evidence, an answer that both are accepted. */
async function attestAs(
  connection: Connection,
  host: FleetHost,
  { bundleOf }: Pick<GpuFleet, 'bundleOf'>,
): Promise<Attested> {
  const opened = await openSession(connection, host);
  if (opened.status !== 201) throw new Error(`no session: ${opened.status} ${opened.text}`);
  const session = sessionSchema.parse(JSON.parse(opened.text));
  const bundle = await bundleOf(host, session);
  const { status, text } = await submitEvidence(connection, host, session.id, bundle);
  const isGood = text.includes('"outcome":"accepted"') && text.includes('"outcome":"attested"');
  if (status !== 200 || !isGood) throw new Error(`not accepted: ${status} ${text.slice(0, 2000)}`);
  return { host, session, bundle };
}

/** {@link SLICE} pieces of work, {@link CONCURRENT} at a time, the hosts in turn and none twice at once. */
async function inLanes<T>(hosts: readonly T[], work: (host: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < SLICE) {
      const host = hosts[next++ % hosts.length];
      if (host !== undefined) await work(host);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, lane));
}
