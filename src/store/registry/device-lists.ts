import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Hole } from '../port.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

/** What devices are looked for by; '' for anything. */
export type DevicesAsked = {
  tenant: string;
  facilityId: string;
  kind: string;
  notedState: string;
  /** A pattern of LIKE, for serial numbers and models. */
  pattern: string;
};

type Row = ExpressionBuilder<Pick<Schema, 'device'>, 'device'>;

const asked = (row: Row, hole: Hole<DevicesAsked>) => {
  const either = (column: 'tenant' | 'facility_id' | 'kind' | 'noted_state', name: keyof DevicesAsked) =>
    row.or([row(hole(name), '=', ''), row(column, '=', hole(name))]);
  const like = (column: 'serial' | 'model') =>
    sql<SqlBool>`lower(${row.ref(column)}) like ${hole('pattern')} escape '\\'`;
  return row.and([
    either('tenant', 'tenant'),
    either('facility_id', 'facilityId'),
    either('kind', 'kind'),
    either('noted_state', 'notedState'),
    row.or([row(hole('pattern'), '=', ''), like('serial'), like('model')]),
  ]);
};

/** Along the identifiers, or along those of the tenant where one is asked for. */
export const devicesAsked = statement((db, hole: Hole<DevicesAsked & { after: string; limit: number }>) =>
  db
    .selectFrom('device')
    .selectAll()
    .where((row) => asked(row, hole))
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const devicesOfTenantAsked = statement(
  (db, hole: Hole<DevicesAsked & { after: string; limit: number }>) =>
    db
      .selectFrom('device')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where((row) => asked(row, hole))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

export const devicesCounted = statement((db, hole: Hole<DevicesAsked>) =>
  db
    .selectFrom('device')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where((row) => asked(row, hole)),
);
