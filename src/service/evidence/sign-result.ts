import { CompactSign } from 'jose';
import type { DottedEarClaims } from '../../appraisal/ear/dotted.ts';
import type { EarClaims } from '../../appraisal/ear.ts';
import { toUtf8 } from '../../bytes/text.ts';
import type { Context } from '../context.ts';

/**
 * An EAT as a JWT (RFC 9711, 3 and 7.1.3) with the key whose turn it is. Results are signed before anything is written, so that a
 * failure to sign leaves no trace.
 */
export function signResult(
  { keys }: Pick<Context, 'keys'>,
  claims: EarClaims | DottedEarClaims,
  at: Date,
): Promise<string> {
  const { alg, kid, privateKey } = keys.ear.signing(at);
  return new CompactSign(toUtf8(JSON.stringify(claims), 'ear'))
    .setProtectedHeader({ alg, kid, typ: 'eat+jwt' })
    .sign(privateKey);
}
