import { StoreError } from '../../store/errors.ts';
import { insertLogKey, readLogKey } from '../../store/log/statements.ts';
import type { Store } from '../../store/port.ts';

/**
 * Holds a store to the key and the name under which its log was first signed: processes with keys of their own would sign
 * one history as two logs, and a verifier whose keys were lost must not go on as if nobody knew the old ones.
 *
 * @throws StoreError `log_key_differs`
 */
export async function requireSameLog(store: Store, kid: string, origin: string): Promise<void> {
  const known = await store.write(async (tx) => {
    const row = await tx.first(readLogKey, {});
    if (row === undefined) await tx.run(insertLogKey, { kid, origin });
    return row ?? { kid, origin };
  });
  requireEqual('kid', 'key', known.kid, kid);
  requireEqual('origin', 'name', known.origin, origin);
}

function requireEqual(path: string, what: string, expected: string, actual: string): void {
  if (expected === actual) return;
  const message = `this database's log has another ${what}: give every verifier on it the same keys and --log-origin`;
  throw new StoreError('log_key_differs', message, { path: `log.${path}`, expected, actual });
}
