import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LandmarkStanding } from '../../protocol/overview.ts';
import { readHead } from '../../store/log/statements.ts';
import type { Store, View } from '../../store/port.ts';
import {
  cosignedByWitness,
  grantCounts,
  grantPageEnd,
  heldGrants,
  openHolds,
  openIncidents,
  overdueSchedules,
  webhookStandings,
} from '../../store/telemetry/statements.ts';
import type { Context } from '../context.ts';
import { countLandmarks } from '../location/count-landmarks.ts';
import { effectiveTrust } from '../trust/effective.ts';

/**
 * How things stand in the store at one moment, for whoever watches: the same for every verifier on one database. Instants are
 * milliseconds since the epoch.
 */
export type ServiceState = {
  readonly atMs: number;
  readonly log: { readonly leaves: number; readonly lastLeafMs: number };
  /** By the witness's key, as it is published: leaves of the largest tree that it cosigned. */
  readonly cosigned: ReadonlyMap<string, number>;
  /** The newest grant of each host and licence. One that ends soon was not renewed in half of its time. */
  readonly grants: { readonly unexpired: number; readonly endingSoon: number; readonly suspended: number };
  readonly webhooks: {
    readonly active: number;
    /** Of those, whose last attempt failed. */
    readonly failing: number;
    readonly disabled: number;
    /** Of the oldest event that an active one has not heard; null where all have heard all. */
    readonly waitingSinceMs: number | null;
  };
  readonly schedule: { readonly overdue: number; readonly oldestDueMs: number | null };
  readonly incidents: { readonly unreported: number; readonly overdue: number };
  readonly holds: number;
  readonly landmarks: { readonly [S in LandmarkStanding]: number };
};

/** Grants renew from half of their time on; an hour is what they last where a licence does not say. */
export const ENDING_SOON_MS = 10 * 60_000;

/** Scrapers ask as often as they like, and together: the store is asked no more often than this. */
const KEEP_MS = 5_000;
/** What grows with the fleet is asked more seldom still. */
const KEEP_GRANTS_MS = 60_000;

/** Reads how things stand. @throws AvailabilityError; what it cannot read it does not make up */
export type StateReader = () => Promise<ServiceState>;

export function stateReader(context: Pick<Context, 'store' | 'clock' | 'config'>): StateReader {
  const { store, clock } = context;
  const grants = keptFor(KEEP_GRANTS_MS, clock, () => countGrants(store, clock().getTime()));
  const rest = keptFor(KEEP_MS, clock, () => store.read((view) => readRest(context, view, clock())));
  return async () => ({ ...(await rest()), grants: await grants() });
}

/** Asks at most once in a while, and again at once after a failure. */
function keptFor<T>(ms: number, clock: Context['clock'], read: () => Promise<T>): () => Promise<T> {
  let kept: { readonly atMs: number; readonly answer: Promise<T> } | undefined;
  return async () => {
    const atMs = clock().getTime();
    if (kept === undefined || atMs - kept.atMs >= ms) kept = { atMs, answer: read() };
    try {
      return await kept.answer;
    } catch (error) {
      kept = undefined;
      throw error;
    }
  };
}

/** Behind every host's id: those end with letters and digits. */
const LAST = '~';

/** One page after another, with others' turns in between: an embedded database answers nobody else meanwhile. */
async function countGrants(store: Store, nowMs: number): Promise<ServiceState['grants']> {
  const counts = { unexpired: 0, endingSoon: 0 };
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after;
    const end = await store.first(grantPageEnd, { after: from });
    const until = end?.host_id ?? LAST;
    const page = await store.first(grantCounts, {
      after: from,
      until,
      nowMs,
      soonMs: nowMs + ENDING_SOON_MS,
    });
    counts.unexpired += page?.unexpired ?? 0;
    counts.endingSoon += page?.ending_soon ?? 0;
    after = end?.host_id;
    await nextTurn();
  }
  const held = await store.first(heldGrants, { nowMs });
  return { ...counts, suspended: held?.held ?? 0 };
}

async function readRest(
  context: Pick<Context, 'store' | 'config'>,
  view: View,
  at: Date,
): Promise<Omit<ServiceState, 'grants'>> {
  const nowMs = at.getTime();
  const head = await view.first(readHead, {});
  const due = await view.first(overdueSchedules, { nowMs });
  const incidents = await view.first(openIncidents, { nowMs });
  const holds = await view.first(openHolds, {});
  const cosigned = await view.all(cosignedByWitness, { origin: context.config.logOrigin });
  return {
    atMs: nowMs,
    log: { leaves: head?.size ?? 0, lastLeafMs: head?.high_water_ms ?? 0 },
    cosigned: new Map(cosigned.map(({ witness, size }) => [witness, size])),
    webhooks: standingOf(await view.all(webhookStandings, {})),
    schedule: { overdue: due?.overdue ?? 0, oldestDueMs: due?.oldest_due_ms ?? null },
    incidents: { unreported: incidents?.unreported ?? 0, overdue: incidents?.overdue ?? 0 },
    holds: holds?.open ?? 0,
    landmarks: await countLandmarks(context, view, await effectiveTrust(context, view), at),
  };
}

type WebhookRow = {
  readonly state: string;
  readonly failures: number;
  readonly waiting_since_ms: number | null;
};

function standingOf(rows: readonly WebhookRow[]): ServiceState['webhooks'] {
  const active = rows.filter(({ state }) => state === 'active');
  const waiting = active.flatMap(({ waiting_since_ms: since }) => (since === null ? [] : [since]));
  return {
    active: active.length,
    failing: active.filter(({ failures }) => failures > 0).length,
    disabled: rows.length - active.length,
    waitingSinceMs: waiting.length === 0 ? null : waiting.reduce((a, b) => Math.min(a, b)),
  };
}
