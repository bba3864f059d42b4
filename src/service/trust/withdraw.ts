import { toHex } from '../../bytes/text.ts';
import type { Tx } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { endInput, putInForce } from './change.ts';
import { declaresBad, denialsOf } from './denials.ts';
import { readContent } from './kinds.ts';
import { proposeIn } from './propose.ts';
import { requireState } from './rule.ts';
import { signedBy } from './signed.ts';

/**
 * Takes an input out of force. One principal may: it makes the verifier trust less. A publisher's withdrawal ends what
 * its signature alone had put in force, for whoever stole its key may have signed it; what those sets declare bad stays so.
 *
 * @throws RequestError `not_found`; `conflict` for what is not in force, for a set that declares values bad, for a signal of
 *   tampering, for a table of chips and for a rule of retention: withdrawing those would trust more or delete sooner, so a version without them, or a later
 *   audit, has to be approved by two
 */
export async function withdrawTrustInput(
  context: Context,
  by: Principal,
  id: string,
  reason: string,
): Promise<TrustInputTable> {
  return context.store.write(async (tx) => {
    const row = await requireState(tx, id, 'effective');
    requireTrustsLess(row);
    const withdrawal = { state: 'withdrawn', by: by.id, tenant: by.tenant } as const;
    const ended = await endInput(context, tx, row, { ...withdrawal, reason });
    for (const signed of await signedBy(tx, row)) {
      await endInput(context, tx, signed, {
        ...withdrawal,
        reason: `its publisher was withdrawn: ${reason}`,
      });
      await keepDenials(context, tx, by, signed);
    }
    return ended;
  });
}

function requireTrustsLess(row: TrustInputTable): void {
  const read = readContent(row.kind, row.content);
  if (read.kind === 'retention-rule') {
    const message =
      'without this rule things may be deleted sooner: have another version approved instead of withdrawing it';
    throw new RequestError('conflict', message, { path: 'content.keepDays' });
  }
  if (read.kind === 'chip-table') {
    const message =
      'without this table its chips would be counted nowhere: have another version approved instead of withdrawing it, without models where none is to count';
    throw new RequestError('conflict', message, { path: 'content.models' });
  }
  if (read.kind === 'reference-set' && declaresBad(read.content)) {
    const message =
      'this set declares values bad: have a version without them approved instead of withdrawing it';
    throw new RequestError('conflict', message, { path: 'content.denied' });
  }
  if (read.kind === 'facility-audit' && read.content.tamperSignal) {
    const message =
      'this audit signals tampering: have a later audit filed and approved instead of withdrawing it';
    throw new RequestError('conflict', message, { path: 'content.tamperSignal' });
  }
}

/** In the place of a set that ended, one by which no host matches and what it declared bad still is: two replace it. */
async function keepDenials(context: Context, tx: Tx, by: Principal, row: TrustInputTable): Promise<void> {
  const read = readContent(row.kind, row.content);
  if (read.kind !== 'reference-set' || !declaresBad(read.content)) return;
  const version = `denials-${toHex(context.random(8))}`; // by chance: a version that somebody took before could be in its way
  const content = denialsOf(read.content, version);
  const kept = await proposeIn(context, tx, by, { proposal: { kind: 'reference-set', content } });
  await putInForce(context, tx, kept, { approvedBy: by.id, selfApproved: false, tenant: by.tenant });
}
