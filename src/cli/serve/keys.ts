import { join } from 'node:path';
import { MAX_PERMIT_LIFETIME_MS } from '../../location/probe/index.ts';
import { type KeyPurpose, ROTATED_PURPOSES } from '../../protocol/key-purpose.ts';
import type { Context, KeyRing, ServiceConfig, SigningKey } from '../../service/context.ts';
import { LONGEST_GRANT_MS, STATUS_TTL_SECONDS } from '../../service/grant/lease.ts';
import { logKeyFile } from '../../service/keys/file-keys.ts';
import { requireSameLog } from '../../service/keys/log-key.ts';
import { privateKeyFolder } from '../../service/keys/private-keys.ts';
import { rotateWhenDue } from '../../service/keys/rotate.ts';
import { openRotatingKeys } from '../../service/keys/rotating-keys.ts';
import { REPORT_KEPT_MS } from '../../service/report/sign.ts';
import { openSealingKeys } from '../../service/sealing/sealing-keys.ts';
import { longestLifeMs } from '../../service/session/pace.ts';
import { keepSecretsSealed } from '../../service/webhook/keep-sealed.ts';
import type { Store } from '../../store/port.ts';

const HOUR_MS = 3_600_000;
/** How long another process's change may go unseen. */
const RELOAD_MS = 2_000;

/** The verifier's keys, their private halves in a folder that all processes on one store share. */
export async function openKeys(
  folder: string,
  needed: Pick<Context, 'store' | 'clock' | 'random'>,
  config: Pick<ServiceConfig, 'attestationIntervalMs' | 'sessionTtlMs'> & { readonly logOrigin?: string },
  how: 'whole' | 'as-they-are' = 'whole',
): Promise<KeyRing> {
  const { key: log } = await openLogKey(folder, needed.store, config.logOrigin);
  const open = (purpose: KeyPurpose, lifeMs: number) =>
    openRotatingKeys(
      { ...needed, purpose, privateKeys: privateKeyFolder(join(folder, purpose)) },
      lifeMs,
      how,
    );
  return {
    log,
    ear: await open('ear', longestLifeMs(config)),
    permit: await open('permit', MAX_PERMIT_LIFETIME_MS),
    grant: await open('grant', LONGEST_GRANT_MS),
    status: await open('status', STATUS_TTL_SECONDS * 1000),
    report: await open('report', REPORT_KEPT_MS),
    disclosure: await open('disclosure', longestLifeMs(config)),
    seal: await openSealingKeys({ ...needed, privateKeys: privateKeyFolder(join(folder, 'seal')) }, how),
  };
}

/**
 * The log's key and name. Before the others: whoever brought the wrong folder must not take their keys for lost.
 * @throws StoreError `log_key_differs`
 */
export async function openLogKey(
  folder: string,
  store: Store,
  named: string | undefined,
): Promise<{ readonly key: SigningKey; readonly origin: string }> {
  const key = logKeyFile(folder);
  return { key, origin: await requireSameLog(store, key.kid, named ?? null) };
}

/** Rotates what is due and seals what lies in clear, now and every hour. Answers what ends it. */
export function keepKeys(context: Context, afterMs: number): () => void {
  const rotate = (): void => {
    rotateWhenDue(context, afterMs).catch((error: unknown) => {
      context.log.error({ err: error }, 'the signing key could not be rotated');
    });
    keepSecretsSealed(context).catch((error: unknown) => {
      context.log.error({ err: error }, 'secrets of webhooks could not be sealed');
    });
  };
  rotate();
  const rotating = setInterval(rotate, HOUR_MS);
  const reloading = setInterval(() => void reloadAll(context), RELOAD_MS);
  for (const timer of [rotating, reloading]) timer.unref();
  return () => {
    clearInterval(rotating);
    clearInterval(reloading);
  };
}

/** Sees the rotations of other processes; while the store does not answer, readiness says so. */
async function reloadAll({ keys, log }: Context): Promise<void> {
  for (const purpose of ROTATED_PURPOSES) {
    await keys[purpose].reload().catch((error: unknown) => log.debug({ err: error, purpose }, 'keys.unread'));
  }
}
