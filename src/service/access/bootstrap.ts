import { anyPrincipal } from '../../store/registry/access.ts';
import { VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { addPrincipal } from './principals.ts';
import { grantToken, type MintedToken } from './tokens.ts';

/**
 * The administrator with whom everything begins: made, with a token, when the store holds no principal; else null.
 * The token does not expire: whoever starts the verifier must be able to come back; it can be revoked like any other.
 */
export async function bootstrapAdministrator(context: Context): Promise<MintedToken | null> {
  return context.store.write(async (tx) => {
    if ((await tx.first(anyPrincipal, {})) !== undefined) return null;
    const wanted = { name: 'first administrator', role: 'administrator', tenant: VERIFIER_TENANT } as const;
    const row = await addPrincipal(context, tx, 'bootstrap', wanted);
    return grantToken(context, tx, 'bootstrap', row, { label: 'admin.token', expiresAt: null });
  });
}
