import type { Tx } from '../../store/port.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { followRuling, type GrantsAfter } from './follow.ts';

type Screened = Pick<PartyTable, 'standing' | 'clear_until_ms'>;

/** Changes grants of licences that name a party as its new standing demands, in the unit of work that screens it. */
export async function followScreening(
  context: Context,
  tx: Tx,
  id: string,
  { before, after, at }: { readonly before: Screened; readonly after: Screened; readonly at: Date },
): Promise<void> {
  if (before.standing === after.standing && before.clear_until_ms === after.clear_until_ms) return;
  await followRuling(context, tx, { kind: 'party', id }, grantsAfter(before, after), at);
}

/** Grants rest on a screening until its end: one that lapses earlier is another ground than theirs. */
function grantsAfter(before: Screened, after: Screened): GrantsAfter {
  if (after.standing !== 'clear') return 'suspended';
  const isAsLong = (after.clear_until_ms ?? Infinity) >= (before.clear_until_ms ?? Infinity);
  return isAsLong ? 'reinstated' : 'revoked';
}
