import type { HostSort, HostState } from '../../protocol/host-list.ts';
import { DEFAULT_PAGE } from '../../protocol/page.ts';
import {
  type HostAnswerValues,
  type HostQuestion,
  hostCount,
  hostPage,
  hostsByFacility,
  hostsByState,
} from '../../store/attestation/host-lists.ts';
import type { View } from '../../store/port.ts';
import { trustEpoch } from '../../store/registry/trust.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Principal } from '../principal.ts';
import { partOf } from '../search.ts';
import { freshUntil } from '../session/pace.ts';

export type HostsWanted = {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly state?: HostState | undefined;
  readonly level?: string | undefined;
  readonly facilityId?: string | undefined;
  readonly search?: string | undefined;
  readonly sort?: HostSort | `-${HostSort}` | undefined;
  readonly count?: 'true' | undefined;
};

/** A row of the list; its columns are those of host and host_state, and how it stands. */
export type ListedHost = Awaited<ReturnType<typeof readPage>>[number];

export type HostList = {
  readonly items: readonly ListedHost[];
  readonly next: string | null;
  /** Where it was asked for. */
  readonly count: number | null;
};

/**
 * The hosts that a principal may see, as asked. How a host stands is by the verifier's clock, its newest submission and the
 * trust inputs in force, so that none is shown at a level that it has no more.
 *
 * @throws RequestError `invalid_request` for a cursor of another list
 */
export async function listHosts(context: Context, by: Principal, wanted: HostsWanted): Promise<HostList> {
  const { limit = DEFAULT_PAGE, sort = 'id' } = wanted;
  return context.store.read(async (view) => {
    const { question, values } = await questionOf(context, view, by, wanted);
    const rows = await readPage(view, { question, values, wanted, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    const counted = wanted.count === 'true' ? await view.first(hostCount(question), values) : null;
    return {
      items,
      next: last === undefined ? null : cursorOf(sort, last),
      count: counted === null ? null : (counted?.count ?? 0),
    };
  });
}

/** How many hosts stand how, and at which level: for the overview. In a snapshot of the caller's. */
export async function countHosts(context: Context, view: View, by: Principal) {
  const { question, values } = await questionOf(context, view, by, {});
  return view.all(hostsByState(question), values);
}

/** How the hosts of each facility stand: for the map. In a snapshot of the caller's. */
export async function countHostsByFacility(context: Context, view: View, by: Principal) {
  const { question, values } = await questionOf(context, view, by, {});
  return view.all(hostsByFacility(question), values);
}

async function questionOf(
  context: Context,
  view: View,
  by: Principal,
  {
    state = null,
    level,
    facilityId,
    search,
  }: Pick<HostsWanted, 'level' | 'facilityId' | 'search'> & {
    readonly state?: HostState | null | undefined;
  },
): Promise<{ question: HostQuestion; values: HostAnswerValues }> {
  const tenant = visibleTenant(by);
  const now = context.clock();
  const lifeMs = freshUntil(new Date(0), context.config).getTime();
  return {
    question: {
      state,
      ofTenant: tenant !== null,
      ofFacility: facilityId !== undefined,
      ofLevel: level !== undefined,
      named: search !== undefined,
    },
    values: {
      staleMs: now.getTime() - lifeMs,
      nowMs: now.getTime(),
      epoch: (await view.first(trustEpoch, {}))?.epoch ?? 0,
      tenant: tenant ?? '',
      facilityId: facilityId ?? '',
      level: level ?? '',
      pattern: partOf(search ?? ''),
    },
  };
}

type Reading = {
  readonly question: HostQuestion;
  readonly values: HostAnswerValues;
  readonly wanted: HostsWanted;
  readonly limit: number;
};

async function readPage(view: View, { question, values, wanted: { sort = 'id', after }, limit }: Reading) {
  const descending = sort.startsWith('-');
  const column = (descending ? sort.slice(1) : sort) as HostSort; // one of them, behind a minus or not
  const from =
    after === undefined
      ? { at: '', id: '' }
      : sort === 'id'
        ? { at: after, id: after }
        : readCursor(sort, after, column === 'evidence' ? 'number' : 'string');
  const page = hostPage({ ...question, sort: column, descending, further: after !== undefined });
  return view.all(page, { ...values, from: from.at, fromId: from.id, limit });
}

/** By enrolment it is the identifier alone, as in every other list. */
function cursorOf(sort: string, { id, name_key, evidence_key }: ListedHost): string {
  switch (sort) {
    case 'id':
      return id;
    case '-id':
      return writeCursor(sort, { at: id, id });
    case 'hostname':
    case '-hostname':
      return writeCursor(sort, { at: name_key, id });
    default:
      return writeCursor(sort, { at: evidence_key, id });
  }
}
