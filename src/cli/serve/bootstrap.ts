import { resolve } from 'node:path';
import { bootstrapAdministrator } from '../../service/access/bootstrap.ts';
import type { Context } from '../../service/context.ts';
import { offerRulePack } from '../../service/trust/propose.ts';
import { readPack } from '../policy/read-pack.ts';
import { writeSecret } from '../secret-file.ts';
import { adminTokenPath } from '../settings.ts';

/** As packages have it, beside `src` or `dist`. */
const BASE_PACK = resolve(import.meta.dirname, '../../../packs/base');

/**
 * At the first start: an administrator, whose token goes to a file and nowhere else. At every start: the base pack, proposed
 * where this version of it never was. Answers whether it was the first.
 */
export async function bootstrap(context: Context, data: string): Promise<boolean> {
  await offerRulePack(context, readPack(BASE_PACK));
  const minted = await bootstrapAdministrator(context);
  if (minted === null) return false;
  writeSecret(adminTokenPath(data), minted.token);
  return true;
}
