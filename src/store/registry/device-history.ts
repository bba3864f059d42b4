import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Hole } from '../port.ts';
import { remembered } from '../remembered.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

/** Licences that name a device, oldest first, without their conditions; `tenant` is '' for anybody's. Along `licence_subject_key`. */
export const licencesOfDeviceAfter = statement(
  (db, hole: Hole<{ subject: string; tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('licence_subject')
      .innerJoin('licence', 'licence.id', 'licence_subject.licence_id')
      .leftJoin('licence_standing', 'licence_standing.licence_id', 'licence.id')
      .select([
        'licence.id',
        'licence.tenant',
        'licence.status',
        'licence.created_at_ms',
        'licence_subject.proven_at_ms',
        'licence_standing.suspends_at_ms',
      ])
      .where('licence_subject.subject', '=', hole('subject'))
      .where('licence_subject.licence_id', '>', hole('after'))
      .where((row) => row.or([row(hole('tenant'), '=', ''), row('licence.tenant', '=', hole('tenant'))]))
      .orderBy('licence_subject.licence_id')
      .limit(hole('limit')),
);

/** Whose incidents: of one tenant they are walked along its own index. */
type IncidentQuestion = { readonly ofTenant: boolean };
type IncidentValues = {
  tenant: string;
  /** Patterns of LIKE: by which names the device is known, and its host. */
  device: string;
  chip: string;
  host: string;
  after: string;
  limit: number;
};

/** Incidents one of whose subjects is a device, its chip or its host, oldest first. No index holds subjects: incidents are few. */
export const incidentsOfDeviceAfter = remembered(({ ofTenant }: IncidentQuestion) =>
  statement((db, hole: Hole<IncidentValues>) => {
    const names = (row: ExpressionBuilder<Schema, 'incident'>, name: 'device' | 'chip' | 'host') =>
      sql<SqlBool>`${row.ref('subjects')} like ${hole(name)} escape '\\'`;
    return db
      .selectFrom('incident')
      .selectAll()
      .$if(ofTenant, (query) => query.where('tenant', '=', hole('tenant')))
      .where((row) => row.or([names(row, 'device'), names(row, 'chip'), names(row, 'host')]))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit'));
  }),
);

type StayValues = { deviceId: string; quoted: string; tenant: string; before: string; limit: number };

/**
 * Times during which every grant that names a device was issued to one host, the newest first: neighbours among the device's grants, by
 * the instant of their issue, that have one host. A stay is known by its last grant (`before`: from behind which; identifiers sort by
 * age). All grants of the hosts that it was ever granted to are looked at.
 *
 * `quoted`: a pattern of LIKE for its identifier in a list; `tenant`: '' for anybody's, else whoever holds the licence or operates the host.
 */
export const staysOfDeviceBefore = statement((db, hole: Hole<StayValues>) => {
  const named = db
    .selectFrom('granted_device')
    .innerJoin('licence_grant', 'licence_grant.host_id', 'granted_device.host_id')
    .select((row) => [
      'licence_grant.id',
      'licence_grant.host_id',
      'licence_grant.issued_at_ms',
      sql<number>`row_number() over (order by ${row.ref('licence_grant.issued_at_ms')}, ${row.ref('licence_grant.id')})
        - row_number() over (partition by ${row.ref('licence_grant.host_id')} order by ${row.ref('licence_grant.issued_at_ms')}, ${row.ref('licence_grant.id')})`.as(
        'island',
      ),
    ])
    .where('granted_device.device_id', '=', hole('deviceId'))
    .where((row) => sql<SqlBool>`${row.ref('licence_grant.devices')} like ${hole('quoted')} escape '\\'`)
    .where((row) =>
      row.or([
        row(hole('tenant'), '=', ''),
        row('licence_grant.tenant', '=', hole('tenant')),
        row('licence_grant.host_tenant', '=', hole('tenant')),
      ]),
    )
    .as('named');
  const stays = db
    .selectFrom(named)
    .select((row) => [
      row.fn.min('named.id').as('first_id'),
      row.fn.max('named.id').as('last_id'),
      row.fn.min('named.issued_at_ms').as('first_ms'),
      row.fn.max('named.issued_at_ms').as('last_ms'),
      row.fn.countAll<number>().as('grants'),
    ])
    .groupBy(['named.host_id', 'named.island'])
    .having((row) => row(row.fn.max('named.id'), '<', hole('before')))
    .orderBy('last_id', 'desc')
    .limit(hole('limit'))
    .as('stay');
  return db
    .selectFrom(stays)
    .innerJoin('licence_grant', 'licence_grant.id', 'stay.last_id')
    .select([
      'stay.first_id',
      'stay.last_id',
      'stay.first_ms',
      'stay.last_ms',
      'stay.grants',
      'licence_grant.host_id',
      'licence_grant.facility_id',
      'licence_grant.licence_id',
      'licence_grant.decision_id',
    ])
    .orderBy('stay.last_id', 'desc');
});
