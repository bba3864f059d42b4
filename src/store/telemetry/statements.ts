import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Hosts are counted in pages of so many grants, so that nobody waits long for one. */
const PAGE = 5_000;

/** The host with which a page of newest grants ends; none for the last page. */
export const grantPageEnd = statement((db, hole: Hole<{ after: string }>) =>
  db
    .selectFrom('host_grant')
    .select('host_id')
    .where('host_id', '>', hole('after'))
    .orderBy('host_id')
    .offset(PAGE)
    .limit(1),
);

/** The newest grants of the hosts of one page, by when they end. */
export const grantCounts = statement(
  (db, hole: Hole<{ after: string; until: string; nowMs: number; soonMs: number }>) =>
    db
      .selectFrom('host_grant')
      .select((row) => [
        row.fn.countAll<number>().as('unexpired'),
        row.fn
          .count<number>(row.case().when('expires_at_ms', '<=', hole('soonMs')).then(1).end())
          .as('ending_soon'),
      ])
      .where('host_id', '>', hole('after'))
      .where('host_id', '<=', hole('until'))
      .where('expires_at_ms', '>', hole('nowMs')),
);

/** Grants that something holds, whether or not they have ended. */
export const heldGrants = statement((db, hole: Hole<{ nowMs: number }>) =>
  db
    .selectFrom('grant_hold')
    .innerJoin('licence_grant', 'licence_grant.id', 'grant_hold.grant_id')
    .select((row) => row.fn.count<number>('grant_hold.grant_id').distinct().as('held'))
    .where('licence_grant.expires_at_ms', '>', hole('nowMs'))
    .where('licence_grant.status', '=', 'suspended'),
);

/** What is due by now, whether or not somebody is at it. */
export const overdueSchedules = statement((db, hole: Hole<{ nowMs: number }>) =>
  db
    .selectFrom('schedule')
    .select((row) => [
      row.fn.countAll<number>().as('overdue'),
      row.fn.min<number | null>('due_ms').as('oldest_due_ms'),
    ])
    .where('due_ms', '<=', hole('nowMs')),
);

/** How each webhook stands, and since when there is something that it has not heard; null where there is nothing. */
export const webhookStandings = statement((db) =>
  db.selectFrom('webhook').select((row) => [
    'state',
    'failures',
    row
      .selectFrom('event')
      .select('event.at_ms')
      .whereRef('event.sequence', '>', 'webhook.cursor')
      .where((event) =>
        event.or([
          event('webhook.sees_all', '=', 1),
          event('event.tenant', '=', event.ref('webhook.tenant')),
        ]),
      )
      .orderBy('event.sequence')
      .limit(1)
      .as('waiting_since_ms'),
  ]),
);

export const openIncidents = statement((db, hole: Hole<{ nowMs: number }>) =>
  db
    .selectFrom('incident')
    .select((row) => [
      row.fn.countAll<number>().as('unreported'),
      row.fn.count<number>(row.case().when('due_at_ms', '<', hole('nowMs')).then(1).end()).as('overdue'),
    ])
    .where('state', '=', 'open'),
);

export const openHolds = statement((db) =>
  db
    .selectFrom('latch')
    .select((row) => row.fn.countAll<number>().as('open'))
    .where('cleared_at_ms', 'is', null),
);

/** The largest tree that each witness cosigned. */
export const cosignedByWitness = statement((db, hole: Hole<{ origin: string }>) =>
  db
    .selectFrom('log_cosignature')
    .select((row) => ['witness', row.fn.max<number>('size').as('size')])
    .where('origin', '=', hole('origin'))
    .groupBy('witness')
    .orderBy('witness'),
);
