import type { OpenAct } from '../open-act.ts';
import type { Past } from '../past.ts';

/** What acts say of a subject's standing, and null for one that they end: each is then as if it had never been. */
const STANDINGS: {
  readonly [type: string]: readonly [kind: string, member: string, standing: string | null];
} = {
  'principal.created': ['principal', 'principalId', 'active'],
  'principal.disabled': ['principal', 'principalId', 'disabled'],
  'latch.set': ['latch', 'latchId', 'open'],
  'latch.cleared': ['latch', 'latchId', null],
  'host.suspended': ['host', 'hostId', 'suspended'],
  'host.reinstated': ['host', 'hostId', null],
};

/** Remembers who stands how, for rows that name no leaf; and how a party was screened, which later acts on it leave. */
export function noteStanding({ type, body }: OpenAct, { standings }: Past): void {
  if (type === 'party.screened' || type === 'screening.imported') {
    standings.set(`party:${body['partyId']}`, String(body['standing']));
    return;
  }
  const [kind, member = '', standing = null] = STANDINGS[type] ?? [];
  if (kind === undefined) return;
  const subject = `${kind}:${body[member]}`;
  if (standing === null) standings.delete(subject);
  else standings.set(subject, standing);
}

/**
 * Whether something may stand so after all that acts said of it. A party may be less than what it was screened to be: what it says of itself
 * may have changed since.
 */
export function mayStand(subject: string, standing: string | null, { standings }: Past): boolean {
  const said = standings.get(subject) ?? null;
  if (!subject.startsWith('party:')) return said === standing;
  return standing === 'unscreened' || standing === said;
}
