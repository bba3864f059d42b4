import type { Tx } from '../../store/port.ts';
import type { ActRequest } from '../acts.ts';
import type { Context } from '../context.ts';
import { tell } from './tell.ts';
import { TOLD_ACTS } from './told-acts.ts';

/** Tells of an act that changed something, with the index of its leaf: whoever hears of it can ask for the receipt. */
export async function tellAct(
  context: Pick<Context, 'clock' | 'random'>,
  tx: Tx,
  { type, tenant, at, body }: ActRequest,
  leafIndex: number,
): Promise<void> {
  const told = TOLD_ACTS[type];
  if (told === undefined) return;
  const [kind, member] = told.subject;
  await tell(context, tx, {
    type: typeof told.type === 'function' ? told.type(body) : told.type,
    tenant,
    at,
    subject: member === undefined ? String(body[kind]) : `${kind}:${body[member] ?? member}`,
    body: {
      ...Object.fromEntries(
        told.members.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
      ),
      leafIndex,
    },
  });
}
