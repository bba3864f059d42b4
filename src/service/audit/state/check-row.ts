import { hash } from 'node:crypto';
import { z } from 'zod';
import { finding } from '../../../record/audit/findings.ts';
import { DELETED_BY_RULE, type DeletionReader } from '../deletions.ts';
import type { OpenAct } from '../open-act.ts';
import type { Past } from '../past.ts';
import type { Tally } from '../tally.ts';
import { type Expected, expectedOf } from './expected.ts';
import { noteSaid } from './last-said.ts';
import type { FoundRow, StateSource } from './source.ts';
import { noteStanding } from './standing.ts';

export type StateAudit = {
  /** Null where the source shows no rows: only a database does. */
  readonly state: StateSource | null;
  readonly deletions: DeletionReader;
  readonly past: Past;
  readonly tally: Tally;
};

const CHECK = 'state.as-recorded';

/** What this reads of the acts about grants (service/grant). */
const issuedBody = z.object({
  grantId: z.string(),
  decisionId: z.string(),
  licenceId: z.string(),
  hostId: z.string(),
  expiresAt: z.string(),
  status: z.object({ list: z.int(), position: z.int() }),
  grantSha256: z.string(),
});
const noteBody = z.object({ incidentId: z.string(), note: z.string(), by: z.string() });
const changedBody = z.object({ grants: z.array(z.string()) });

/** What each act makes of a grant's status. */
export const STATUS_AFTER: { readonly [type: string]: string } = {
  'grant.suspended': 'suspended',
  'grant.reinstated': 'valid',
  'grant.revoked': 'invalid',
};

/** Holds the rows that an act brought about, or changed, against what it says. */
export async function checkRow(act: OpenAct, audit: StateAudit): Promise<void> {
  if (audit.state === null) return;
  noteStanding(act, audit.past);
  noteSaid(act, audit.past);
  if (act.type === 'grant.issued') return checkGrant(act, audit.state, audit);
  const status = STATUS_AFTER[act.type];
  if (status !== undefined) return checkStatuses(act, status, audit.state, audit);
  if (act.type === 'incident.noted') return checkNote(act, audit.state, audit);
  for (const expected of expectedOf(act)) await checkExpected(act, expected, audit.state, audit);
}

async function checkExpected(
  act: OpenAct,
  { kind, id, always, newest }: Expected,
  state: StateSource,
  audit: StateAudit,
): Promise<void> {
  const row = await state.row(kind, id);
  if (row === undefined) {
    const because = { expected: `as leaf ${act.leafIndex} records it` };
    return audit.tally.found(finding('state.absent', `${kind} ${id}`, because));
  }
  const stands = newest === null ? Number.POSITIVE_INFINITY : Number(row['leaf_index']);
  if (stands < act.leafIndex) {
    const [wanted, actual] = [`at least ${act.leafIndex}`, `${stands}`];
    const because = 'it names an earlier act as its newest';
    const subject = `${kind} ${id}`;
    return audit.tally.found(finding('state.altered', subject, { because, expected: wanted, actual }));
  }
  compare(`${kind} ${id}`, row, { ...always, ...(stands === act.leafIndex ? newest : {}) }, audit.tally);
}

/** Notes are numbered as their acts come. */
async function checkNote(act: OpenAct, state: StateSource, { past, tally }: StateAudit): Promise<void> {
  const { incidentId, note, by } = noteBody.parse(act.body);
  const position = Number(past.standings.get(`notes:${incidentId}`));
  const subject = `note ${position} on incident ${incidentId}`;
  const row = await state.note(incidentId, position);
  if (row !== undefined) return compare(subject, row, { note, by }, tally);
  const expected = `as leaf ${act.leafIndex} records it`;
  tally.found(finding('state.absent', subject, { expected }));
}

async function checkGrant(act: OpenAct, state: StateSource, audit: StateAudit): Promise<void> {
  const said = issuedBody.parse(act.body);
  const row = await state.row('grant', said.grantId);
  if (row !== undefined) {
    const columns = {
      decision_id: said.decisionId,
      licence_id: said.licenceId,
      host_id: said.hostId,
      list: said.status.list,
      position: said.status.position,
      expires_at_ms: Date.parse(said.expiresAt),
      leaf_index: act.leafIndex,
      token_sha256: said.grantSha256,
    };
    const token_sha256 = hash('sha256', String(row['token']), 'hex');
    return compare(`grant ${said.grantId}`, { ...row, token_sha256 }, columns, audit.tally);
  }
  const explained = await audit.deletions.of('grant', said.grantId, act.leafIndex);
  if (explained !== null) {
    const { until, leafIndex } = explained;
    const shown = `grant ${said.grantId}, kept until ${until} (leaf ${leafIndex})`;
    return audit.tally.unchecked(CHECK, DELETED_BY_RULE, shown);
  }
  const expected = `as leaf ${act.leafIndex} records it`;
  audit.tally.found(finding('state.absent', `grant ${said.grantId}`, { expected }));
}

/** A line in the list for each grant whose status an act changed. */
async function checkStatuses(
  act: OpenAct,
  status: string,
  state: StateSource,
  { tally }: StateAudit,
): Promise<void> {
  for (const id of changedBody.parse(act.body).grants) {
    const row = await state.row('grant', id);
    if (row === undefined) continue; // told where it was issued
    const change = await state.change(Number(row['list']), act.leafIndex, Number(row['position']));
    if (change === status) tally.holds(CHECK);
    else {
      const actual = change ?? 'no change';
      const code = change === undefined ? 'state.absent' : 'state.altered';
      tally.found(
        finding(code, `status of grant ${id} at leaf ${act.leafIndex}`, { expected: status, actual }),
      );
    }
  }
}

export function compare(subject: string, row: FoundRow, columns: FoundRow, tally: Tally): void {
  let isSound = true;
  for (const [column, value] of Object.entries(columns)) {
    const [expected, actual] = [shown(value), shown(row[column])];
    // An act that is silent about a column says nothing against it.
    if (value === undefined || expected === actual) continue;
    isSound = false;
    tally.found(
      finding('state.altered', `${subject}, its ${column}`, {
        expected: expected.slice(0, 400),
        actual: actual.slice(0, 400),
      }),
    );
  }
  if (isSound) tally.holds(CHECK);
}

/** Columns hold text, numbers and null. */
function shown(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : String(value);
}
