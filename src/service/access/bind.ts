import type { Tx } from '../../store/port.ts';
import { bindToken as bind, tokenById } from '../../store/registry/access.ts';
import type { BearerTokenTable } from '../../store/registry/tables.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { Binder } from '../principal.ts';
import { requireOwnKey } from './two-people.ts';

/**
 * Binds a token to the key that its holder proves, once and for good: from then on the token alone is good for nothing. The
 * same key again changes nothing.
 *
 * Whoever finds the token first may bind it, as with any secret that is handed over: the other then hears `conflict` and
 * has it revoked, the log names the key, and the time for it is short.
 *
 * @throws RequestError `conflict` for a token that is bound to another key, only reads, or whose time to be bound has passed;
 *   `proof_key_taken` for a key of another principal; `dpop_replayed`
 */
export async function bindToken(
  context: Context,
  { tokenId, jkt, proof }: Binder,
): Promise<BearerTokenTable> {
  return context.store.write(async (tx) => {
    const at = context.clock();
    await spendProof(tx, proof);
    const row = await tx.first(tokenById, { id: tokenId });
    if (row === undefined) throw new RequestError('not_found', 'no such token');
    return bindRow(context, tx, row, { jkt, at });
  });
}

/**
 * {@link bindToken}, in the unit of work of whoever asks.
 * @throws RequestError `conflict`, `proof_key_taken`
 */
export async function bindRow(
  context: Context,
  tx: Tx,
  row: BearerTokenTable,
  { jkt, at }: { readonly jkt: string; readonly at: Date },
): Promise<BearerTokenTable> {
  if (row.jkt === jkt) return row;
  if (row.jkt !== null) {
    throw new RequestError(
      'conflict',
      'the token is bound to another key: if that is not yours, have the token revoked at once',
      { path: 'dpop.jwk', expected: 'the key that it is bound to' },
    );
  }
  if (row.bind_until_ms === null || !(at.getTime() < row.bind_until_ms)) {
    const why =
      row.bind_until_ms === null ? 'was minted to read alone' : 'can be bound no more: its time is up';
    throw new RequestError('conflict', `the token ${why}; have another minted, with your key`);
  }
  await requireOwnKey(tx, { principalId: row.principal_id, bound: { jkt }, at });
  await tx.run(bind, { id: row.id, jkt });
  const body = { tokenId: row.id, principalId: row.principal_id, jkt };
  await recordAct(tx, context, { type: 'token.bound', at, tenant: VERIFIER_TENANT, body });
  return { ...row, jkt, bind_until_ms: null };
}
