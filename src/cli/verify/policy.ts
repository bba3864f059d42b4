import { existsSync } from 'node:fs';
import { parseJson } from '../../bytes/json.ts';
import { BUILT_IN_POLICIES, type OfflinePolicy, offlinePolicy } from '../../policy/offline-policy.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

/** A built-in policy by name, else a file. @throws {UsageError} `usage`, `unreadable` */
export function readPolicy(nameOrFile: string): OfflinePolicy {
  const builtIn = BUILT_IN_POLICIES.get(nameOrFile);
  if (builtIn !== undefined) return builtIn;
  if (!existsSync(nameOrFile)) {
    throw new UsageError(
      'usage',
      `there is neither a policy nor a file called ${nameOrFile}`,
      `Built in are ${[...BUILT_IN_POLICIES.keys()].join(' and ')}; a file starts from one of them with "base".`,
    );
  }
  const result = offlinePolicy.safeParse(
    parseJson(new Uint8Array(readInput(nameOrFile, 'Name a JSON file.'))),
  );
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(
    'usage',
    `${nameOrFile} is not a policy: ${issue?.path.join('.') || 'document'}: ${issue?.message}`,
  );
}
