import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { ChallengeOrderTable, ChallengeOutcome, ChallengeTable } from './tables.ts';

type NewOrder = Omit<
  ChallengeOrderTable,
  'state' | 'secret' | 'seed' | 'drawn_leaf' | 'drawn_at_ms' | 'deadline_ms' | 'ended_at_ms'
>;

export const insertOrder = statement((db, hole: Hole<NewOrder>) =>
  db.insertInto('challenge_order').values({
    id: hole('id'),
    of_kind: hole('of_kind'),
    of_id: hole('of_id'),
    wanted: hole('wanted'),
    answer_within_ms: hole('answer_within_ms'),
    commitment: hole('commitment'),
    population: hole('population'),
    population_sha256: hole('population_sha256'),
    reason: hole('reason'),
    ordered_by: hole('ordered_by'),
    ordered_at_ms: hole('ordered_at_ms'),
    leaf_index: hole('leaf_index'),
    state: 'ordered',
    secret: null,
    seed: null,
    drawn_leaf: null,
    drawn_at_ms: null,
    deadline_ms: null,
    ended_at_ms: null,
  }),
);

export const orderById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('challenge_order').selectAll().where('id', '=', hole('id')),
);

export const ordersAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('challenge_order')
    .selectAll()
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

type Drawn = {
  id: string;
  secret: string;
  seed: string;
  leafIndex: number;
  atMs: number;
  deadlineMs: number;
};

/** Changes no row where it was drawn before, or has lapsed. */
export const drawOrder = statement((db, hole: Hole<Drawn>) =>
  db
    .updateTable('challenge_order')
    .set({
      state: 'drawn',
      secret: hole('secret'),
      seed: hole('seed'),
      drawn_leaf: hole('leafIndex'),
      drawn_at_ms: hole('atMs'),
      deadline_ms: hole('deadlineMs'),
    })
    .where('id', '=', hole('id'))
    .where('state', '=', 'ordered'),
);

/** Changes no row where it has ended already. */
export const endOrder = statement(
  (db, hole: Hole<{ id: string; from: 'ordered' | 'drawn'; state: 'ended' | 'lapsed'; atMs: number }>) =>
    db
      .updateTable('challenge_order')
      .set({ state: hole('state'), ended_at_ms: hole('atMs') })
      .where('id', '=', hole('id'))
      .where('state', '=', hole('from')),
);

export const insertChallenge = statement((db, hole: Hole<ChallengeTable>) =>
  db.insertInto('challenge').values({
    order_id: hole('order_id'),
    device_id: hole('device_id'),
    position: hole('position'),
    host_id: hole('host_id'),
    session_id: hole('session_id'),
    outcome: hole('outcome'),
    settled_at_ms: hole('settled_at_ms'),
  }),
);

export const challengesOfOrder = statement((db, hole: Hole<{ orderId: string }>) =>
  db.selectFrom('challenge').selectAll().where('order_id', '=', hole('orderId')).orderBy('position'),
);

/** Those that a session is the answer to, and that are not settled. */
export const pendingOfSession = statement((db, hole: Hole<{ sessionId: string }>) =>
  db
    .selectFrom('challenge')
    .selectAll()
    .where('session_id', '=', hole('sessionId'))
    .where('outcome', '=', 'pending')
    .orderBy('order_id')
    .orderBy('position'),
);

/** Whoever is to answer one session answers another. */
export const moveChallenges = statement((db, hole: Hole<{ from: string; to: string }>) =>
  db
    .updateTable('challenge')
    .set({ session_id: hole('to') })
    .where('session_id', '=', hole('from'))
    .where('outcome', '=', 'pending'),
);

export const settleChallenge = statement(
  (db, hole: Hole<{ orderId: string; deviceId: string; outcome: ChallengeOutcome; atMs: number }>) =>
    db
      .updateTable('challenge')
      .set({ outcome: hole('outcome'), settled_at_ms: hole('atMs') })
      .where('order_id', '=', hole('orderId'))
      .where('device_id', '=', hole('deviceId'))
      .where('outcome', '=', 'pending'),
);

/** What became of a device that was drawn in a period: of orders that have ended. */
export const challengesOfDevice = statement(
  (db, hole: Hole<{ deviceId: string; fromMs: number; untilMs: number }>) =>
    db
      .selectFrom('challenge')
      .innerJoin('challenge_order', 'challenge_order.id', 'challenge.order_id')
      .select([
        'challenge.order_id',
        'challenge.outcome',
        'challenge.session_id',
        'challenge_order.drawn_at_ms',
      ])
      .where('challenge.device_id', '=', hole('deviceId'))
      .where('challenge_order.state', '=', 'ended')
      .where('challenge_order.drawn_at_ms', '>=', hole('fromMs'))
      .where('challenge_order.drawn_at_ms', '<', hole('untilMs'))
      .orderBy('challenge.order_id'),
);

/** The session that a host is challenged to answer; null where there is none. */
export const challengeOfHost = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('host_state')
    .innerJoin('session', 'session.id', 'host_state.challenge_session_id')
    .select([
      'session.id',
      'session.nonce',
      'session.issued_at_ms',
      'session.expires_at_ms',
      'session.submitted_at_ms',
      'session.lapsed_at_ms',
    ])
    .where('host_state.host_id', '=', hole('hostId')),
);

/** From now on the host is challenged to answer a session, and may do so at once. */
export const challengeHost = statement((db, hole: Hole<{ hostId: string; sessionId: string }>) =>
  db
    .updateTable('host_state')
    .set({ challenge_session_id: hole('sessionId') })
    .where('host_id', '=', hole('hostId')),
);

/** Changes no row where another session has taken its place. */
export const endHostChallenge = statement((db, hole: Hole<{ sessionId: string; hostId: string }>) =>
  db
    .updateTable('host_state')
    .set({ challenge_session_id: null })
    .where('host_id', '=', hole('hostId'))
    .where('challenge_session_id', '=', hole('sessionId')),
);

/** Devices at a facility, by id. */
export const devicesAtFacilityAfter = statement(
  (db, hole: Hole<{ facilityId: string; after: string; limit: number }>) =>
    db
      .selectFrom('device')
      .selectAll()
      .where('facility_id', '=', hole('facilityId'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);
