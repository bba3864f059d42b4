import { join } from 'node:path';
import { writeSecret } from '../secret-file.ts';
import { type Cast, TENANTS } from './cast.ts';

/** Who looks at the page of the demonstration, and where the token is that lets them in. */
export type Admitted = { readonly role: string; readonly path: string };

/** Within which a token is bound to a browser, and how long it then lasts: the most that the verifier grants for the first. */
const WEEK_SECONDS = 7 * 86_400;

/** Mints a token for each role at every start: whichever browser signs in with it first has it for good. */
export async function admit({ administrator }: Cast, data: string): Promise<Admitted[]> {
  const roles = [
    ...Object.entries(TENANTS),
    ['auditor', TENANTS.authority],
    ['administrator', 'sextant'],
  ] as const;
  const known = (await administrator.get('/v1/principals?limit=500')).list('items');
  const admitted: Admitted[] = [];
  for (const [role, tenant] of roles) {
    const principal =
      known.find((each) => each.text('role') === role) ??
      (await administrator.post('/v1/principals', { name: `Demonstration ${role}`, role, tenant }));
    const minted = await administrator.post('/v1/tokens', {
      principalId: principal.text('id'),
      label: 'the page',
      bindWithinSeconds: WEEK_SECONDS,
      expiresInSeconds: WEEK_SECONDS,
    });
    const path = join(data, 'page', `${role}.token`);
    writeSecret(path, minted.text('token'));
    admitted.push({ role, path });
  }
  return admitted;
}
