import { setTimeout as delay } from 'node:timers/promises';
import { session as sessionSchema } from '../../src/protocol/session.ts';
import { type Connection, connectTo, type Reply } from '../fleet/connection.ts';
import { bundleOf, type FleetHost, openSession, proveEvidence, submitWith } from '../fleet/host.ts';
import { spawnVerifier, type VerifierProcess } from './verifier-process.ts';
import type { Witnessed } from './witness.ts';

/** Several verifiers on one database and one folder of keys. */
export type Replicas = {
  /** To one of those that serve, another each time. */
  readonly connection: () => Connection;
  /** Kills the one that has served longest, while another that waited takes its place. */
  readonly replaceOne: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Replica = { readonly process: VerifierProcess; readonly connection: Connection };

/** Starts as many, and one more that waits. */
export async function startReplicas(data: string, count: number): Promise<Replicas> {
  const open = async (process: VerifierProcess): Promise<Replica> => ({
    process,
    connection: connectTo(await process.open()),
  });
  const serving = await Promise.all(Array.from({ length: count }, () => open(spawnVerifier(data))));
  let waiting = spawnVerifier(data);
  let turn = 0;
  return {
    connection: () => {
      turn = (turn + 1) % serving.length;
      const replica = serving[turn];
      if (replica === undefined) throw new Error('no replica serves');
      return replica.connection;
    },
    replaceOne: async () => {
      const [oldest] = serving;
      await oldest?.process.kill();
      const next = waiting;
      waiting = spawnVerifier(data);
      const replica = await open(next);
      serving.shift();
      oldest?.connection.close();
      serving.push(replica);
    },
    close: async () => {
      for (const { connection, process } of serving) {
        connection.close();
        await process.stop();
      }
      await waiting.kill();
    },
  };
}

/** What became of the load, whatever had to be sent again for it. */
export type Outcome = {
  readonly witnessed: Witnessed[];
  /** Requests that were sent again because no answer came, or because the answer was that it should be. */
  retries: number;
  /** What was neither answered nor refused for a reason of its host's own; none is the proof. */
  readonly failures: string[];
};

const PAUSE_MS = 50;
const TRIES = 200;

/**
 * One host's share of the load until `ended`: opens sessions and submits to whichever replica its turn is, and sends the same
 * bytes to another where no answer comes. Every tenth submission is sent twice at once, to two replicas.
 */
export async function attestAmong(
  replicas: Replicas,
  host: FleetHost,
  outcome: Outcome,
  ended: () => boolean,
): Promise<void> {
  while (!ended()) {
    const opened = await untilAnswered(outcome, () => openSession(replicas.connection(), host));
    if (opened === null) continue;
    const session = sessionSchema.parse(JSON.parse(opened.text));
    const note: Witnessed = { host, session, submission: null, answers: [] };
    outcome.witnessed.push(note);
    const bundle = await bundleOf(host, session);
    const submit = async (): Promise<void> => {
      let proof = '';
      const answer = await untilAnswered(outcome, async () => {
        proof = await proveEvidence(host, session.id);
        return submitWith(replicas.connection(), proof, session.id, bundle);
      });
      if (answer === null) return;
      note.submission = { bundle, proof };
      note.answers.push(answer.text);
    };
    const times = outcome.witnessed.length % 10 === 0 ? 2 : 1;
    await Promise.all(Array.from({ length: times }, submit));
  }
}

/** Null where it is refused for good, which is noted. */
async function untilAnswered(outcome: Outcome, ask: () => Promise<Reply>): Promise<Reply | null> {
  let last = 'no answer';
  for (let tried = 0; tried < TRIES; tried++) {
    const reply = await ask().catch((error: unknown) => String(error));
    if (typeof reply === 'string') last = reply;
    else if (reply.status === 200 || reply.status === 201) return reply;
    else if (reply.status === 503 || reply.status === 429) last = reply.text;
    else {
      outcome.failures.push(`${reply.status} ${reply.text}`);
      return null;
    }
    outcome.retries++;
    await delay(PAUSE_MS);
  }
  outcome.failures.push(`given up: ${last}`);
  return null;
}
