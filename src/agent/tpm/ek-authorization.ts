import { attributeRule, followsRule } from '../../evidence/tpm/object-attributes.ts';
import { parseTpm2bPublic } from '../../evidence/tpm/public.ts';
import type { LocatedEk } from './endorsement.ts';
import type { Scratch } from './scratch.ts';

const USER_WITH_AUTH = attributeRule(['userWithAuth'], []);

/**
 * Runs one command that uses the endorsement key, with the arguments that authorise it. The low-range templates give the EK no password, only
 * PolicySecret of the endorsement hierarchy; the high-range ones also allow its (empty) password: EK Credential Profile, B.3 and B.4.
 */
export async function withEk(
  { run }: Scratch,
  { ekPublic }: LocatedEk,
  use: (authorization: readonly string[]) => Promise<unknown>,
): Promise<void> {
  if (followsRule(parseTpm2bPublic(ekPublic).objectAttributes, USER_WITH_AUTH)) {
    await use([]);
    return;
  }
  await run('tpm2_startauthsession', ['--policy-session', '-S', 'session.ctx']);
  try {
    await run('tpm2_policysecret', ['-S', 'session.ctx', '-c', 'e']);
    await use(['-P', 'session:session.ctx']);
  } finally {
    await run('tpm2_flushcontext', ['session.ctx']);
  }
}
