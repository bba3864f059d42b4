import { parseInstant } from '../../bytes/instant.ts';
import { deletedItemsDigest } from '../../record/audit/deletion.ts';
import { finding } from '../../record/audit/findings.ts';
import { keepDays, untilOf } from '../retention/rules.ts';
import { type DeletionBody, deletionBody, itemsOf } from './deletions.ts';
import type { OpenAct } from './open-act.ts';
import type { Past } from './past.ts';
import type { ActReader } from './read-act.ts';
import type { RecordSource } from './source.ts';
import type { Tally } from './tally.ts';
import type { TrustOfDay } from './trust-of-day.ts';

export type DeletionAudit = {
  readonly records: Pick<RecordSource, 'deletedItems'>;
  readonly trust: TrustOfDay;
  readonly readAct: ActReader;
  readonly past: Past;
  readonly tally: Tally;
};

const CHECK = 'deletions.by-rule';

/** Acts of what may be deleted, and the member that names it. */
const ACTS: { readonly [kind: string]: readonly [type: string, member: string] } = {
  appraisal: ['appraisal', 'sessionId'],
  location: ['location', 'sessionId'],
  decision: ['decision', 'decisionId'],
  grant: ['grant.issued', 'grantId'],
  'usage-report': ['usage.reported', 'reportSha256'],
};

/** The log never goes back: an act may be dated a little after the row that it is of. */
const SLACK_MS = 60_000;

/**
 * Holds a deletion against the rules and holds that stood when it was done: the rules that it names are those that acts had put in force, what it
 * deleted is old enough by them, and names nobody and nothing that was held.
 *
 * What remains unproven: a hold on a party for whose use a device was declared, where no licence names that party; and when what no act speaks of (sessions that
 * nobody answered, events, documents) began.
 */
export async function checkDeletion(act: OpenAct, audit: DeletionAudit): Promise<void> {
  const { records, tally } = audit;
  const said = deletionBody.parse(act.body);
  const subject = `deletion at leaf ${act.leafIndex}`;
  const text = await records.deletedItems(act.leafIndex);
  const actual = text === undefined ? undefined : deletedItemsDigest(text);
  if (text === undefined || actual !== said.itemsSha256) {
    const code = actual === undefined ? 'deletion.absent' : 'deletion.altered';
    tally.found(finding(code, subject, { expected: said.itemsSha256, actual: actual ?? 'nothing' }));
    return;
  }
  const because = await againstRules(act, said, audit);
  if (because !== null) tally.found(finding('deletion.unexplained', subject, because));
  let isSound = because === null;
  const reach = reachOf(audit.past);
  for (const [kind, id, leaf] of itemsOf(text) ?? []) {
    if (leaf === null) continue;
    const wrong = await againstItem({ kind, id, leaf }, said, { ...audit, reach });
    if (wrong === null) continue;
    isSound = false;
    const { code, ...more } = wrong;
    if (code === null) tally.unchecked(CHECK, more.because, `leaf ${leaf}`);
    else tally.found(finding(code, `${kind} ${id}, ${subject}`, more));
  }
  if (isSound) tally.holds(CHECK);
}

/** What holds reach now, by id: the hold and its subject. */
function reachOf({ legalHolds, ties }: Past): ReadonlyMap<string, string> {
  const reach = new Map<string, string>();
  for (const [hold, subject] of legalHolds)
    for (const id of ties.reachOf(subject)) reach.set(id, `${hold} on ${subject}`);
  return reach;
}

function againstHolds({ body }: OpenAct, { ties }: Past, reach: Reach): WrongItem | null {
  if (reach.size === 0) return null;
  for (const [, id] of JSON.stringify(body).matchAll(/"([^"]{1,200})"/g)) {
    const because = reach.get(id ?? '');
    if (because !== undefined) return { code: 'deletion.held', because };
  }
  if (ties.isWhole) return null;
  return { code: null, because: 'there is more than an audit remembers: not every hold was looked for' };
}

type Wrong = { readonly because: string; readonly expected?: string; readonly actual?: string };

type Reach = ReadonlyMap<string, string>;
type WrongItem = Wrong & { readonly code: 'deletion.unexplained' | 'deletion.held' | null };

async function againstRules(
  { atMs }: OpenAct,
  { class: name, until, rules }: DeletionBody,
  { trust, past }: DeletionAudit,
): Promise<Wrong | null> {
  const inForce = [...new Set(past.retentionRules.values())].sort();
  if (inForce.join() !== [...rules].sort().join()) {
    const [expected, actual] = [inForce.join(' ') || 'the defaults', rules.join(' ') || 'the defaults'];
    return { because: 'it names other rules than were in force', expected, actual };
  }
  const state = await trust.of(inForce);
  if (state === null) return { because: 'a rule that it names is not as it was recorded' };
  const latest = untilOf(keepDays(state.retentionRules), name, new Date(atMs));
  if (parseInstant(until, 'until') <= latest) return null;
  return { because: 'sooner than the rules say', expected: `until ${latest.toISOString()}`, actual: until };
}

async function againstItem(
  { kind, id, leaf }: { readonly kind: string; readonly id: string; readonly leaf: number },
  { until }: DeletionBody,
  { readAct, past, reach }: DeletionAudit & { readonly reach: Reach },
): Promise<WrongItem | null> {
  const act = await readAct(leaf);
  if (act === null) return { code: null, because: 'an act of what it deleted could not be read' };
  const [type, member = ''] = ACTS[kind] ?? [];
  if (act.type !== type || act.body[member] !== id)
    return { code: 'deletion.unexplained', because: `leaf ${leaf} is of something else`, actual: act.type };
  const untilMs = parseInstant(until, 'until').getTime();
  if (act.atMs >= untilMs + SLACK_MS) {
    const actual = new Date(act.atMs).toISOString();
    return { code: 'deletion.unexplained', because: 'it is younger', expected: `before ${until}`, actual };
  }
  return againstHolds(act, past, reach);
}
