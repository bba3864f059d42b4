import { deletePageSession } from '../../store/sign-in/sessions.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import type { PageVisitor } from '../principal.ts';

/** Ends a session, from the next request on. @throws RequestError `dpop_replayed` */
export async function signOut(context: Context, { id, session, proof }: PageVisitor): Promise<void> {
  await context.store.write(async (tx) => {
    const at = context.clock();
    await spendProof(tx, proof);
    if ((await tx.run(deletePageSession, { id: session.id })) === 0) return;
    const body = { pageSessionId: session.id, principalId: id, reason: 'signed-out' };
    await recordAct(tx, context, { type: 'page-session.ended', at, tenant: VERIFIER_TENANT, body });
  });
}
