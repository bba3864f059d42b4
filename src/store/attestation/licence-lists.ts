import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { LICENCE_STATUSES, type LicenceSort, type LicenceStatusName } from '../../protocol/licence-list.ts';
import type { Hole } from '../port.ts';
import { remembered } from '../remembered.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

/** What of a question is asked; the values go into the holes. */
export type LicenceQuestion = {
  readonly status: LicenceStatusName | null;
  readonly ofTenant: boolean;
  readonly sought: boolean;
};

export type LicenceAnswerValues = {
  tenant: string;
  /** Patterns of LIKE: for identifiers, and for holders. */
  begins: string;
  holds: string;
};

type Row = ExpressionBuilder<Pick<Schema, 'licence' | 'licence_standing'>, 'licence' | 'licence_standing'>;
type Whose = ExpressionBuilder<Pick<Schema, 'licence'>, 'licence'>;

/** Identifiers and tenants are in lower case, as the patterns are. */
const asked = (row: Whose, hole: Hole<LicenceAnswerValues>, question: LicenceQuestion) => {
  const { status, ofTenant, sought } = question;
  const like = (column: 'id' | 'tenant', pattern: 'begins' | 'holds') =>
    sql<SqlBool>`${row.ref(`licence.${column}`)} like ${hole(pattern)} escape '\\'`;
  return row.and([
    ...(ofTenant ? [row('licence.tenant', '=', hole('tenant'))] : []),
    ...(status === null ? [] : [row('licence.status', '=', status)]),
    ...(sought ? [row.or([like('id', 'begins'), like('tenant', 'holds')])] : []),
  ]);
};

/** Behind every instant: of a licence that nothing suspends, or that is not in force. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

const suspendsKey = (row: Row) =>
  row
    .case()
    .when(
      row.and([row('licence.status', '=', 'active'), row('licence_standing.suspends_at_ms', 'is not', null)]),
    )
    .then(row.ref('licence_standing.suspends_at_ms'))
    .else(row.lit(NEVER_MS))
    .end()
    .$castTo<number>();

export type LicenceOrder = {
  readonly sort: LicenceSort;
  readonly descending: boolean;
  readonly further: boolean;
};
export type LicencePageValues = LicenceAnswerValues & { from: number; fromId: string; limit: number };

/**
 * Licences in order, with how each stood at the last look and what it is ordered by. The place of each is found before its row is
 * read, for rows are long. By the next suspension all that are asked for are looked at: no index holds it beside the status.
 */
export const licencePage = remembered((question: LicenceQuestion & LicenceOrder) =>
  statement((db, hole: Hole<LicencePageValues>) => {
    const { sort, descending, further } = question;
    const direction = descending ? 'desc' : 'asc';
    const beyond = sql.raw(descending ? '<' : '>');
    const places = db
      .selectFrom('licence')
      .leftJoin('licence_standing', 'licence_standing.licence_id', 'licence.id')
      .select((row) => [
        'licence.id as licence_id',
        'licence_standing.suspends_at_ms',
        'licence_standing.cause',
        suspendsKey(row as unknown as Row).as('suspends_key'), // of the two tables that it names
      ])
      .where((row) => asked(row as unknown as Whose, hole, question)) // of the one
      .$if(further, (query) =>
        query.where((row) =>
          sort === 'id'
            ? sql<SqlBool>`${row.ref('licence.id')} ${beyond} ${hole('fromId')}`
            : sql<SqlBool>`(${suspendsKey(row as unknown as Row)}, ${row.ref('licence.id')}) ${beyond} (${hole('from')}, ${hole('fromId')})`,
        ),
      )
      // Each status is named, for SQLite reads the index of statuses then, in a quarter of the time that the rows take.
      .$if(sort !== 'id' && question.status === null, (query) =>
        query.where('licence.status', 'in', LICENCE_STATUSES),
      )
      .$if(sort !== 'id', (query) => query.orderBy('suspends_key', direction))
      .orderBy('licence.id', direction)
      .limit(hole('limit'))
      .as('place');
    return db
      .selectFrom(places)
      .innerJoin('licence', 'licence.id', 'place.licence_id')
      .selectAll('licence')
      .select(['place.suspends_at_ms', 'place.cause', 'place.suspends_key'])
      .$if(sort !== 'id', (query) => query.orderBy('place.suspends_key', direction))
      .orderBy('place.licence_id', direction);
  }),
);

export const licenceCount = remembered((question: LicenceQuestion) =>
  statement((db, hole: Hole<LicenceAnswerValues>) =>
    db
      .selectFrom('licence')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where((row) => asked(row, hole, question)),
  ),
);
