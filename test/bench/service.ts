import { resolve } from 'node:path';
import { session as sessionSchema } from '../../src/protocol/session.ts';
import { connectTo } from '../fleet/connection.ts';
import { foundFleet } from '../fleet/found.ts';
import { bundleOf, type FleetHost, openSession, submitEvidence } from '../fleet/host.ts';
import { type Attested, offlineWork } from './offline-work.ts';
import { median, type Row, row } from './row.ts';
import { startSubject } from './subject.ts';
import { inTemporaryFolder } from './temporary.ts';

const HOSTS = 200;
const CONCURRENT = 64;
const SLICES = 7;
/** Each slice: some attestations over HTTP, then the same ones again without HTTP and store. */
const SLICE = 400;

const CHILD = resolve(import.meta.dirname, '../fleet/children/verifier.ts');

/**
 * Sessions and evidence over HTTP on the embedded store, durable, by the server's CPU time; against the CPU time of the
 * same work in one thread without HTTP and store: two DPoP proofs, the bundle, its appraisal, the EAR.
 */
export async function service(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const fleet = await foundFleet(folder, HOSTS);
    const offline = await offlineWork(folder);
    const subject = await startSubject(CHILD, { FLEET_DATA: folder, FLEET_LOG_LEVEL: 'info' });
    const connection = connectTo(subject.url, CONCURRENT);
    try {
      const slices: { readonly server: number; readonly baseline: number; readonly seconds: number }[] = [];
      for (let slice = 0; slice <= SLICES; slice++) {
        const attested: Attested[] = [];
        const attestAs = async (host: FleetHost): Promise<void> => {
          const opened = await openSession(connection, host);
          if (opened.status !== 201) throw new Error(`no session: ${opened.status} ${opened.text}`);
          const session = sessionSchema.parse(JSON.parse(opened.text));
          const bundle = await bundleOf(host, session);
          const { status, text } = await submitEvidence(connection, host, session.id, bundle);
          if (status !== 200 || !text.includes('"outcome":"accepted"'))
            throw new Error(`not accepted: ${status} ${text}`);
          attested.push({ host, session, bundle });
        };
        const started = performance.now();
        const before = await subject.cpuMicros();
        await inLanes(fleet.hosts, attestAs);
        const server = ((await subject.cpuMicros()) - before) / SLICE;
        const seconds = (performance.now() - started) / 1000;
        const baseline = await offline(attested);
        if (slice > 0) slices.push({ server, baseline, seconds }); // the first warms up
      }
      const rate = median(slices.map(({ seconds }) => SLICE / seconds));
      const perSecondOfCpu = median(slices.map(({ server }) => 1e6 / server));
      const baseline = median(slices.map((slice) => 1e6 / slice.baseline));
      return [
        row('service: attestations, by CPU', perSecondOfCpu, 'per CPU second', baseline),
        // For orientation: the load generator works on the same machine and is counted against it.
        row('service: attestations, by the clock', rate, 'per second', baseline),
      ];
    } finally {
      connection.close();
      await subject.stop();
    }
  });
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
