import { resolve } from 'node:path';
import { bootstrapAdministrator } from '../../service/access/bootstrap.ts';
import type { Context } from '../../service/context.ts';
import { offerRulePack } from '../../service/trust/propose.ts';
import { makeTokenKey } from '../client/token-key.ts';
import { readPack } from '../policy/read-pack.ts';
import { writeSecret } from '../secret-file.ts';
import { adminTokenPath, keyPathOf } from '../settings.ts';

/** As packages have it, beside `src` or `dist`. */
const BASE_PACK = resolve(import.meta.dirname, '../../../packs/base');

/**
 * At the first start: an administrator, whose token goes to a file and nowhere else, bound to a key in a file beside it. At
 * every start: the base pack, proposed where this version of it never was. Answers whether it was the first.
 */
export async function bootstrap(context: Context, data: string): Promise<boolean> {
  await offerRulePack(context, readPack(BASE_PACK));
  const path = adminTokenPath(data);
  const minted = await bootstrapAdministrator(context, () => makeTokenKey(keyPathOf(path)).jkt);
  if (minted === null) return false;
  writeSecret(path, minted.token);
  return true;
}
