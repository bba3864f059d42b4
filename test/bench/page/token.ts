import type { Verifier } from '../../../src/cli/serve/verifier.ts';
import { createPrincipal } from '../../../src/service/access/principals.ts';
import { ROLE_SCOPES } from '../../../src/service/access/scopes.ts';
import { mintToken } from '../../../src/service/access/tokens.ts';
import type { Principal } from '../../../src/service/principal.ts';

const BY: Principal = {
  id: 'administrator',
  name: 'administrator',
  role: 'administrator',
  tenant: 'sextant',
  scopes: new Set(ROLE_SCOPES.administrator),
};

/** A token of the licensing authority that the first browser may bind to itself. */
export async function pageToken({ context }: Pick<Verifier, 'context'>): Promise<string> {
  const wanted = { name: 'Desk', role: 'authority', tenant: 'bureau' } as const;
  const { id } = await createPrincipal(context, BY, wanted);
  const asked = { principalId: id, label: 'page', expiresInSeconds: 3600, bindWithinSeconds: 600 };
  return (await mintToken(context, BY, asked)).token;
}
