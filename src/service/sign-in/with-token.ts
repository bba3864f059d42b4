import { tokenById } from '../../store/registry/access.ts';
import { bindRow } from '../access/bind.ts';
import { holderOf, principalOf } from '../access/holder.ts';
import { unknownToken } from '../access/refusals.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { Principal, ProvenKey } from '../principal.ts';
import { type OpenedSession, openSession } from './open-session.ts';

export type SignedIn = OpenedSession & { readonly principal: Principal };

/**
 * Opens a session for whoever holds a token, by the key that the request proves. The token gains nothing by it: one that
 * may be bound is bound to that key first, one that only reads makes a session that only reads, and one that is bound
 * elsewhere is good for nothing here, as anywhere without its key.
 *
 * @throws RequestError `unauthenticated` for a token that is none or has ended; `proof_required` for one that is bound to
 *   another key; `proof_key_taken` where it would be bound to another principal's; `dpop_replayed`
 */
export async function signInWithToken(
  context: Context,
  { jkt, proof }: ProvenKey,
  token: string,
): Promise<SignedIn> {
  // A session is a browser's key: a token that is bound to a certificate is good for nothing here.
  const holder = await holderOf(context, token, undefined);
  const principal = principalOf(holder);
  const opened = await context.store.write(async (tx) => {
    const at = context.clock();
    await spendProof(tx, proof);
    const row = await tx.first(tokenById, { id: holder.id });
    if (row === undefined || row.revoked_at_ms !== null) throw unknownToken();
    if (row.jkt !== null && row.jkt !== jkt) throw boundElsewhere();
    const bindable = row.bind_until_ms !== null && at.getTime() < row.bind_until_ms;
    const bound = bindable ? await bindRow(context, tx, row, { jkt, at }) : row;
    return openSession(context, tx, {
      jkt,
      principal,
      scopes: row.scopes,
      readsOnly: bound.jkt === null,
      method: 'token',
      tokenId: row.id,
      untilMs: row.expires_at_ms,
    });
  });
  return { ...opened, principal };
}

function boundElsewhere(): RequestError {
  return new RequestError('proof_required', 'the token is bound to another key than this browser’s', {
    errors: [
      {
        path: 'body.token',
        expected: 'a token of this browser, or one that is bound to no key yet',
        mend: 'Ask an administrator for one: `sextant token mint PRINCIPAL` prints it (docs/page.md).',
      },
    ],
  });
}
