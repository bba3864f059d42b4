import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { collateralSettings } from '../../collateral/settings.ts';
import { formatVerifierKey } from '../../record/note.ts';
import type { ServeSettings } from '../serve/settings.ts';
import { readWitnesses } from '../serve/witnesses.ts';
import {
  examineDatabase,
  examineRecords,
  noDatabase,
  type OpenedDatabase,
  openDatabase,
  unreachable,
} from './database.ts';
import { type Finding, ok, problem } from './finding.ts';
import { examineFolder } from './folder.ts';
import { examineKeys } from './keys.ts';
import { examineListening, examinePublicUrl } from './listening.ts';
import { examineCollateral, examineVendors, examineWitnesses } from './outside.ts';
import { examineTls } from './tls.ts';

/** Every look at a machine on which a verifier serves, or is to: nothing is changed, and what was not looked at says so. */
export async function examine(settings: ServeSettings): Promise<Finding[]> {
  const now = new Date();
  const data = resolve(settings.data);
  const keys = settings.keys ?? join(data, 'keys');
  const collateral = collateralSettings({ ...settings, mode: settings.collateral });
  const secure = settings.tlsCert !== undefined;
  const listening = await examineListening({ host: settings.host, port: settings.port, secure });
  return [
    node(),
    ...examineFolder(data),
    ...(await examineStored(settings, data, keys, now)),
    ...examineTls(settings, now),
    ...listening.findings,
    await examinePublicUrl(settings.publicUrl, { serves: listening.serves, logKey: publishedKey(keys) }),
    await examineCollateral(join(data, 'collateral'), collateral.mode, now),
    ...(await examineVendors(collateral)),
    ...(await examineWitnesses(readWitnesses(settings.witness))),
  ];
}

const NEEDED = 24;

function node(): Finding {
  const version = process.versions.node;
  if (Number(version.split('.')[0]) >= NEEDED)
    return ok('node', `Node ${version} on ${process.platform} ${process.arch}`);
  return problem('node', `Node ${version}`, `Sextant runs on Node ${NEEDED} or newer.`);
}

async function examineStored(
  { database: url, rotateEarAfter }: ServeSettings,
  data: string,
  keys: string,
  now: Date,
): Promise<Finding[]> {
  const ages = { rotateAfterDays: rotateEarAfter, now };
  let database: OpenedDatabase | null;
  try {
    database = await openDatabase(data, url);
  } catch (error) {
    return [unreachable(error, url !== undefined), ...(await examineKeys(keys, null, ages))];
  }
  if (database === null) return [noDatabase(), ...(await examineKeys(keys, null, ages))];
  try {
    const found = await examineDatabase(database, url !== undefined);
    const isCurrent = found.every(({ id, status }) => id !== 'database.schema' || status === 'ok');
    return [
      ...found,
      ...(isCurrent ? await examineRecords(database, now) : []),
      ...(await examineKeys(keys, isCurrent ? database.ask : null, ages)),
    ];
  } catch (error) {
    return [unreachable(error, url !== undefined)];
  } finally {
    await database.close();
  }
}

/** The log's key as it is published, behind its name and number, which depend on the name; null where it is none, which `keys.log` tells. */
function publishedKey(folder: string): string | null {
  try {
    const publicKey = createPublicKey(readFileSync(join(folder, 'log.pem')));
    const whole = formatVerifierKey({ name: 'x', publicKey });
    return whole.slice(whole.indexOf('+', whole.indexOf('+') + 1));
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
