/** What events are about: the first part of their type (docs/events.md). No event tells of principals and their tokens, only what is done here. */
export type Topic =
  | 'access'
  | 'allocation'
  | 'challenge'
  | 'chip'
  | 'decision'
  | 'device'
  | 'device-manifest'
  | 'facility'
  | 'grant'
  | 'hold'
  | 'host'
  | 'incident'
  | 'landmarks'
  | 'ledger'
  | 'licence'
  | 'party'
  | 'principal'
  | 'screening-list'
  | 'signing-key'
  | 'trust-input'
  | 'usage'
  | 'webhook';

/** The topic of an event's type. */
export function topicOf(type: string): string {
  return type.split('.', 1)[0] ?? '';
}

/** Whether what was read, by its `meta`, shows one of the topics. */
export function isTouchedBy(meta: Record<string, unknown> | undefined, topics: Iterable<string>): boolean {
  const shown = meta?.['topics'];
  return Array.isArray(shown) && [...topics].some((topic) => shown.includes(topic));
}
