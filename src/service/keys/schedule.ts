import type { SigningKeyTable } from '../../store/keys/tables.ts';

/** What of a key decides when it is good for what: see store/keys/tables.ts. */
export type ScheduledKey = Pick<
  SigningKeyTable,
  'kid' | 'created_at_ms' | 'active_from_ms' | 'revoked_at_ms' | 'longest_life_ms'
>;

/** A consumer's clock may run behind ours by this much, and so may its copy of what is published. */
const LEEWAY_MS = 300_000;

/** A key is published for this long before it signs: longer than anybody should keep a copy of the key set. */
export const PUBLISH_AHEAD_MS = 3_600_000;

/**
 * The key that signs at an instant: of those that are not given up, the one that began last. A clock that stands before every
 * beginning gets the earliest.
 */
export function signingAt<Key extends ScheduledKey>(keys: readonly Key[], atMs: number): Key | undefined {
  const begun = keys
    .filter(({ active_from_ms, revoked_at_ms }) => active_from_ms !== null && revoked_at_ms === null)
    .sort((a, b) => (a.active_from_ms ?? 0) - (b.active_from_ms ?? 0));
  return begun.findLast(({ active_from_ms }) => (active_from_ms ?? 0) <= atMs) ?? begun[0];
}

/** Held ready, and published: the next to sign. */
export function standbyOf<Key extends ScheduledKey>(keys: readonly Key[]): Key | undefined {
  return keys.findLast(
    ({ active_from_ms, revoked_at_ms }) => active_from_ms === null && revoked_at_ms === null,
  );
}

/** A change that is decided and lies ahead. */
export function pendingAt<Key extends ScheduledKey>(keys: readonly Key[], atMs: number): Key | undefined {
  return keys.find(
    ({ active_from_ms, revoked_at_ms }) =>
      active_from_ms !== null && revoked_at_ms === null && active_from_ms > atMs,
  );
}

/**
 * What a consumer needs at an instant: the key that signs, those that will, and each old one until the last token that it
 * signed has ended. One that was given up is gone at once, with every token that it signed.
 */
export function publishedAt<Key extends ScheduledKey>(keys: readonly Key[], atMs: number): Key[] {
  return keys.filter((key) => {
    if (key.revoked_at_ms !== null) return false;
    const untilMs = publishedUntil(keys, key);
    return untilMs === null || atMs < untilMs;
  });
}

/** When the next one's turn begins after a key's own; null where nobody's does. */
function retiredAt(keys: readonly ScheduledKey[], { active_from_ms: own }: ScheduledKey): number | null {
  if (own === null) return null;
  const later = keys.flatMap(({ active_from_ms: from, revoked_at_ms }) =>
    from === null || revoked_at_ms !== null || from <= own ? [] : [from],
  );
  return later.length === 0 ? null : Math.min(...later);
}

/** When a key leaves what is published, unless it is given up before; null while nobody else's turn is set. */
export function publishedUntil(keys: readonly ScheduledKey[], key: ScheduledKey): number | null {
  const retiredAtMs = retiredAt(keys, key);
  return retiredAtMs === null ? null : retiredAtMs + key.longest_life_ms + LEEWAY_MS;
}

/** What becomes of a key, in a word: see protocol/signing-key.ts. */
export function stateAt(
  keys: readonly ScheduledKey[],
  key: ScheduledKey,
  atMs: number,
): 'next' | 'pending' | 'signing' | 'retired' | 'gone' | 'revoked' {
  if (key.revoked_at_ms !== null) return 'revoked';
  if (key.active_from_ms === null) return 'next';
  if (signingAt(keys, atMs)?.kid === key.kid) return 'signing';
  if (key.active_from_ms > atMs) return 'pending';
  return publishedAt(keys, atMs).some(({ kid }) => kid === key.kid) ? 'retired' : 'gone';
}
