import { sign, verify } from 'node:crypto';
import { domain } from '../bytes/domain.ts';
import { toUtf8 } from '../bytes/text.ts';
import { KEY_PURPOSES } from '../protocol/key-purpose.ts';
import type { Clock, Context, SigningKey } from '../service/context.ts';
import { latestCheckpoint } from '../service/log.ts';
import type { ReadinessCheck } from './health/routes.ts';

/**
 * Without these the verifier could answer, but not do its work.
 * @param machine the machine's clock as it is; null where the service's own was set by somebody, and is meant to differ
 */
export function readinessChecks(context: Context, machine: Clock | null): ReadinessCheck[] {
  return [
    { name: 'store', check: () => context.store.ping() },
    { name: 'keys', check: async () => proveKeys(context) },
    // Reads the head and signs it: the log can be written to and its key works.
    { name: 'log', check: async () => void (await latestCheckpoint(context)) },
    ...(machine === null ? [] : [{ name: 'clock', check: async () => compareClocks(context, machine()) }]),
  ];
}

/**
 * The service's clock never goes behind what the log holds. Where the machine's did, it stands still, and hosts whose clocks are right
 * cannot prove anything to it: their proofs are of the future, or of the past.
 */
function compareClocks({ clock, config }: Context, machine: Date): void {
  const aheadMs = clock().getTime() - machine.getTime();
  if (aheadMs <= config.dpopSkewMs) return;
  const seconds = Math.round(aheadMs / 1000);
  throw new TypeError(
    `this machine's clock is ${seconds} s behind what was recorded: it, or what recorded it, was wrong`,
  );
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
