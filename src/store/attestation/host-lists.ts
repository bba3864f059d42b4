import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { HostSort, HostState } from '../../protocol/host-list.ts';
import type { Hole } from '../port.ts';
import { remembered } from '../remembered.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

/** What of a question is asked; the values go into the holes. */
export type HostQuestion = {
  readonly state: HostState | null;
  readonly ofTenant: boolean;
  readonly ofFacility: boolean;
  readonly ofLevel: boolean;
  readonly named: boolean;
};

export type HostAnswerValues = {
  /** Evidence of then or before is too old. */
  staleMs: number;
  nowMs: number;
  epoch: number;
  tenant: string;
  facilityId: string;
  level: string;
  pattern: string;
};

/** The first that holds (protocol/host-list.ts); a level counts in the last alone. */
const stateOf = (row: Row, hole: Hole<HostAnswerValues>) =>
  row
    .case()
    .when('host_summary.suspended', '=', 1)
    .then('suspended')
    .when('host_summary.outcome', 'is', null)
    .then('never')
    .when('host_summary.outcome', '=', 'refused')
    .then('refused')
    .when(
      row.or([
        row('host_summary.evidence_at_ms', '<=', hole('staleMs')),
        row('host_summary.proves_until_ms', '<=', hole('nowMs')),
      ]),
    )
    .then('stale')
    .when('host_summary.trust_epoch', '!=', hole('epoch'))
    .then('earlier-trust')
    .else('proven')
    .end();

type Row = ExpressionBuilder<Pick<Schema, 'host_summary'>, 'host_summary'>;

const asked = (row: Row, hole: Hole<HostAnswerValues>, question: HostQuestion) => {
  const { state, ofTenant, ofFacility, ofLevel, named } = question;
  const wanted = ofLevel ? 'proven' : state;
  return row.and([
    ...(ofTenant ? [row('host_summary.tenant', '=', hole('tenant'))] : []),
    ...(ofFacility ? [row('host_summary.facility_id', '=', hole('facilityId'))] : []),
    ...(ofLevel ? [row('host_summary.level', '=', hole('level'))] : []),
    ...(wanted === null ? [] : [row(stateOf(row, hole), '=', wanted)]),
    // A level is asked for together with another state than `proven`: there is none.
    ...(ofLevel && state !== null && state !== 'proven' ? [row.lit(false)] : []),
    ...(named ? [sql<SqlBool>`${row.ref('host_summary.name_key')} like ${hole('pattern')} escape '\\'`] : []),
  ]);
};

const COLUMNS = {
  id: 'host_summary.host_id',
  hostname: 'host_summary.name_key',
  evidence: 'host_summary.evidence_at_ms',
} as const satisfies { readonly [S in HostSort]: string };

export type HostOrder = { readonly sort: HostSort; readonly descending: boolean; readonly further: boolean };
export type HostPageValues = HostAnswerValues & { from: string | number; fromId: string; limit: number };

/** Identifiers in order, with what they are ordered by. One statement for each question that was ever asked. */
export const hostPage = remembered((question: HostQuestion & HostOrder) =>
  statement((db, hole: Hole<HostPageValues>) => {
    const { sort, descending, further } = question;
    const direction = descending ? 'desc' : 'asc';
    const column = COLUMNS[sort];
    const answers = db
      .selectFrom('host_summary')
      .innerJoin('host', 'host.id', 'host_summary.host_id')
      .innerJoin('host_state', 'host_state.host_id', 'host.id')
      .select((row) => [
        'host.id',
        'host.tenant',
        'host.facility_id',
        'host.hostname',
        'host.kind',
        'host.tee',
        'host.identity_sha256',
        'host.enrolled_at_ms',
        'host.suspended_at_ms',
        'host.suspended_reason',
        'host_state.outcome',
        'host_state.evidence_at_ms',
        'host_state.evidence_session_id',
        'host_state.reasons',
        'host_state.failures',
        'host_state.unanswered',
        'host_state.next_attestation_after_ms',
        'host_summary.level',
        'host_summary.name_key',
        'host_summary.evidence_at_ms as evidence_key',
        stateOf(row as unknown as Row, hole).as('state'), // of the one table that it names
      ])
      .where((row) => asked(row as unknown as Row, hole, question)) // likewise
      .orderBy(column, direction)
      .$if(sort !== 'id', (query) => query.orderBy('host_summary.host_id', direction))
      .limit(hole('limit'));
    if (!further) return answers;
    const beyond = sql.raw(descending ? '<' : '>');
    const place =
      sort === 'id'
        ? sql`${sql.ref(column)} ${beyond} ${hole('fromId')}`
        : sql`(${sql.ref(column)}, ${sql.ref('host_summary.host_id')}) ${beyond} (${hole('from')}, ${hole('fromId')})`;
    return answers.where(sql<SqlBool>`${place}`);
  }),
);

export const hostCount = remembered((question: HostQuestion) =>
  statement((db, hole: Hole<HostAnswerValues>) =>
    db
      .selectFrom('host_summary')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where((row) => asked(row, hole, question)),
  ),
);

/** How many hosts stand how, and at which level. */
export const hostsByState = remembered((question: HostQuestion) =>
  statement((db, hole: Hole<HostAnswerValues>) =>
    db
      .selectFrom(
        db
          .selectFrom('host_summary')
          .select((row) => [stateOf(row, hole).as('state'), 'host_summary.level'])
          .where((row) => asked(row, hole, question))
          .as('each'),
      )
      .select((row) => ['state', 'level', row.fn.countAll<number>().as('count')])
      .groupBy(['state', 'level']),
  ),
);

/** How the hosts of each facility stand. */
export const hostsByFacility = remembered((question: HostQuestion) =>
  statement((db, hole: Hole<HostAnswerValues>) =>
    db
      .selectFrom(
        db
          .selectFrom('host_summary')
          .select((row) => [stateOf(row, hole).as('state'), 'host_summary.facility_id'])
          .where((row) => asked(row, hole, question))
          .as('each'),
      )
      .select((row) => ['facility_id', 'state', row.fn.countAll<number>().as('count')])
      .groupBy(['facility_id', 'state'])
      .orderBy('facility_id'),
  ),
);
