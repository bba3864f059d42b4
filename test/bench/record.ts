import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { session as sessionSchema } from '../../src/protocol/session.ts';
import { SALT_BYTES } from '../../src/record/leaf.ts';
import { logKeyFile } from '../../src/service/keys/file-keys.ts';
import { receiptFor } from '../../src/service/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { connectTo, LOG_ORIGIN } from '../fleet/connection.ts';
import { foundFleet } from '../fleet/found.ts';
import { bundleOf, type FleetHost, openSession, submitEvidence } from '../fleet/host.ts';
import { median, type Row, row } from './row.ts';
import { startSubject } from './subject.ts';
import { inTemporaryFolder } from './temporary.ts';

const HOSTS = 100;
const CONCURRENT = 64;
const SLICES = 5;
const SLICE = 300;

const CHILD = resolve(import.meta.dirname, '../fleet/children/verifier.ts');

/**
 * What the log takes of an attestation: the server's CPU time for one over HTTP, against that time less what its two acts and
 * its receipt cost by themselves, in groups of the same size on a store of their own. A ratio of 0.85 is 15 % of throughput.
 */
export async function record(): Promise<Row[]> {
  const attestation = await inTemporaryFolder(attestationMicros);
  const log = await inTemporaryFolder(logMicros);
  return [
    row('record: attestations with the log', 1e6 / attestation, 'per CPU second', 1e6 / (attestation - log)),
    row('record: of one attestation, the log', log, 'CPU µs', attestation),
  ];
}

async function attestationMicros(folder: string): Promise<number> {
  const { hosts } = await foundFleet(folder, HOSTS);
  const subject = await startSubject(CHILD, { FLEET_DATA: folder });
  const connection = connectTo(subject.url, CONCURRENT);
  const attest = async (host: FleetHost): Promise<void> => {
    const opened = await openSession(connection, host);
    if (opened.status !== 201) throw new Error(`no session: ${opened.status} ${opened.text}`);
    const session = sessionSchema.parse(JSON.parse(opened.text));
    const { status, text } = await submitEvidence(
      connection,
      host,
      session.id,
      await bundleOf(host, session),
    );
    if (status !== 200) throw new Error(`not appraised: ${status} ${text}`);
  };
  try {
    const slices: number[] = [];
    for (let slice = 0; slice <= SLICES; slice++) {
      const before = await subject.cpuMicros();
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < SLICE) {
          const host = hosts[next++ % hosts.length];
          if (host !== undefined) await attest(host);
        }
      };
      await Promise.all(Array.from({ length: CONCURRENT }, lane));
      if (slice > 0) slices.push(((await subject.cpuMicros()) - before) / SLICE); // the first warms up
    }
    return median(slices);
  } finally {
    connection.close();
    await subject.stop();
  }
}

/** Two acts and a receipt each, so many at once as hosts attest at once; less the same units of work without any act. */
async function logMicros(folder: string): Promise<number> {
  const store = await openSqliteStore({ folder });
  const context = { store, keys: { log: logKeyFile(folder) }, config: { logOrigin: LOG_ORIGIN } };
  const body = {
    sessionId: 'ses_'.padEnd(30, 'x'),
    hostId: 'hst_'.padEnd(30, 'x'),
    digest: 'f'.repeat(64),
    more: 'f'.repeat(400),
  };
  const act = () => ({
    type: 'appraisal',
    at: new Date(),
    tenant: 'acme',
    body,
    salt: randomBytes(SALT_BYTES),
  });
  const withLog = async (): Promise<void> => {
    await store.write((tx) => tx.record(act()));
    const index = await store.write((tx) => tx.record(act()));
    JSON.stringify(await receiptFor(context, index));
  };
  const without = async (): Promise<void> => {
    await store.write(async () => {});
    await store.write(async () => {});
  };
  const cost = async (work: () => Promise<void>): Promise<number> => {
    const before = process.cpuUsage();
    for (let done = 0; done < SLICE * 4; done += CONCURRENT)
      await Promise.all(Array.from({ length: CONCURRENT }, work));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (Math.ceil((SLICE * 4) / CONCURRENT) * CONCURRENT);
  };
  try {
    const slices: number[] = [];
    for (let slice = 0; slice <= SLICES; slice++) {
      const [logged, bare] = [await cost(withLog), await cost(without)];
      if (slice > 0) slices.push(logged - bare);
    }
    return median(slices);
  } finally {
    await store.close();
  }
}
