import { StoreError } from '../../store/errors.ts';
import { insertLogKey, readLogKey } from '../../store/log/statements.ts';
import type { Store } from '../../store/port.ts';

/**
 * Holds a store to the key and the name under which its log was first signed: processes with keys of their own would sign
 * one history as two logs, and a verifier whose keys were lost must not go on as if nobody knew the old ones.
 *
 * @param named as the operator says it; null to go by the name that the store has, at its first start by the key
 * @returns the log's name
 * @throws StoreError `log_key_differs`
 */
export async function requireSameLog(store: Store, kid: string, named: string | null): Promise<string> {
  const first = { kid, origin: named ?? originByKey(kid) };
  const known = (await store.first(readLogKey, {})) ?? (await remember(store, first));
  requireEqual('kid', 'key', known.kid, kid);
  requireEqual('origin', 'name', known.origin, named ?? known.origin);
  return known.origin;
}

/** Unless another process was first. */
async function remember(store: Store, first: { readonly kid: string; readonly origin: string }) {
  return store.write(async (tx) => {
    const row = await tx.first(readLogKey, {});
    if (row === undefined) await tx.run(insertLogKey, first);
    return row ?? first;
  });
}

/** A log is named for good; without a name of its own, by its key, which no other log has. */
export function originByKey(kid: string): string {
  return `sextant.localhost/${kid}`;
}

function requireEqual(path: string, what: string, expected: string, actual: string): void {
  if (expected === actual) return;
  const message = `this database's log has another ${what}: give every verifier on it the same keys and --log-origin`;
  throw new StoreError('log_key_differs', message, { path: `log.${path}`, expected, actual });
}
