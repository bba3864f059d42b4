import { type ExpressionBuilder, sql } from 'kysely';
import type { Hole } from '../port.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';
import type { TrustInputTable } from './tables.ts';

export const insertTrustInput = statement((db, hole: Hole<TrustInputTable>) =>
  db.insertInto('trust_input').values({
    id: hole('id'),
    kind: hole('kind'),
    name: hole('name'),
    version: hole('version'),
    digest: hole('digest'),
    content: hole('content'),
    publication: hole('publication'),
    publisher_id: hole('publisher_id'),
    state: hole('state'),
    proposed_by: hole('proposed_by'),
    proposed_key: hole('proposed_key'),
    proposed_at_ms: hole('proposed_at_ms'),
    approved_by: hole('approved_by'),
    effective_at_ms: hole('effective_at_ms'),
    self_approved: hole('self_approved'),
    ended_by: hole('ended_by'),
    ended_at_ms: hole('ended_at_ms'),
    ended_reason: hole('ended_reason'),
    leaf_index: hole('leaf_index'),
  }),
);

export const trustInputById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('trust_input').selectAll().where('id', '=', hole('id')),
);

/** An input without its content, of which there may be megabytes. */
export type ListedTrustInput = Omit<TrustInputTable, 'content' | 'publication'>;

const LISTED = [
  'id',
  'kind',
  'name',
  'version',
  'digest',
  'publisher_id',
  'state',
  'proposed_by',
  'proposed_key',
  'proposed_at_ms',
  'approved_by',
  'effective_at_ms',
  'self_approved',
  'ended_by',
  'ended_at_ms',
  'ended_reason',
  'leaf_index',
] as const satisfies readonly (keyof ListedTrustInput)[];

/** Whose operator asks; '' for whoever sees everybody's. */
type Seeing = { tenant: string };

/** What is about a facility is seen by who operates it, as the facility is (service/registry/facilities.ts); whatever else by all. */
const seenBy = (
  row: ExpressionBuilder<Pick<Schema, 'trust_input' | 'facility'>, 'trust_input'>,
  hole: Hole<Seeing>,
) =>
  row.or([
    row(hole('tenant'), '=', ''),
    row('trust_input.kind', '!=', 'facility-audit'),
    row.exists(
      row
        .selectFrom('facility')
        .select('facility.id')
        .where('facility.operator_tenant', '=', hole('tenant'))
        // As `auditName` (service/location/audits.ts) makes the one of the other.
        .where('facility.id', '=', sql<string>`replace(substr(${row.ref('trust_input.name')}, 7), '.', '_')`),
    ),
  ]);

export const trustInputSeen = statement((db, hole: Hole<Seeing & { id: string }>) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where('id', '=', hole('id'))
    .where((row) => seenBy(row, hole)),
);

export const trustInputsSeenAfter = statement((db, hole: Hole<Seeing & { after: string; limit: number }>) =>
  db
    .selectFrom('trust_input')
    .select(LISTED)
    .where('id', '>', hole('after'))
    .where((row) => seenBy(row, hole))
    .orderBy('id')
    .limit(hole('limit')),
);

/** Everything in force: few rows, each read once for each epoch. */
export const effectiveTrustInputs = statement((db) =>
  db.selectFrom('trust_input').selectAll().where('state', '=', 'effective').orderBy('kind').orderBy('id'),
);

/** The same, and what was withdrawn of kinds whose word is not all gone by that (service/trust/effective.ts). */
export const countingTrustInputs = statement((db) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where((row) =>
      row.or([
        row('state', '=', 'effective'),
        row.and([row('state', '=', 'withdrawn'), row('kind', 'in', ['anchors', 'manufacturer'])]),
      ]),
    )
    .orderBy('kind')
    .orderBy('id'),
);

/** What was taken out of force, in the order in which it was. */
export const withdrawnTrustInputs = statement((db, hole: Hole<{ kind: string }>) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where('kind', '=', hole('kind'))
    .where('state', '=', 'withdrawn')
    .orderBy('ended_at_ms')
    .orderBy('id'),
);

/** Every version that ever was, whatever became of it. */
export const trustInputsByName = statement((db, hole: Hole<{ kind: string; name: string }>) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where('kind', '=', hole('kind'))
    .where('name', '=', hole('name'))
    .orderBy('id'),
);

/** The same without what they say: there may be many, and each may be large. */
export const versionsOfTrustInput = statement((db, hole: Hole<{ kind: string; name: string }>) =>
  db
    .selectFrom('trust_input')
    .select(['id', 'version', 'digest', 'state', 'publication'])
    .where('kind', '=', hole('kind'))
    .where('name', '=', hole('name'))
    .orderBy('id'),
);

/** The versions of a name that are in force. */
export const effectiveOfName = statement((db, hole: Hole<{ kind: string; name: string }>) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where('kind', '=', hole('kind'))
    .where('name', '=', hole('name'))
    .where('state', '=', 'effective')
    .orderBy('id'),
);

export const auditsSeenAfter = statement((db, hole: Hole<Seeing & { after: string; limit: number }>) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where('kind', '=', 'facility-audit')
    .where('id', '>', hole('after'))
    .where((row) => seenBy(row, hole))
    .orderBy('id')
    .limit(hole('limit')),
);

/** Every audit of one facility. */
export const auditsSeenByName = statement((db, hole: Hole<Seeing & { name: string }>) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where('kind', '=', 'facility-audit')
    .where('name', '=', hole('name'))
    .where((row) => seenBy(row, hole))
    .orderBy('id'),
);

/** What a publisher's signature alone put in force. */
export const effectiveByPublisher = statement((db, hole: Hole<{ publisherId: string }>) =>
  db
    .selectFrom('trust_input')
    .selectAll()
    .where('state', '=', 'effective')
    .where('publisher_id', '=', hole('publisherId')),
);

type Moved = Pick<
  TrustInputTable,
  | 'id'
  | 'state'
  | 'approved_by'
  | 'effective_at_ms'
  | 'self_approved'
  | 'ended_by'
  | 'ended_at_ms'
  | 'ended_reason'
  | 'leaf_index'
>;

/** Moves an input to another state; its content never changes. */
export const moveTrustInput = statement((db, hole: Hole<Moved>) =>
  db
    .updateTable('trust_input')
    .set({
      state: hole('state'),
      approved_by: hole('approved_by'),
      effective_at_ms: hole('effective_at_ms'),
      self_approved: hole('self_approved'),
      ended_by: hole('ended_by'),
      ended_at_ms: hole('ended_at_ms'),
      ended_reason: hole('ended_reason'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);

export const trustEpoch = statement((db) =>
  db.selectFrom('trust_epoch').select(['epoch', 'stamp']).where('id', '=', 1),
);

export const advanceTrustEpoch = statement((db, hole: Hole<{ stamp: string }>) =>
  db
    .updateTable('trust_epoch')
    .set((eb) => ({ epoch: eb('epoch', '+', 1), stamp: hole('stamp') }))
    .where('id', '=', 1),
);

/** Every host with the measurements of its newest authentic submission. */
export const measuredHosts = statement((db) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .select([
      'host.id',
      'host.tenant',
      'host.facility_id',
      'host.kind',
      'host.ek_anchor',
      'host_state.pcrs',
      'host_state.firmware_version',
      'host_state.tee_state',
      'host_state.vtpm_pcrs',
      'host_state.boot_state',
      'host_state.tee_anchors',
    ])
    .where((row) =>
      row.or([row('host_state.pcrs', 'is not', null), row('host_state.tee_state', 'is not', null)]),
    )
    .orderBy('host.id'),
);
