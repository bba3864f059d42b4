import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

type Period = { licenceId: string; fromMs: number; untilMs: number; size: number };

/**
 * The acts of decisions about a licence in a period, oldest first, from behind an instant and a leaf: as the log of that size has them, which
 * is the same whenever it is read.
 */
export const decisionActs = statement(
  (db, hole: Hole<Period & { afterMs: number; afterLeaf: number; limit: number }>) =>
    db
      .selectFrom('decision')
      .innerJoin('log_leaf', 'log_leaf.leaf_index', 'decision.leaf_index')
      .select([
        'decision.at_ms as decided_ms',
        'log_leaf.leaf_index',
        'log_leaf.type',
        'log_leaf.at_ms',
        'log_leaf.tenant',
        'log_leaf.body',
        'log_leaf.salt',
      ])
      .where('decision.licence_id', '=', hole('licenceId'))
      .where('decision.at_ms', '>=', hole('afterMs'))
      .where('decision.at_ms', '<', hole('untilMs'))
      .where('log_leaf.at_ms', '>=', hole('fromMs'))
      .where('log_leaf.at_ms', '<', hole('untilMs'))
      .where((row) =>
        row.or([
          row('decision.at_ms', '>', hole('afterMs')),
          row('decision.leaf_index', '>', hole('afterLeaf')),
        ]),
      )
      .where('decision.leaf_index', '<', hole('size'))
      .orderBy('decision.at_ms')
      .orderBy('decision.leaf_index')
      .limit(hole('limit')),
);

/** Grants that were issued in a period, by id, each with the newest of its statuses that the log of that size has. */
export const grantsIssued = statement((db, hole: Hole<Period & { after: string; limit: number }>) =>
  db
    .selectFrom('licence_grant')
    .select((row) => [
      'licence_grant.id',
      'licence_grant.host_id',
      'licence_grant.issued_at_ms',
      'licence_grant.expires_at_ms',
      'licence_grant.devices',
      'licence_grant.leaf_index',
      row
        .selectFrom('status_change')
        .select('status_change.status')
        .whereRef('status_change.list', '=', 'licence_grant.list')
        .whereRef('status_change.position', '=', 'licence_grant.position')
        .where('status_change.leaf_index', '<', hole('size'))
        .orderBy('status_change.leaf_index', 'desc')
        .limit(1)
        .as('changed'),
    ])
    .where('licence_grant.licence_id', '=', hole('licenceId'))
    .where('licence_grant.id', '>', hole('after'))
    .where('licence_grant.issued_at_ms', '>=', hole('fromMs'))
    .where('licence_grant.issued_at_ms', '<', hole('untilMs'))
    .where('licence_grant.leaf_index', '<', hole('size'))
    .orderBy('licence_grant.id')
    .limit(hole('limit')),
);

/** What was told of a device in a period, oldest first. */
export const eventsAbout = statement(
  (db, hole: Hole<{ subject: string; fromMs: number; untilMs: number; limit: number }>) =>
    db
      .selectFrom('event')
      .select(['type', 'at_ms', 'body'])
      .where('subject', '=', hole('subject'))
      .where('at_ms', '>=', hole('fromMs'))
      .where('at_ms', '<', hole('untilMs'))
      .where('type', 'in', ['device.state-changed', 'device.changed', 'device.retired'])
      .orderBy('sequence')
      .limit(hole('limit')),
);

/** Incidents that concern a licence and were open at any time in a period, oldest first. */
export const incidentsOfLicence = statement((db, hole: Hole<Omit<Period, 'size'>>) =>
  db
    .selectFrom('incident_licence')
    .innerJoin('incident', 'incident.id', 'incident_licence.incident_id')
    .selectAll('incident')
    .where('incident_licence.licence_id', '=', hole('licenceId'))
    .where('incident.opened_at_ms', '<', hole('untilMs'))
    .where((row) =>
      row.or([row('incident.closed_at_ms', 'is', null), row('incident.closed_at_ms', '>=', hole('fromMs'))]),
    )
    .orderBy('incident.opened_at_ms')
    .orderBy('incident.id'),
);

/** The organisations whose administrators run the verifier. */
export const administratorTenants = statement((db) =>
  db
    .selectFrom('principal')
    .select('tenant')
    .distinct()
    .where('role', '=', 'administrator')
    .where('disabled_at_ms', 'is', null)
    .orderBy('tenant'),
);

/** Until when what reports are made of was deleted by rule, by class, where that reaches behind an instant. */
export const deletedSince = statement((db, hole: Hole<{ fromMs: number }>) =>
  db
    .selectFrom('deletion')
    .select((row) => ['class', row.fn.max('until_ms').as('until_ms')])
    .where('class', 'in', ['decisions', 'grants', 'events'])
    .where('until_ms', '>', hole('fromMs'))
    .groupBy('class')
    .orderBy('class'),
);
