import { sign, verify } from 'node:crypto';
import { domain } from '../bytes/domain.ts';
import { toUtf8 } from '../bytes/text.ts';
import { KEY_PURPOSES } from '../protocol/key-purpose.ts';
import type { Context, SigningKey } from '../service/context.ts';
import { latestCheckpoint } from '../service/log.ts';
import type { ReadinessCheck } from './health/routes.ts';

/** Without these the verifier could answer, but not do its work. */
export function readinessChecks(context: Context): ReadinessCheck[] {
  return [
    { name: 'store', check: () => context.store.ping() },
    { name: 'keys', check: async () => proveKeys(context) },
    // Reads the head and signs it: the log can be written to and its key works.
    { name: 'log', check: async () => void (await latestCheckpoint(context)) },
  ];
}

function proveKeys({ keys, clock }: Context): void {
  for (const purpose of KEY_PURPOSES) proveKey(keys[purpose].signing(clock()));
}

/** Signs and verifies: a key whose halves do not belong together would make results that nobody can check. */
function proveKey({ privateKey, publicKey, alg }: SigningKey): void {
  const digest = alg === 'ES256' ? 'sha256' : null;
  const message = domain('readiness', toUtf8(alg, 'alg'));
  if (verify(digest, message, publicKey, sign(digest, message, privateKey))) return;
  throw new TypeError('a signing key does not match its public key');
}
