import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { signingKeyFromPem } from '../../service/keys/signing-key.ts';
import { sealedBy, sealingKeyFromPem } from '../../service/sealing/seal.ts';
import type { Ask } from './database.ts';
import { type Finding, ok, problem, skipped, warning, wordsOf } from './finding.ts';

const DAY_MS = 86_400_000;
/** A verifier rotates by itself: only one that does not run lets a key grow so much older. */
const GRACE_DAYS = 7;

/**
 * Private keys: readable, their owner's alone, of the log that is in the database, and rotated when they should be; and the keys under which
 * secrets lie sealed, all of them at hand.
 */
export async function examineKeys(
  folder: string,
  ask: Ask | null,
  { rotateAfterDays, now }: { readonly rotateAfterDays: number; readonly now: Date },
): Promise<Finding[]> {
  const known = ask === null ? undefined : String((await ask('select kid from log_key'))[0]?.['kid'] ?? '');
  const logKey = join(folder, 'log.pem');
  if (!existsSync(logKey)) {
    if (known === undefined || known === '')
      return [ok('keys.log', `none yet: the first start makes them in ${folder}`)];
    const mend = 'Name the folder with --keys, or bring its copy back: a log is never signed by another key.';
    return [problem('keys.log', `the log’s key is not in ${folder}`, mend)];
  }
  const seal =
    ask === null
      ? skipped('keys.seal', 'the database was not asked')
      : await sealing(join(folder, 'seal'), ask);
  return [logKeyOf(logKey, known), modes(folder), age(join(folder, 'ear'), rotateAfterDays, now), seal];
}

function logKeyOf(path: string, known: string | undefined): Finding {
  const id = 'keys.log';
  try {
    const { kid } = signingKeyFromPem('Ed25519', readFileSync(path, 'utf8'));
    if (known === undefined || known === '' || known === kid) return ok(id, `${path} signs the log`);
    return problem(
      id,
      `${path} is not the key of the log in the database`,
      'Name the right folder with --keys.',
    );
  } catch (error) {
    return problem(
      id,
      `${path}: ${wordsOf(error)}`,
      'Run as the verifier’s user, or bring a copy of the key back.',
    );
  }
}

function modes(folder: string): Finding {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.pem'))
    .map((entry) => join(entry.parentPath, entry.name));
  const exposed = files.filter((path) => (statSync(path).mode & 0o077) !== 0);
  if (exposed.length === 0) return ok('keys.mode', `${files.length} private keys, none readable by others`);
  const mend = `chmod 0600 them; whoever could read them may have (docs/operations.md, Signing keys).`;
  return problem('keys.mode', `readable by others: ${exposed.join(', ')}`, mend);
}

function age(folder: string, rotateAfterDays: number, now: Date): Finding {
  const id = 'keys.age';
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.pem')) : [];
  if (files.length === 0) return skipped(id, 'no key of attestation results yet');
  const newest = Math.max(...files.map((name) => statSync(join(folder, name)).mtimeMs));
  const days = Math.floor((now.getTime() - newest) / DAY_MS);
  const says = `the newest key of attestation results is ${days} days old`;
  if (days <= rotateAfterDays + GRACE_DAYS) return ok(id, says);
  return warning(id, says, 'A running verifier rotates by itself; or: sextant keys rotate --purpose ear.');
}

async function sealing(folder: string, ask: Ask): Promise<Finding> {
  const id = 'keys.seal';
  const rows = await ask('select id, secret from webhook order by id');
  const wanting = rows.filter(({ secret }) => {
    const kid = sealedBy(String(secret));
    return kid !== null && !isAtHand(folder, kid);
  });
  if (wanting.length > 0) {
    const mend =
      'Bring the copy of the folder of keys back, or give each another secret: sextant webhook rotate.';
    const ids = wanting.map((row) => String(row['id'])).join(', ');
    return problem(id, `secrets of webhooks are sealed under a key that is not in ${folder}: ${ids}`, mend);
  }
  const clear = rows.filter(({ secret }) => sealedBy(String(secret)) === null).length;
  if (clear === 0) return ok(id, `${rows.length} secrets of webhooks, all sealed under keys that are here`);
  return warning(
    id,
    `${clear} secrets of webhooks lie in clear`,
    'A verifier of this version seals them as it starts.',
  );
}

function isAtHand(folder: string, kid: string): boolean {
  try {
    return sealingKeyFromPem(readFileSync(join(folder, `${kid}.pem`), 'utf8')).kid === kid;
  } catch {
    return false;
  }
}
