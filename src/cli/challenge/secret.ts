import { randomBytes } from 'node:crypto';
import { commitmentTo } from '../../record/challenge/draw.ts';

/** What an auditor commits to when he orders, and tells when he draws: hexadecimal. */
export function newSecret(): { readonly secret: string; readonly commitment: string } {
  const secret = randomBytes(32).toString('hex');
  return { secret, commitment: commitmentTo(secret) };
}
