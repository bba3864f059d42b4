import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { reinstateGrants, revokeGrants, suspendGrants } from './change.ts';
import type { GrantSubject } from './subject.ts';

/** What a ruling does to grants that rest on what it is about. */
export type GrantsAfter = 'suspended' | 'reinstated' | 'revoked';

/** Changes grants as somebody's ruling on a licence, host, facility, party or device demands, in its unit of work. */
export function followRuling(
  context: Context,
  tx: Tx,
  subject: GrantSubject,
  after: GrantsAfter,
  at: Date,
): Promise<void> {
  const change = { cause: `${subject.kind}:${subject.id}`, at };
  switch (after) {
    case 'suspended':
      return suspendGrants(context, tx, subject, change);
    case 'revoked':
      return revokeGrants(context, tx, subject, change);
    case 'reinstated':
      return reinstateGrants(context, tx, change);
  }
}
