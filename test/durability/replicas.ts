import { setTimeout as delay } from 'node:timers/promises';
import { session as sessionSchema } from '../../src/protocol/session.ts';
import { type Connection, connectTo, type Reply } from '../fleet/connection.ts';
import { bundleOf, type FleetHost, openSession, proveEvidence, submitWith } from '../fleet/host.ts';
import { spawnVerifier, type VerifierProcess } from './verifier-process.ts';
import type { Witnessed } from './witness.ts';

/** Several verifiers on one database and one folder of keys. */
export type Replicas = {
  /** To another of them each time: whoever sends finds out by a broken connection that one is gone. */
  readonly connection: () => Connection;
  /**
   * Kills the one that has served longest, or where a single one serves the one that was started last. Another is started in
   * its place, and nobody waits for it.
   *
   * @returns how many serve then; never none
   */
  readonly killOne: () => Promise<number>;
  /** Resolves once each serves. @throws where one that nobody killed did not come up */
  readonly whole: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A place among them, whoever stands in it. */
type Place = {
  process: VerifierProcess;
  connection: Connection;
  serves: boolean;
  /** In the order of starts. */
  since: number;
  opening: Promise<void>;
};

/** That have loaded their program, as an image that was pulled, and wait for a place. */
const SPARES = 1;

/** Starts as many. */
export async function startReplicas(data: string, count: number): Promise<Replicas> {
  const spares = Array.from({ length: SPARES }, () => spawnVerifier(data));
  let starts = 0;
  const open = async (place: Pick<Place, 'process'>): Promise<Connection> =>
    connectTo(await place.process.open());
  const places = await Promise.all(
    Array.from({ length: count }, async (): Promise<Place> => {
      const process = spawnVerifier(data);
      const opening = Promise.resolve();
      return { process, connection: await open({ process }), serves: true, since: starts++, opening };
    }),
  );
  const replace = (place: Place): void => {
    const process = spares.shift() ?? spawnVerifier(data);
    spares.push(spawnVerifier(data));
    Object.assign(place, { process, serves: false, since: starts++ });
    const opened = open({ process }).then((connection) => {
      place.connection.close();
      Object.assign(place, { connection, serves: true });
    });
    // One that was killed as it started has no part in it any more: another has its place.
    place.opening = opened.catch((error: unknown) => {
      if (place.process === process) throw error;
    });
    place.opening.catch(() => {}); // said by `whole`
  };
  const bySince = (one: Place, other: Place): number => one.since - other.since;
  let turn = 0;
  return {
    connection: () => {
      turn = (turn + 1) % places.length;
      const place = places[turn];
      if (place === undefined) throw new Error('no replica stands');
      return place.connection;
    },
    killOne: async () => {
      const serving = places.filter(({ serves }) => serves).toSorted(bySince);
      const starting = places.filter(({ serves }) => !serves).toSorted(bySince);
      const place = serving.length > 1 ? serving[0] : starting.at(-1);
      if (place === undefined) throw new Error('the only replica is not killed');
      const { process } = place;
      replace(place);
      await process.kill();
      return places.filter(({ serves }) => serves).length;
    },
    whole: async () => {
      while (places.some(({ serves }) => !serves)) await Promise.all(places.map(({ opening }) => opening));
    },
    close: async () => {
      for (const { connection, process } of places) {
        connection.close();
        await process.stop();
      }
      await Promise.all(spares.map((spare) => spare.kill()));
    },
  };
}

/** What became of the load, whatever had to be sent again for it. */
export type Outcome = {
  readonly witnessed: Witnessed[];
  /** Requests that were sent, as often as they were. */
  requests: number;
  /** Of them those that were sent again because no answer came, or because the answer was that it should be. */
  retries: number;
  /** What was neither answered nor refused for a reason of its host's own; none is the proof. */
  readonly failures: string[];
};

const PAUSE_MS = 50;
/** Most of a minute, however long a server takes to come back on a busy machine. */
const TRIES = 1_000;

/**
 * One host's share of the load until `ended`: opens sessions and submits to whichever replica its turn is, and sends the same
 * bytes to another where no answer comes. Every tenth submission is sent twice at once, to two replicas.
 */
export async function attestAmong(
  replicas: Pick<Replicas, 'connection'>,
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
    outcome.requests++;
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
