import type { GrantStatus } from '../../protocol/grant.ts';
import type { Hole } from '../port.ts';
import { Slots } from '../slots.ts';
import { statement } from '../statement.ts';
import type { GrantedDeviceTable, HostGrantTable, LicenceGrantTable } from './tables.ts';

export const insertGrant = statement((db, hole: Hole<LicenceGrantTable>) =>
  db.insertInto('licence_grant').values({
    id: hole('id'),
    licence_id: hole('licence_id'),
    tenant: hole('tenant'),
    host_id: hole('host_id'),
    host_tenant: hole('host_tenant'),
    facility_id: hole('facility_id'),
    decision_id: hole('decision_id'),
    list: hole('list'),
    position: hole('position'),
    issued_at_ms: hole('issued_at_ms'),
    expires_at_ms: hole('expires_at_ms'),
    devices: hole('devices'),
    status: hole('status'),
    token: hole('token'),
    leaf_index: hole('leaf_index'),
  }),
);

export const grantById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('licence_grant').selectAll().where('id', '=', hole('id')),
);

export const grantsOfDecision = statement((db, hole: Hole<{ decisionId: string }>) =>
  db.selectFrom('licence_grant').selectAll().where('decision_id', '=', hole('decisionId')).orderBy('host_id'),
);

/** What a change of status needs of those that last and may still change. */
export const liveGrantsOfLicence = statement((db, hole: Hole<{ licenceId: string; nowMs: number }>) =>
  db
    .selectFrom('licence_grant')
    .select(['id', 'licence_id', 'host_id', 'tenant', 'list', 'position', 'status', 'devices'])
    .where('licence_id', '=', hole('licenceId'))
    .where('expires_at_ms', '>', hole('nowMs'))
    .where('status', '!=', 'invalid')
    .orderBy('id'),
);

/** The same, page by page, with their ends. */
export const liveGrantsOfLicenceAfter = statement(
  (db, hole: Hole<{ licenceId: string; nowMs: number; after: string; limit: number }>) =>
    db
      .selectFrom('licence_grant')
      .select([
        'id',
        'licence_id',
        'host_id',
        'tenant',
        'list',
        'position',
        'status',
        'devices',
        'expires_at_ms',
      ])
      .where('licence_id', '=', hole('licenceId'))
      .where('expires_at_ms', '>', hole('nowMs'))
      .where('status', '!=', 'invalid')
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

/** One of them. */
export const liveGrant = statement((db, hole: Hole<{ id: string; nowMs: number }>) =>
  db
    .selectFrom('licence_grant')
    .select(['id', 'licence_id', 'host_id', 'tenant', 'list', 'position', 'status', 'devices'])
    .where('id', '=', hole('id'))
    .where('expires_at_ms', '>', hole('nowMs'))
    .where('status', '!=', 'invalid'),
);

export const liveGrantsOfHost = statement((db, hole: Hole<{ hostId: string; nowMs: number }>) =>
  db
    .selectFrom('licence_grant')
    .select(['id', 'licence_id', 'host_id', 'tenant', 'list', 'position', 'status', 'devices'])
    .where('host_id', '=', hole('hostId'))
    .where('expires_at_ms', '>', hole('nowMs'))
    .where('status', '!=', 'invalid')
    .orderBy('id'),
);

/** What the grants of a host name that have not ended, and where. Not by licence as well: a licence may have very many. */
export const heldByHost = statement((db, hole: Hole<{ hostId: string; nowMs: number }>) =>
  db
    .selectFrom('licence_grant')
    .select(['licence_id', 'facility_id', 'devices', 'expires_at_ms'])
    .where('host_id', '=', hole('hostId'))
    .where('expires_at_ms', '>', hole('nowMs'))
    .where('status', '!=', 'invalid'),
);

/** What a grant says of its host, besides what a decision does: its key, and the appraisal that it rests on. */
export const hostToGrant = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .innerJoin('appraisal', 'appraisal.session_id', 'host_state.evidence_session_id')
    .select([
      'host.tenant',
      'host.facility_id',
      'host.jkt',
      'appraisal.session_id',
      'appraisal.evidence_digest',
      'appraisal.leaf_index',
    ])
    .where('host.id', '=', hole('hostId')),
);

export const setGrantStatus = statement((db, hole: Hole<{ id: string; status: GrantStatus }>) =>
  db
    .updateTable('licence_grant')
    .set({ status: hole('status') })
    .where('id', '=', hole('id')),
);

/** How the newest grant of a host under a licence stands, without the token, and its newest refusal; nulls where it had none. */
export const hostGrantStanding = statement((db, hole: Hole<{ hostId: string; licenceId: string }>) =>
  db
    .selectFrom('host_grant')
    .leftJoin('licence_grant', 'licence_grant.id', 'host_grant.grant_id')
    .select([
      'host_grant.denied_at_ms',
      'host_grant.devices as held',
      'host_grant.expires_at_ms as holds_until_ms',
      'licence_grant.id',
      'licence_grant.status',
      'licence_grant.issued_at_ms',
      'licence_grant.expires_at_ms',
      'licence_grant.devices',
    ])
    .where('host_grant.host_id', '=', hole('hostId'))
    .where('host_grant.licence_id', '=', hole('licenceId')),
);

/** Hosts that are read for their grants by one statement. */
export const GRANTED_TOGETHER = new Slots<string>('host', 32);

/**
 * {@link hostToGrant} and {@link hostGrantStanding} of several hosts under one licence, in no order: `session_id` is null where the first
 * has no row, `granted` where the second has none.
 */
export const hostsToGrant = statement((db, hole: Hole<{ [slot: string]: string; licenceId: string }>) =>
  db
    .selectFrom('host')
    .leftJoin('host_state', 'host_state.host_id', 'host.id')
    .leftJoin('appraisal', 'appraisal.session_id', 'host_state.evidence_session_id')
    .leftJoin('host_grant', (join) =>
      join.onRef('host_grant.host_id', '=', 'host.id').on('host_grant.licence_id', '=', hole('licenceId')),
    )
    .leftJoin('licence_grant', 'licence_grant.id', 'host_grant.grant_id')
    .select([
      'host.id as host_id',
      'host.tenant',
      'host.facility_id',
      'host.jkt',
      'appraisal.session_id',
      'appraisal.evidence_digest',
      'appraisal.leaf_index',
      'host_grant.host_id as granted',
      'host_grant.denied_at_ms',
      'host_grant.devices as held',
      'host_grant.expires_at_ms as holds_until_ms',
      'licence_grant.id',
      'licence_grant.status',
      'licence_grant.issued_at_ms',
      'licence_grant.expires_at_ms',
      'licence_grant.devices',
    ])
    .where('host.id', 'in', GRANTED_TOGETHER.names.map(hole)),
);

/** What {@link hostGrantStanding} reads. */
export type HostGrantStanding = Pick<HostGrantTable, 'denied_at_ms'> & {
  readonly held: HostGrantTable['devices'] | null;
  readonly holds_until_ms: HostGrantTable['expires_at_ms'] | null;
} & {
  readonly [C in 'id' | 'status' | 'issued_at_ms' | 'expires_at_ms' | 'devices']: LicenceGrantTable[C] | null;
};

export const noteHostGrant = statement((db, hole: Hole<Omit<HostGrantTable, 'denied_at_ms'>>) =>
  db
    .insertInto('host_grant')
    .values({
      host_id: hole('host_id'),
      licence_id: hole('licence_id'),
      grant_id: hole('grant_id'),
      expires_at_ms: hole('expires_at_ms'),
      end_user: hole('end_user'),
      facility_id: hole('facility_id'),
      devices: hole('devices'),
      denied_at_ms: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['host_id', 'licence_id']).doUpdateSet({
        grant_id: hole('grant_id'),
        expires_at_ms: hole('expires_at_ms'),
        end_user: hole('end_user'),
        facility_id: hole('facility_id'),
        devices: hole('devices'),
        denied_at_ms: null,
      }),
    ),
);

/** {@link noteHostGrant} where nothing but the grant is another: the index of clusters is left alone. Changes no row otherwise. */
export const renewHostGrant = statement((db, hole: Hole<Omit<HostGrantTable, 'denied_at_ms'>>) =>
  db
    .updateTable('host_grant')
    .set({ grant_id: hole('grant_id'), expires_at_ms: hole('expires_at_ms'), denied_at_ms: null })
    .where('host_id', '=', hole('host_id'))
    .where('licence_id', '=', hole('licence_id'))
    .where('end_user', '=', hole('end_user'))
    .where('facility_id', '=', hole('facility_id'))
    .where('devices', '=', hole('devices')),
);

/** What it had stays as it was. */
export const noteHostDenied = statement(
  (db, hole: Hole<{ hostId: string; licenceId: string; nowMs: number }>) =>
    db
      .insertInto('host_grant')
      .values({
        host_id: hole('hostId'),
        licence_id: hole('licenceId'),
        grant_id: null,
        expires_at_ms: 0,
        end_user: null,
        facility_id: null,
        devices: 0,
        denied_at_ms: hole('nowMs'),
      })
      .onConflict((conflict) =>
        conflict.columns(['host_id', 'licence_id']).doUpdateSet({ denied_at_ms: hole('nowMs') }),
      ),
);

export const noteGrantedDevice = statement((db, hole: Hole<GrantedDeviceTable>) =>
  db
    .insertInto('granted_device')
    .values({ device_id: hole('device_id'), host_id: hole('host_id') })
    .onConflict((conflict) => conflict.columns(['device_id', 'host_id']).doNothing()),
);

export const hostsOfDevice = statement((db, hole: Hole<{ deviceId: string }>) =>
  db.selectFrom('granted_device').select('host_id').where('device_id', '=', hole('deviceId')),
);

/** How many devices hosts at a facility hold for an end user, in all. */
export const grantedInCluster = statement(
  (db, hole: Hole<{ endUser: string; facilityId: string; nowMs: number }>) =>
    db
      .selectFrom('host_grant')
      // PostgreSQL's sums are of another type than what is summed.
      .select((row) => row.cast<number | null>(row.fn.sum('devices'), 'bigint').as('devices'))
      .where('end_user', '=', hole('endUser'))
      .where('facility_id', '=', hole('facilityId'))
      .where('expires_at_ms', '>', hole('nowMs')),
);

/** Of that, what one host holds under one licence. */
export const grantedToHost = statement(
  (
    db,
    hole: Hole<{ hostId: string; licenceId: string; endUser: string; facilityId: string; nowMs: number }>,
  ) =>
    db
      .selectFrom('host_grant')
      .select('devices')
      .where('host_id', '=', hole('hostId'))
      .where('licence_id', '=', hole('licenceId'))
      .where('end_user', '=', hole('endUser'))
      .where('facility_id', '=', hole('facilityId'))
      .where('expires_at_ms', '>', hole('nowMs')),
);
