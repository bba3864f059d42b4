import { finding } from '../../../record/audit/findings.ts';
import type { Past } from '../past.ts';
import type { ActReader } from '../read-act.ts';
import type { Tally } from '../tally.ts';
import { checkBooks } from './check-books.ts';
import { compare, STATUS_AFTER } from './check-row.ts';
import { lastSaid } from './last-said.ts';
import { ROWS_WITH_LEAF, type StateSource } from './source.ts';
import { mayStand, mustStand } from './standing.ts';

export type RowsAudit = {
  readonly state: StateSource;
  readonly readAct: ActReader;
  readonly past: Past;
  readonly tally: Tally;
  /** Whether every act of the log could be read: nobody is accused for want of one. */
  readonly isWhole: boolean;
};

const CHECK = 'state.recorded';
const UNREAD = 'acts of the log could not be read';

/** Looks for rows that no act brought about: the other direction of check-row.ts. All of them, each time. */
export async function checkRows(audit: RowsAudit): Promise<void> {
  await checkLeaves(audit);
  await checkStandings(audit);
  for (const list of await audit.state.lists()) await checkList(list, audit);
  await checkBooks(audit);
}

/** The newest act of a row speaks of it. */
async function checkLeaves(audit: RowsAudit): Promise<void> {
  const { state, readAct, tally } = audit;
  for (const kind of ROWS_WITH_LEAF) {
    for await (const { id, leafIndex } of state.leaves(kind)) {
      const act = await readAct(leafIndex);
      if (act === null) tally.unchecked(CHECK, UNREAD, `${kind} ${id}`);
      else if (Object.values(act.body).includes(id)) await checkLastSaid(kind, id, audit);
      else {
        const actual = `it names leaf ${leafIndex}, which is ${act.type} of something else`;
        tally.found(finding('state.unrecorded', `${kind} ${id}`, { actual }));
      }
    }
  }
}

async function checkLastSaid(
  kind: (typeof ROWS_WITH_LEAF)[number],
  id: string,
  audit: RowsAudit,
): Promise<void> {
  const columns = await lastSaid(kind, id, audit);
  if (columns === null) return audit.tally.unchecked(CHECK, UNREAD, `${kind} ${id}`);
  if (Object.keys(columns).length === 0) return audit.tally.holds(CHECK);
  const row = (await audit.state.row(kind, id)) ?? {};
  // A party that changed its name is screened by nothing any more.
  const { list_version, screened_on, clear_until_ms, ...rest } = columns;
  compare(`${kind} ${id}`, row, row['standing'] === 'unscreened' ? rest : columns, audit.tally);
}

async function checkStandings({ state, past, tally, isWhole }: RowsAudit): Promise<void> {
  const left = new Set([...past.standings.keys()].filter(mustStand));
  for await (const { subject, standing } of state.standings()) {
    const name = subject.replace(':', ' ');
    left.delete(subject);
    if (mayStand(subject, standing, past)) tally.holds(CHECK);
    else if (!isWhole) tally.unchecked(CHECK, UNREAD, name);
    else {
      const [expected, actual] = [past.standings.get(subject) ?? 'no such standing', standing ?? 'none'];
      tally.found(finding('state.unrecorded', `${name}, how it stands`, { expected, actual }));
    }
  }
  for (const subject of left) {
    const expected = 'as acts left it';
    tally.found(finding('state.absent', subject.replace(':', ' '), { expected, actual: 'nothing' }));
  }
}

/** Every change in a list of statuses is an act's, and its grants stand as the newest of them says. */
async function checkList(list: number, { state, readAct, tally }: RowsAudit): Promise<void> {
  const newest = new Map<number, string>();
  for await (const { leafIndex, position, status, grantId } of state.changes(list)) {
    newest.set(position, status);
    const subject = `status ${list}/${position} at leaf ${leafIndex}`;
    const act = await readAct(leafIndex);
    if (act === null) tally.unchecked(CHECK, UNREAD, subject);
    else if (STATUS_AFTER[act.type] === status && (grantId === null || names(act.body['grants'], grantId)))
      tally.holds(CHECK);
    else
      tally.found(
        finding('state.unrecorded', subject, { actual: `${status}, and leaf ${leafIndex} is ${act.type}` }),
      );
  }
  for await (const { id, position, status } of state.grants(list)) {
    const expected = newest.get(position) ?? 'valid';
    if (expected === status) tally.holds(CHECK);
    else tally.found(finding('state.altered', `grant ${id}, its status`, { expected, actual: status }));
  }
}

function names(list: unknown, id: string): boolean {
  return Array.isArray(list) && list.includes(id);
}
