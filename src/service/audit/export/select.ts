import { z } from 'zod';
import { parseInstant } from '../../../bytes/instant.ts';
import type { ActReader } from '../read-act.ts';
import type { RecordSource } from '../source.ts';

/** What somebody wants to have; a period is of appraisals and decisions, and narrows a licence. */
export type Wanted = {
  readonly appraisal?: string | undefined;
  readonly decision?: string | undefined;
  readonly licence?: string | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
};

export type Selected = {
  /** Sessions and decisions by their ids: the leaves of their acts. */
  readonly appraisals: ReadonlyMap<string, number>;
  readonly decisions: ReadonlyMap<string, number>;
};

const appraisalBody = z.object({
  sessionId: z.string(),
  devices: z.array(z.object({ id: z.string() })).default([]),
});
const decisionBody = z.object({ decisionId: z.string(), licenceId: z.string() });
const issuedBody = z.object({ sessionId: z.string() });
const answer = z.object({
  devices: z.array(z.object({ id: z.string(), evidenceIssuedAt: z.string().nullable() })),
});

type Log = {
  readonly size: number;
  readonly readAct: ActReader;
  readonly records: Pick<RecordSource, 'decision' | 'appraisal'>;
  readonly onProgress: (done: number, size: number) => void;
};

/**
 * Finds what is wanted by reading the log: decisions with the evidence that they name, or everything of a period. A decision names the instant
 * of the nonce and not the session: evidence of that second that shows one of its devices is taken for it.
 */
export async function select(log: Log, wanted: Wanted): Promise<Selected> {
  const appraisals = new Map<string, number>();
  const decisions = new Map<string, number>();
  if (wanted.appraisal !== undefined) {
    const kept = await log.records.appraisal(wanted.appraisal);
    if (kept !== undefined) appraisals.set(wanted.appraisal, kept.leafIndex);
    return { appraisals, decisions };
  }
  const isOfPeriod = (atMs: number): boolean =>
    atMs >= (wanted.from?.getTime() ?? Number.NEGATIVE_INFINITY) &&
    atMs < (wanted.until?.getTime() ?? Number.POSITIVE_INFINITY);
  const isWhole = wanted.decision === undefined && wanted.licence === undefined;
  await walk(log, (act) => {
    if (act.type === 'appraisal' && isWhole && isOfPeriod(act.atMs))
      appraisals.set(appraisalBody.parse(act.body).sessionId, act.leafIndex);
    if (act.type !== 'decision') return;
    const { decisionId, licenceId } = decisionBody.parse(act.body);
    const isWanted = wanted.decision === undefined ? isOfPeriod(act.atMs) : wanted.decision === decisionId;
    if (isWanted && (wanted.licence === undefined || wanted.licence === licenceId))
      decisions.set(decisionId, act.leafIndex);
  });
  if (!isWhole) await addEvidence(log, decisions, appraisals);
  return { appraisals, decisions };
}

async function addEvidence(
  log: Log,
  decisions: ReadonlyMap<string, number>,
  appraisals: Map<string, number>,
): Promise<void> {
  /** Devices by the second in which the nonce was issued; the act of it may be dated into the next. */
  const shown = new Map<number, Set<string>>();
  for (const id of decisions.keys()) {
    const kept = await log.records.decision(id);
    if (kept === undefined) continue;
    for (const { id: device, evidenceIssuedAt } of answer.parse(JSON.parse(kept.answer)).devices) {
      if (evidenceIssuedAt === null) continue;
      const second = Math.floor(parseInstant(evidenceIssuedAt, 'evidenceIssuedAt').getTime() / 1000);
      for (const one of [second, second + 1]) shown.set(one, (shown.get(one) ?? new Set()).add(device));
    }
  }
  const sessions = new Map<string, Set<string>>();
  await walk(log, (act) => {
    if (act.type === 'session.issued') {
      const devices = shown.get(Math.floor(act.atMs / 1000));
      if (devices !== undefined) sessions.set(issuedBody.parse(act.body).sessionId, devices);
    } else if (act.type === 'appraisal') {
      const { sessionId, devices } = appraisalBody.parse(act.body);
      const wanted = sessions.get(sessionId);
      if (wanted !== undefined && devices.some(({ id }) => wanted.has(id)))
        appraisals.set(sessionId, act.leafIndex);
    }
  });
}

type OpenAct = NonNullable<Awaited<ReturnType<ActReader>>>;

async function walk({ size, readAct, onProgress }: Log, visit: (act: OpenAct) => void): Promise<void> {
  for (let leaf = 0; leaf < size; leaf++) {
    const act = await readAct(leaf);
    if (act !== null) visit(act);
    if (leaf % 256 === 0) onProgress(leaf, size);
  }
}
