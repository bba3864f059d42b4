import { formatInstant } from '../../bytes/instant.ts';
import type { Event } from '../../protocol/event.ts';
import { DEFAULT_PAGE } from '../../protocol/page.ts';
import { eventsAfter, eventsOfTenantAfter, lastEvent } from '../../store/events/events.ts';
import type { EventTable } from '../../store/events/tables.ts';
import type { View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../principal.ts';
import { shows } from './types.ts';

/** Whose events somebody hears of, and which. */
export type Listener = {
  /** Null: of every tenant. */
  readonly tenant: string | null;
  readonly scopes: ReadonlySet<string>;
};

export function listenerOf(principal: Principal): Listener {
  return { tenant: visibleTenant(principal), scopes: principal.scopes };
}

type EventPage = {
  readonly items: readonly Event[];
  /** The last event that was looked at, shown or not: where the next page goes on. */
  readonly cursor: number;
  /** Whether there may be more. */
  readonly more: boolean;
};

/** Events behind a sequence number, oldest first, in a snapshot of the caller's. What was looked at is bounded by `limit`. */
export async function readEvents(
  view: View,
  { tenant, scopes }: Listener,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<EventPage> {
  const rows =
    tenant === null
      ? await view.all(eventsAfter, { after, limit })
      : await view.all(eventsOfTenantAfter, { tenant, after, limit });
  return {
    items: rows.filter(({ type }) => shows(scopes, type)).map(shown),
    cursor: rows.at(-1)?.sequence ?? after,
    more: rows.length === limit,
  };
}

/** A page for somebody who asks; `next` is null at the end, and the events to come are behind the last one's sequence. */
export async function listEvents(
  { store }: Pick<Context, 'store'>,
  by: Principal,
  {
    after = 0,
    limit = DEFAULT_PAGE,
  }: { readonly after?: number | undefined; readonly limit?: number | undefined },
): Promise<EventPage> {
  return store.read((view) => readEvents(view, listenerOf(by), { after, limit }));
}

/** The highest sequence number, in a snapshot or unit of work of the caller's; 0 before the first event. */
export async function lastSequence(view: Pick<View, 'first'>): Promise<number> {
  return (await view.first(lastEvent, {}))?.sequence ?? 0;
}

/** Of what is durable. */
export function newestSequence({ store }: Pick<Context, 'store'>): Promise<number> {
  return store.read(lastSequence);
}

function shown({ id, sequence, type, at_ms, tenant, subject, body }: EventTable): Event {
  const data = JSON.parse(body) as Event['data']; // what `tell` wrote
  return { id, sequence, type, timestamp: formatInstant(new Date(at_ms)), tenant, subject, data };
}
