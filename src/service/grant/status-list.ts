import { STATUS_BITS, STATUS_LIST_TYP } from '../../protocol/grant.ts';
import { encodeStatusList } from '../../record/grant/status-list.ts';
import { changesUntil, listState } from '../../store/grants/statuses.ts';
import type { Store, View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { STATUS_TTL_SECONDS } from './lease.ts';
import { signJwt } from './sign.ts';
import { LIST_SIZE, listUri } from './status-place.ts';

export type SignedList = {
  readonly token: string;
  /** Names these very bytes. */
  readonly etag: string;
  /** Seconds for which a cache between may keep it: no copy is handed out beyond its end. */
  readonly maxAgeSeconds: number;
};

type Kept = { readonly token: string; readonly version: number | null; readonly issuedAt: number };

/** Tokens by list. Many ask for the same one; a signature and its compression are made once. */
const kept = new WeakMap<Store, Map<number, Kept>>();
const MAX_KEPT = 256;

/** Handed out up to half of the ttl, so that whoever fetches one has at least the other half. */
const HANDED_OUT_SECONDS = STATUS_TTL_SECONDS / 2;

/**
 * The statuses of a list as they are now, signed: for anybody. A change shows at once to whoever asks, and within the ttl to whoever
 * kept a copy.
 *
 * @throws RequestError `not_found`
 */
export async function getStatusList(context: Context, list: number): Promise<SignedList> {
  const { store } = context;
  const at = context.clock();
  const now = Math.floor(at.getTime() / 1000);
  const lists = kept.get(store) ?? new Map<number, Kept>();
  kept.set(store, lists);
  const signed = await store.read(async (view) => {
    const { version } = await requireList(view, list);
    const known = lists.get(list);
    const age = known === undefined ? Number.POSITIVE_INFINITY : now - known.issuedAt;
    if (known !== undefined && known.version === version && age >= 0 && age < HANDED_OUT_SECONDS)
      return known;
    return { token: await sign(context, view, { list, at, keyAt: at }), version, issuedAt: now };
  });
  lists.delete(list);
  lists.set(list, signed);
  if (lists.size > MAX_KEPT) lists.delete(lists.keys().next().value ?? list);
  return {
    token: signed.token,
    etag: `"${list}-${signed.version ?? 'new'}-${signed.issuedAt}"`,
    maxAgeSeconds: Math.max(0, Math.floor(HANDED_OUT_SECONDS - (now - signed.issuedAt))),
  };
}

/**
 * The same as they were at an instant (draft-ietf-oauth-status-list, 8.4), signed now with the times of then: it lasts no longer than
 * one that was fetched then.
 *
 * @throws RequestError `not_found`, also from before the list was opened; `invalid_request` for the future
 */
export async function pastStatusList(context: Context, list: number, seconds: number): Promise<string> {
  const now = context.clock();
  const at = new Date(seconds * 1000);
  if (!(at <= now)) {
    throw new RequestError('invalid_request', 'nobody knows a status of the future', {
      path: 'query.time',
      expected: `at most ${Math.floor(now.getTime() / 1000)}`,
      actual: String(seconds),
    });
  }
  return context.store.read(async (view) => {
    const { opened_at_ms } = await requireList(view, list);
    if (at.getTime() < opened_at_ms) throw new RequestError('not_found', 'the list was not open then');
    return sign(context, view, { list, at, keyAt: now });
  });
}

async function sign(
  context: Context,
  view: View,
  { list, at, keyAt }: { readonly list: number; readonly at: Date; readonly keyAt: Date },
): Promise<string> {
  const changes = await view.all(changesUntil, { list, atMs: at.getTime() });
  const lst = encodeStatusList(
    LIST_SIZE,
    changes.map(({ position, status }) => [position, status] as const),
  );
  const issuedAt = Math.floor(at.getTime() / 1000);
  return signJwt(context.keys.status.signing(keyAt), STATUS_LIST_TYP, {
    iss: context.config.publicUrl,
    sub: listUri(context, list),
    iat: issuedAt,
    exp: issuedAt + STATUS_TTL_SECONDS,
    ttl: STATUS_TTL_SECONDS,
    status_list: { bits: STATUS_BITS, lst },
  });
}

async function requireList(view: View, list: number) {
  const state = await view.first(listState, { list });
  if (state !== undefined) return state;
  throw new RequestError('not_found', 'there is no such list of statuses');
}
