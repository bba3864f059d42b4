import { anyPrincipal } from '../../store/registry/access.ts';
import { VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { addPrincipal } from './principals.ts';
import { grantToken, type MintedToken } from './tokens.ts';

/**
 * The administrator with whom everything begins: made, with a token, when the store holds no principal; else null.
 * The token does not expire: whoever starts the verifier must be able to come back; it can be revoked like any other.
 *
 * @param makeKey makes the key that the token is bound to, where one is needed, and answers its thumbprint
 */
export async function bootstrapAdministrator(
  context: Context,
  makeKey: () => string,
): Promise<MintedToken | null> {
  if ((await context.store.first(anyPrincipal, {})) !== undefined) return null;
  const jkt = makeKey(); // before the unit of work, which may run twice and touches nothing outside
  return context.store.write(async (tx) => {
    if ((await tx.first(anyPrincipal, {})) !== undefined) return null;
    const wanted = { name: 'first administrator', role: 'administrator', tenant: VERIFIER_TENANT } as const;
    const row = await addPrincipal(context, tx, 'bootstrap', wanted);
    const binding = { jkt };
    return grantToken(context, tx, 'bootstrap', row, { label: 'admin.token', expiresAt: null, binding });
  });
}
