import { resolve } from 'node:path';
import { session as sessionSchema } from '../../src/protocol/session.ts';
import { type Connection, connectTo } from '../fleet/connection.ts';
import { foundFleet } from '../fleet/found.ts';
import { bundleOf, type FleetHost, openSession, submitEvidence } from '../fleet/host.ts';
import { median, type Row, row } from './row.ts';
import { cpuPerRequest, startSubject } from './subject.ts';
import { inTemporaryFolder } from './temporary.ts';

const HOSTS = 200;
/** Not counted: V8 is still compiling the verifier's code after 10,000 reads, and its threads' time is the server's. */
const WARM_SLICES = 16;
const SLICES = 15;
const SLICE = { count: 800, concurrency: 32 };

const VERIFIER = resolve(import.meta.dirname, '../fleet/children/verifier.ts');
const EMPTY = resolve(import.meta.dirname, 'empty-koa.ts');

/**
 * Reads of the status of hosts and devices that attested, with a bearer token, access log and metrics; against an empty
 * Koa handler, both asked by the same client. By the servers' CPU time.
 */
export async function status(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const { hosts, tokens } = await foundFleet(folder, HOSTS);
    const subject = await startSubject(VERIFIER, { FLEET_DATA: folder, FLEET_LOG_LEVEL: 'info' });
    const baseline = await startSubject(EMPTY);
    const connection = connectTo(subject.url, SLICE.concurrency);
    const empty = connectTo(baseline.url, SLICE.concurrency);
    const headers = { authorization: `Bearer ${tokens.operator}` };
    const read = async (path: string): Promise<void> => {
      const { status, text } = await connection.ask('GET', path, { headers });
      if (status !== 200 || !text.includes('"level":"G2"')) throw new Error(`${path}: ${status} ${text}`);
    };
    const of = (index: number): FleetHost | undefined => hosts[index % hosts.length];
    try {
      for (const host of hosts) await attest(connection, host);
      const slices: { readonly host: number; readonly device: number; readonly empty: number }[] = [];
      for (let slice = 0; slice < WARM_SLICES + SLICES; slice++) {
        const measured = {
          host: await cpuPerRequest(subject, (index) => read(`/v1/hosts/${of(index)?.hostId}/status`), SLICE),
          empty: await cpuPerRequest(
            baseline,
            async () => void (await empty.ask('GET', '/', { headers })),
            SLICE,
          ),
          device: await cpuPerRequest(
            subject,
            (index) => read(`/v1/devices/${of(index)?.deviceId}/status`),
            SLICE,
          ),
        };
        if (slice >= WARM_SLICES) slices.push(measured);
      }
      const perSecond = (name: keyof (typeof slices)[number]): number =>
        median(slices.map((slice) => 1e6 / slice[name]));
      return (['host', 'device'] as const).map((name) =>
        row(`status: reads of a ${name}, by CPU`, perSecond(name), 'per CPU second', perSecond('empty')),
      );
    } finally {
      connection.close();
      empty.close();
      await subject.stop();
      await baseline.stop();
    }
  });
}

async function attest(connection: Connection, host: FleetHost): Promise<void> {
  const session = sessionSchema.parse(JSON.parse((await openSession(connection, host)).text));
  const { status, text } = await submitEvidence(connection, host, session.id, await bundleOf(host, session));
  if (status !== 200) throw new Error(`not appraised: ${status} ${text}`);
}
