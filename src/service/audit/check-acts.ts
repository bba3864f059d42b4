import { z } from 'zod';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { finding } from '../../record/audit/findings.ts';
import { leafHash } from '../../record/merkle.ts';
import type { TreeReader } from '../../record/tile-reader.ts';
import { bodyOf } from './act-body.ts';
import { type AppraisalAudit, checkAppraisal } from './check-appraisal.ts';
import { checkDraw, countChallenges } from './check-challenge.ts';
import { checkDecision } from './check-decision.ts';
import { checkDeletion } from './check-deletion.ts';
import { checkCited, checkTrustAct, noteKeys, noteLegalHold } from './check-trust.ts';
import { checkUsage } from './check-usage.ts';
import type { LeafMarks } from './leaf-marks.ts';
import type { OpenAct } from './open-act.ts';
import type { Past } from './past.ts';
import type { FoundAct } from './source.ts';
import { noteSubmission } from './state/check-hosts.ts';
import { checkRow } from './state/check-row.ts';
import { entryOfFound } from './store-source.ts';
import type { Tally } from './tally.ts';

export type ActAudit = {
  /** Null where nothing but the log is at hand. */
  readonly records: AppraisalAudit | null;
  readonly past: Past;
  readonly tally: Tally;
  readonly marks: LeafMarks;
  readonly tree: TreeReader;
};

const NO_RECORDS = 'the source shows acts and not what they speak of';
const session = z.object({ sessionId: z.string() });

/**
 * Shows that an act is its leaf's, then holds what is kept against it.
 *
 * @param leaf proven hash; null where the tree itself could not be read there
 */
export async function checkAct(
  found: FoundAct | undefined,
  index: number,
  leaf: Uint8Array | null,
  audit: ActAudit,
): Promise<void> {
  const { tally, past } = audit;
  const subject = `leaf ${index}`;
  if (found === undefined) {
    tally.unchecked('acts.opened', 'not shown by the source, or gone', subject);
    return;
  }
  const entry = entryOfFound(found);
  if (
    leaf === null ||
    entry === undefined ||
    found.leafIndex !== index ||
    !equalBytes(leafHash(entry), leaf)
  ) {
    if (leaf !== null)
      tally.found(finding('act.altered', subject, { actual: `${found.type} of ${found.tenant}` }));
    return;
  }
  tally.holds('acts.opened');
  tally.opened(found.type, found.atMs);
  audit.marks.set('opened', index);
  const { type, atMs, tenant } = found;
  past.beganMs ??= atMs;
  if (atMs < past.atMs) tally.found(finding('log.time-reversed', subject));
  past.atMs = Math.max(past.atMs, atMs);
  const body = bodyOf(found.body);
  if (body === null) tally.unchecked('acts.understood', 'its body is no JSON object', subject);
  else await checkKind({ leafIndex: index, type, atMs, tenant, body }, audit);
}

async function checkKind(act: OpenAct, audit: ActAudit): Promise<void> {
  try {
    await checkBody(act, audit);
  } catch (error) {
    // An act of another version of this program, or a record that is none of ours: not understood, never passed over.
    if (!(error instanceof z.ZodError || error instanceof FormatError || error instanceof SyntaxError))
      throw error;
    audit.tally.unchecked(
      'acts.understood',
      `${act.type} is not of a form that this version knows`,
      `leaf ${act.leafIndex}`,
    );
  }
}

async function checkBody(act: OpenAct, audit: ActAudit): Promise<void> {
  const { records, past, tally, marks } = audit;
  past.ties.note(act);
  if (records?.records.state) noteSubmission(act, past);
  if (records !== null) await checkRow(act, { ...records, state: records.records.state });
  switch (act.type) {
    case 'session.issued':
      past.issued(session.parse(act.body).sessionId, act.atMs);
      return;
    case 'appraisal':
      checkCited(act, past, tally);
      if (records === null) tally.unchecked('appraisals.judged-again', NO_RECORDS, `leaf ${act.leafIndex}`);
      else if (await checkAppraisal(act, records)) marks.set('appraisal', act.leafIndex);
      return;
    case 'decision':
      checkCited(act, past, tally);
      if (records === null) tally.unchecked('decisions.as-recorded', NO_RECORDS, `leaf ${act.leafIndex}`);
      else if (await checkDecision(act, records)) marks.set('decision', act.leafIndex);
      return;
    case 'usage.reported':
      if (records === null) tally.unchecked('usage.judged-again', NO_RECORDS, `leaf ${act.leafIndex}`);
      else await checkUsage(act, records);
      return;
    case 'trust-input.effective':
    case 'trust-input.superseded':
    case 'trust-input.withdrawn':
      await checkTrustAct(act, { trust: records?.trust ?? null, past, tally });
      return;
    case 'legal-hold.placed':
    case 'legal-hold.lifted':
      noteLegalHold(act, past);
      return;
    case 'retention.deleted':
      if (records === null) tally.unchecked('deletions.by-rule', NO_RECORDS, `leaf ${act.leafIndex}`);
      else await checkDeletion(act, records);
      return;
    case 'challenge.drawn':
      if (records === null) tally.unchecked('challenges.redrawn', NO_RECORDS, `leaf ${act.leafIndex}`);
      else await checkDraw(act, { ...records, tree: audit.tree });
      return;
    case 'challenge.ended':
      countChallenges(act, tally);
      return;
    case 'signing-key.created':
    case 'signing-key.rotated':
      noteKeys(act, past);
      return;
  }
}
