import type { Query, QueryClient } from '@tanstack/react-query';
import { middleOf } from '../../location/authorised-area.ts';
import { call } from './call.ts';
import { Problem } from './problem.ts';
import type { ListOperation } from './read.ts';
import { type Row, withRow } from './with-row.ts';

/** How one row of a list is read by itself. */
type OneRow = {
  /** What subjects of events begin with. */
  readonly kind: string;
  readonly read: (id: string) => Promise<Row>;
};

/** Lists whose rows can be made of what is answered for one of them, and stand in the order of their identifiers. */
const ROWS: { readonly [O in ListOperation]?: OneRow } = {
  listFacilities: {
    kind: 'facility',
    read: (facilityId) => call('getFacility', { params: { facilityId } }),
  },
  listFacilityPlaces: {
    kind: 'facility',
    read: async (facilityId) => {
      const facility = await call('getFacility', { params: { facilityId } });
      return { ...facility, ...middleOf(facility.area) };
    },
  },
  listIncidents: {
    kind: 'incident',
    read: (incidentId) => call('getIncident', { params: { incidentId } }),
  },
};

/** Beyond this many the list is read whole. */
const MOST_ROWS = 20;

/** The part of a query's `meta` by which {@link mendRows} knows whose rows it holds. */
export function mendsRows(operation: ListOperation): { readonly mends?: ListOperation } {
  return ROWS[operation] === undefined ? {} : { mends: operation };
}

/** Whether {@link mendRows} may do for what was read. */
export function isMended(meta: Record<string, unknown> | undefined): boolean {
  return meta?.['mends'] !== undefined;
}

/**
 * Reads those rows of a whole list again that events told of, and puts them in their places. A row that the person may not see, or not any more, goes.
 *
 * @param subjects `<kind>:<id>`, of all events that touch the list
 * @returns false where the list must be read whole: something else was told of, too much, or it was read or changed meanwhile
 */
export async function mendRows(
  queries: QueryClient,
  query: Query,
  subjects: ReadonlySet<string>,
): Promise<boolean> {
  const one = ROWS[query.meta?.['mends'] as ListOperation]; // written by `mendsRows`
  const { data, isInvalidated, dataUpdateCount, fetchStatus } = query.state;
  const isIdle = fetchStatus === 'idle' && !isInvalidated && query.isActive();
  if (one === undefined || !isIdle || !Array.isArray(data) || subjects.size > MOST_ROWS) return false;
  const ids = [...subjects].map((subject) =>
    subject.startsWith(`${one.kind}:`) ? subject.slice(one.kind.length + 1) : null,
  );
  if (!ids.every((id) => id !== null)) return false;
  const read = await Promise.all(ids.map((id) => readRow(one, id))).catch(() => undefined);
  const now = query.state;
  // What came meanwhile may be newer than these rows, or older: who reads all of it again knows.
  const isSame = now.dataUpdateCount === dataUpdateCount && now.fetchStatus === 'idle' && !now.isInvalidated;
  if (read === undefined || !isSame) return false;
  const rows = data as readonly Row[]; // a list's, by `ROWS`
  const mended = read.reduce((before, row, index) => withRow(before, ids[index] ?? '', row), rows);
  queries.setQueryData(query.queryKey, mended, { updatedAt: now.dataUpdatedAt });
  return true;
}

/** Null where there is none for this person. */
async function readRow(one: OneRow, id: string): Promise<Row | null> {
  try {
    return await one.read(id);
  } catch (error) {
    if (error instanceof Problem && error.body.status === 404) return null;
    throw error;
  }
}
