import { bootstrapAdministrator } from '../../service/access/bootstrap.ts';
import type { Context } from '../../service/context.ts';
import { writeSecret } from '../secret-file.ts';
import { adminTokenPath } from '../settings.ts';

/** At the first start: an administrator, whose token goes to a file and nowhere else. Answers whether it was the first. */
export async function bootstrap(context: Context, data: string): Promise<boolean> {
  const minted = await bootstrapAdministrator(context);
  if (minted === null) return false;
  writeSecret(adminTokenPath(data), minted.token);
  return true;
}
