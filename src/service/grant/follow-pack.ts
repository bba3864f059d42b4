import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { followRuling } from './follow.ts';

/**
 * Ends grants of licences that name a rule pack, in the unit of work that takes it out of force: no version comes into force again, so
 * that nothing could lift them.
 */
export function followPackEnd(
  context: Context,
  tx: Tx,
  { name, version }: { readonly name: string; readonly version: string },
  at: Date,
): Promise<void> {
  return followRuling(context, tx, { kind: 'rule-pack', id: `${name}@${version}` }, 'revoked', at);
}
