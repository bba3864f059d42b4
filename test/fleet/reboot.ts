import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { startVerifier } from '../../src/cli/serve/verifier.ts';
import { renewalAnswer } from '../../src/protocol/grant.ts';
import { session as sessionSchema } from '../../src/protocol/session.ts';
import { startSubject } from '../bench/subject.ts';
import { license, trustChips } from '../durability/licensed-fleet.ts';
import { databaseOf } from '../postgres/choice.ts';
import { askAs, type Connection, connectTo, LOG_ORIGIN, PUBLIC_URL, type Reply } from './connection.ts';
import { foundFleet } from './found.ts';
import { bundleOf, type FleetHost, newSessionKeys, openSession, submitEvidence } from './host.ts';

const CHILD = resolve(import.meta.dirname, 'children/verifier.ts');
const HOSTS_A_LICENCE = 100;

/** A host that has lost whatever it held in memory, and the licence that names its GPU. */
type Rebooted = { readonly host: FleetHost; readonly licenceId: string };

/** What it took until every host held a grant again. */
export type Reboot = {
  /** From the first request of all to the last grant. */
  readonly seconds: number;
  /** Until half of them held one. */
  readonly medianSeconds: number;
  /** Requests that were sent again because the verifier asked for it, or no answer came. */
  readonly retries: number;
  /** Of the verifier, every thread of it. */
  readonly cpuSeconds: number;
  readonly peakKibibytes: number;
};

/**
 * Enrols hosts with a TPM and a GPU each, licenses them by the hundred, and lets all of them come up at the same instant: each opens a
 * session, shows its evidence and asks for a grant over a connection of its own, and waits as the agent does where it is told to.
 * @param data a folder that is new
 * @param workers threads that verify what is submitted
 */
export async function rebootFleet(data: string, hostCount: number, workers: number): Promise<Reboot> {
  const fleet = await licensed(data, hostCount);
  const verifier = await startSubject(CHILD, {
    FLEET_DATA: data,
    FLEET_LOG_LEVEL: 'info',
    FLEET_WORKERS: `${workers}`,
  });
  const connection = connectTo(verifier.url, hostCount);
  try {
    const before = await verifier.cpuMicros();
    const started = performance.now();
    const took: number[] = [];
    let retries = 0;
    const again = (): void => {
      retries++;
    };
    await Promise.all(
      fleet.map(async (rebooted) => {
        await comeUp(connection, rebooted, again);
        took.push((performance.now() - started) / 1000);
      }),
    );
    return {
      seconds: took.at(-1) ?? Number.NaN,
      medianSeconds: took[Math.floor(took.length / 2)] ?? Number.NaN,
      retries,
      cpuSeconds: ((await verifier.cpuMicros()) - before) / 1e6,
      peakKibibytes: await verifier.peakKibibytes(),
    };
  } finally {
    connection.close();
    await verifier.stop();
  }
}

async function licensed(data: string, hostCount: number): Promise<readonly Rebooted[]> {
  const { hosts } = await foundFleet(data, hostCount, { gpusEach: 1 });
  const verifier = await startVerifier({
    data,
    ...(await databaseOf(data)),
    host: '127.0.0.1',
    port: 0,
    publicUrl: PUBLIC_URL,
    log: pino({ level: 'silent' }),
    config: { logOrigin: LOG_ORIGIN },
  });
  try {
    await trustChips(verifier.context);
    const fleet: Rebooted[] = [];
    for (let at = 0; at < hosts.length; at += HOSTS_A_LICENCE) {
      const some = hosts.slice(at, at + HOSTS_A_LICENCE);
      const licenceId = await license(verifier.context, some);
      // Its session keys are gone with its memory.
      fleet.push(...some.map((host) => ({ host: { ...host, sessionKeys: newSessionKeys() }, licenceId })));
    }
    return fleet;
  } finally {
    await verifier.close();
  }
}

/** One host's way back to a grant. @throws Error for a refusal that is none to wait for */
async function comeUp(
  connection: Connection,
  { host, licenceId }: Rebooted,
  again: () => void,
): Promise<void> {
  const opened = await answered(() => openSession(connection, host), again);
  const session = sessionSchema.parse(JSON.parse(opened.text));
  const bundle = await bundleOf(host, session);
  const judged = await answered(() => submitEvidence(connection, host, session.id, bundle), again);
  if (!judged.text.includes('"outcome":"accepted"')) throw new Error(`not accepted: ${judged.text}`);
  const asked = {
    body: JSON.stringify({ licenceId }),
    headers: { 'content-type': 'application/json' },
  };
  const renewed = await answered(() => askAs(connection, host.hostKey, '/v1/grants/renewals', asked), again);
  if (renewalAnswer.parse(JSON.parse(renewed.text)).grant === null) throw new Error(renewed.text);
}

const LONGEST_PAUSE_MS = 10_000;
const TRIES = 40;

/**
 * The same request again after ever longer pauses, drawn at random, where the verifier has no room for it; with a new proof where the one
 * before grew old on the way, for all these hosts share one machine with the verifier.
 */
async function answered(ask: () => Promise<Reply>, again: () => void): Promise<Reply> {
  for (let tried = 1; ; tried++) {
    const reply = await ask().catch((error: unknown) => String(error));
    if (typeof reply !== 'string' && reply.status < 300) return reply;
    const waits =
      typeof reply === 'string' ||
      [408, 429, 503].includes(reply.status) ||
      reply.text.includes('"dpop_invalid"');
    const why = typeof reply === 'string' ? reply : `${reply.status} ${reply.text}`;
    if (!waits || tried === TRIES) throw new Error(why);
    again();
    await delay(1_000 + Math.random() * Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** tried));
  }
}
