import { formatVerifierKey, parseVerifierKey } from '../../record/note.ts';
import { type Opening, ORIGIN_OPENED, openingBody } from '../../record/origin.ts';
import { insertLogOrigin, moveLogKey, readHead, readLogKey } from '../../store/log/statements.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context, SigningKey } from '../context.ts';
import { RequestError } from '../errors.ts';

export type NewOrigin = {
  readonly key: SigningKey;
  /** The name from now on. */
  readonly origin: string;
  readonly predecessor: Pick<Opening['predecessor'], 'origin' | 'publishedSize' | 'checkpoint'>;
  readonly reason: string;
};

/**
 * Lets a log that was restored behind what it had published go on under another name: one act, in the same unit of work as the name itself. Whoever
 * holds a checkpoint of the old name finds in it what became of that log.
 *
 * @returns the new key as a line, and where the act stands
 * @throws RequestError `conflict` where the log goes by another name by now; RecordError `checkpoint_malformed` for a name that notes cannot carry
 */
export async function openNewOrigin(
  context: Pick<Context, 'store' | 'clock' | 'random'>,
  { key, origin, predecessor, reason }: NewOrigin,
): Promise<{ readonly leafIndex: number; readonly line: string }> {
  const line = formatVerifierKey({ name: origin, publicKey: key.publicKey });
  parseVerifierKey(line);
  const leafIndex = await context.store.write(async (tx) => {
    const known = await tx.first(readLogKey, {});
    const head = await tx.first(readHead, {});
    if (head === undefined || known === undefined || known.origin === origin)
      throw new RequestError('conflict', `the log goes by the name ${known?.origin ?? 'of nobody'}`);
    const { size, root } = head;
    const body = openingBody({ origin, predecessor: { ...predecessor, size, root }, reason });
    const at = context.clock();
    const leaf = await recordAct(tx, context, { type: ORIGIN_OPENED, at, tenant: VERIFIER_TENANT, body });
    if (leaf !== size)
      throw new RequestError('conflict', 'something was recorded meanwhile: stop the verifier');
    await tx.run(moveLogKey, { origin });
    await tx.run(insertLogOrigin, { leafIndex: leaf, origin, predecessor: predecessor.origin });
    return leaf;
  });
  return { leafIndex, line };
}
