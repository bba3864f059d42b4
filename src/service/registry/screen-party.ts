import { type RunOutcome, type ScreeningWord, wordAfter } from '../../policy/register/screening.ts';
import type { ScreeningRunRequest } from '../../protocol/screening.ts';
import type { Tx } from '../../store/port.ts';
import { partyById, screenParty, versionsOfParty } from '../../store/registry/parties.ts';
import {
  insertScreeningRun,
  runsOfParty,
  sameScreeningRun,
  screeningListByVersion,
} from '../../store/registry/screening.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { followScreening } from '../grant/follow-party.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import type { Finder } from './drafts.ts';
import { readParty } from './parties.ts';
import { standingOf } from './screening.ts';

export type Screening = {
  readonly standing: 'clear' | 'denied' | 'unscreened';
  /** Against which list; null where the word names none. */
  readonly listVersion: string | null;
  readonly clearUntil: Date | null;
  readonly reason: string;
};

/** A person's word on a party; decisions from the next on go by it. @throws RequestError `not_found`, `invalid_request` */
export async function recordScreening(
  context: Context,
  by: Principal,
  id: string,
  { standing, listVersion, clearUntil, reason }: Screening,
): Promise<PartyTable> {
  return context.store.write(async (tx) => {
    const row = await readParty(tx, by, id);
    const at = context.clock();
    if (listVersion !== null && !(await isDeclared(tx, listVersion))) {
      const where = { path: 'body.listVersion', actual: listVersion };
      throw new RequestError('invalid_request', 'no such list was ever declared', where);
    }
    const until = clearUntil?.toISOString() ?? null;
    const body = { partyId: id, standing, listVersion, clearUntil: until, reason, by: by.id };
    const changed = {
      id,
      standing,
      standing_origin: 'word',
      list_version: listVersion,
      screened_on: dayOf(at),
      clear_until_ms: clearUntil?.getTime() ?? null,
      standing_reason: reason,
      leaf_index: await recordAct(tx, context, { type: 'party.screened', at, tenant: row.tenant, body }),
    };
    await tx.run(screenParty, changed);
    await followScreening(context, tx, id, { before: row, after: changed, at });
    return { ...row, ...changed };
  });
}

export type RecordedRun =
  | {
      readonly outcome: 'recorded';
      readonly standing: Screening['standing'];
      readonly leafIndex: number;
    }
  | {
      readonly outcome: 'unchanged';
      readonly standing: Screening['standing'];
      readonly leafIndex: null;
    }
  | {
      readonly outcome: 'rejected';
      readonly code: 'party_unknown' | 'date_ahead' | 'list_unknown' | 'renamed_since';
      readonly field: string;
      readonly message: string;
    };

/**
 * Keeps what a screening tool found, in the caller's unit of work, and what it makes of the party's standing: the newest counts, a hit outweighs
 * a clear run of the same day, and what a person denied no tool clears. The same run again changes nothing. A run of a day on which the
 * party had another name clears nobody.
 */
export async function recordRun(
  context: Context,
  tx: Tx,
  by: Principal,
  run: ScreeningRunRequest,
): Promise<RecordedRun> {
  const at = context.clock();
  const planned = await planRun(tx, run, at);
  if (planned.outcome !== 'recorded') return planned;
  const { before, next } = planned;
  const { partyId, listVersion, outcome, reviewer, date } = run;
  const id = newIdentifier('scr', context);
  const body = {
    runId: id,
    partyId,
    listVersion,
    outcome,
    reviewer,
    date,
    standing: next.standing,
    // What the party stands by from now on, whichever run or word that is.
    standsBy: { list: next.list_version, day: next.screened_on },
    by: by.id,
  };
  const leafIndex = await recordAct(tx, context, {
    type: 'screening.imported',
    at,
    tenant: before.tenant,
    body,
  });
  const imported = { imported_by: by.id, imported_at_ms: at.getTime(), leaf_index: leafIndex };
  await tx.run(insertScreeningRun, { id, ...columnsOf(run), ...imported });
  if (next !== before) {
    await tx.run(screenParty, { ...next, leaf_index: leafIndex });
    await followScreening(context, tx, before.id, { before, after: next, at });
  }
  return { outcome: 'recorded', standing: standingOf(next), leafIndex };
}

export type PlannedRun =
  | { readonly outcome: 'recorded'; readonly before: PartyTable; readonly next: PartyTable }
  | Exclude<RecordedRun, { readonly outcome: 'recorded' }>;

/** What a run would make of its party; `next` is `before` itself where nothing. Nothing is written. */
export async function planRun(finder: Finder, run: ScreeningRunRequest, at: Date): Promise<PlannedRun> {
  const { partyId, listVersion, date } = run;
  const row = await finder.first(partyById, { id: partyId });
  if (row === undefined) return reject('party_unknown', 'partyId', `${partyId} is not on the register`);
  if (date > dayOf(at)) return reject('date_ahead', 'date', 'nobody was screened on a day that has not come');
  if (!(await isDeclared(finder, listVersion))) {
    const message = `the list ${listVersion} was never declared: sextant screening list declare ${listVersion}`;
    return reject('list_unknown', 'listVersion', message);
  }
  if ((await finder.first(sameScreeningRun, columnsOf(run))) !== undefined) {
    return { outcome: 'unchanged', standing: standingOf(row), leafIndex: null };
  }
  const named = run.outcome === 'clear' ? await namedSo(finder, row) : null;
  if (named !== null && date <= named) {
    const message = `${partyId} has been called ${row.legal_name} since ${named}: who was screened on ${date} may have had another name. Screen it again on a later day, or record a person's word: sextant party screen ${partyId}`;
    return reject('renamed_since', 'date', message);
  }
  return { outcome: 'recorded', before: row, next: standingAfter(row, run) };
}

/** A run by what tells it apart. */
export function columnsOf({ partyId, listVersion, date, outcome, reviewer }: ScreeningRunRequest) {
  return { party_id: partyId, list_version: listVersion, screened_on: date, outcome, reviewer };
}

/** The row itself where the run changes nothing. */
function standingAfter(
  row: PartyTable,
  { outcome, listVersion, date, reviewer }: ScreeningRunRequest & { readonly outcome: RunOutcome },
): PartyTable {
  const { standing_origin: origin } = row;
  const word: ScreeningWord = {
    standing: standingOf(row),
    origin: origin === 'run' || origin === 'word' ? origin : null,
    listVersion: row.list_version,
    screenedOn: row.screened_on,
  };
  const next = wordAfter(word, { outcome, listVersion, screenedOn: date });
  if (next === word) return row;
  return {
    ...row,
    standing: next.standing,
    standing_origin: next.origin,
    list_version: next.listVersion,
    screened_on: next.screenedOn,
    clear_until_ms: null,
    standing_reason: `${outcome} on ${date} against ${listVersion}, reviewed by ${reviewer}`,
  };
}

/** Since which day a party has its present name; null where it never had another. A run names the party and not the name that was screened. */
async function namedSo(finder: Finder, { id, legal_name: name }: PartyTable): Promise<string | null> {
  const versions = await finder.all(versionsOfParty, { partyId: id }); // newest first
  const before = versions.findIndex((version) => version.legal_name !== name);
  const first = before < 1 ? undefined : versions[before - 1];
  return first === undefined ? null : dayOf(new Date(first.at_ms));
}

async function isDeclared(finder: Finder, version: string): Promise<boolean> {
  return (await finder.first(screeningListByVersion, { version })) !== undefined;
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

type RejectedRun = Extract<RecordedRun, { readonly outcome: 'rejected' }>;

function reject(code: RejectedRun['code'], field: string, message: string): RejectedRun {
  return { outcome: 'rejected', code, field, message };
}

/** What tools found of a party, the latest day first. @throws RequestError `not_found` */
export async function listRuns(context: Context, by: Principal, id: string) {
  return context.store.read(async (view) => {
    await readParty(view, by, id);
    return view.all(runsOfParty, { partyId: id });
  });
}
