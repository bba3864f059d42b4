import { sign, verify } from 'node:crypto';
import { domain } from '../bytes/domain.ts';
import { toUtf8 } from '../bytes/text.ts';
import type { Context, SigningKey } from '../service/context.ts';
import { latestCheckpoint } from '../service/log.ts';
import type { ReadinessCheck } from './health/routes.ts';

/** Without these the verifier could answer, but not do its work. */
export function readinessChecks(context: Context): ReadinessCheck[] {
  return [
    { name: 'store', check: () => context.store.ping() },
    { name: 'keys', check: async () => proveKey(context.keys.ear.signing(context.clock())) },
    // Reads the head and signs it: the log can be written to and its key works.
    { name: 'log', check: async () => void (await latestCheckpoint(context)) },
  ];
}

/** Signs and verifies: a key whose halves do not belong together would make results that nobody can check. */
function proveKey({ privateKey, publicKey, alg }: SigningKey): void {
  const digest = alg === 'ES256' ? 'sha256' : null;
  const message = domain('readiness', toUtf8(alg, 'alg'));
  if (verify(digest, message, publicKey, sign(digest, message, privateKey))) return;
  throw new TypeError('a signing key does not match its public key');
}
