import { z } from 'zod';
import { formatInstant } from '../../bytes/instant.ts';
import { judgeUsage } from '../../ledger/usage.ts';
import { usageWeighed } from '../../protocol/usage.ts';
import { DELETED_BY_RULE, type DeletionReader } from './deletions.ts';
import { differences, diverges } from './divergence.ts';
import { keptText } from './kept-text.ts';
import type { OpenAct } from './open-act.ts';
import type { RecordSource } from './source.ts';
import type { Tally } from './tally.ts';

/** What this reads of the act of a report that was counted. */
const body = z.object({
  licenceId: z.string(),
  hostId: z.string(),
  from: z.string(),
  until: z.string(),
  source: z.string(),
  unit: z.string(),
  amount: z.number(),
  purpose: z.string(),
  leasedE12: z.number(),
  creditedE12: z.number(),
  reportSha256: z.string(),
  inputSha256: z.string(),
  by: z.string(),
});

export type UsageAudit = {
  readonly records: Pick<RecordSource, 'weighed'>;
  readonly deletions: DeletionReader;
  readonly tally: Tally;
};

/**
 * Judges a report of usage again, by what it was judged by. It must count, about the window and the amount that the act names; and
 * nobody was given back more than that leaves. Less there may be: what an authority had given back before is not there twice.
 */
export async function checkUsage(act: OpenAct, { records, deletions, tally }: UsageAudit): Promise<void> {
  const { inputSha256, reportSha256, creditedE12, ...said } = body.parse(act.body);
  const subject = `usage report of leaf ${act.leafIndex}`;
  if ((await records.weighed(inputSha256)) === undefined) {
    const explained = await deletions.of('usage-report', reportSha256, act.leafIndex);
    if (explained !== null) {
      const shown = `${subject}, kept until ${explained.until} (leaf ${explained.leafIndex})`;
      return tally.unchecked('usage.judged-again', DELETED_BY_RULE, shown);
    }
  }
  const text = await keptText(records, { name: subject, sha256: inputSha256, purpose: 'usage-input' }, tally);
  if (text === null) return;
  const weighed = usageWeighed.parse(JSON.parse(text));
  const { reasons, leasedE12, credits } = judgeUsage(weighed);
  const { report, licenceId, hostId, operator } = weighed;
  const { fromMs, untilMs, ...measured } = report;
  const mostE12 = credits.reduce((sum, { amount }) => sum + amount, 0);
  const again = {
    ...{ licenceId, hostId, ...measured, leasedE12, by: operator ?? hostId },
    ...{ from: instant(fromMs), until: instant(untilMs) },
    reasons: reasons.map(({ code }) => code),
    creditedE12: Math.min(creditedE12, mostE12),
  };
  const recorded = { ...said, from: instant(Date.parse(said.from)), until: instant(Date.parse(said.until)) };
  const members = differences({ ...recorded, reasons: [], creditedE12 }, again);
  if (members.length === 0) tally.holds('usage.judged-again');
  else tally.found(diverges('usage.diverges', subject, members));
}

function instant(milliseconds: number): string {
  return formatInstant(new Date(milliseconds));
}
