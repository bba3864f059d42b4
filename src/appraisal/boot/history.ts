import { z } from 'zod';
import { toHex } from '../../bytes/text.ts';
import type { ExplainedLog } from '../../evidence/eventlog/compare.ts';
import type { BootEvent, Difference } from '../../protocol/appraisal.ts';
import { eventText } from './event-text.ts';

/**
 * A boot, event by event, as short as an explanation needs it: what is kept of the last log of a host that matched a set, to
 * be laid beside the next one.
 */
export const bootHistory = z.object({
  bank: z.string(),
  /** The PCRs that the log replayed to; of others nothing is known. */
  explained: z.array(z.number()),
  events: z.array(z.tuple([z.number(), z.number(), z.string(), z.string()])),
});
export type BootHistory = z.infer<typeof bootHistory>;

/** More than any genuine log has; one that has more is laid beside nothing. */
const MAX_EVENTS = 1024;

/** Each event as PCR, position, digest and words. Null for a log that is too long to be kept. */
export function historyOf({ bank, pcrs, events }: ExplainedLog): BootHistory | null {
  if (events.length > MAX_EVENTS) return null;
  return {
    bank,
    explained: [...pcrs].sort((a, b) => a - b),
    events: events.map((event) => [event.pcr, event.index, toHex(event.digest), eventText(event)]),
  };
}

/** Names, for each register that differs, the first event in which the boot departs from an earlier one. */
export function explainDifferences(
  differences: readonly Difference[],
  now: BootHistory | null,
  before: BootHistory | null,
): Difference[] {
  return differences.map((difference) => {
    const [, bank, pcr] = /^pcr\.([a-z0-9]+)\.([0-9]{1,2})$/.exec(difference.field) ?? [];
    if (difference.event !== undefined || bank === undefined || now?.bank !== bank) return difference;
    const event = departure(Number(pcr), now, before?.bank === bank ? before : null);
    return event === null ? difference : { ...difference, event };
  });
}

/** Null where either log does not explain the register, or both hold the same events. */
export function departure(
  pcr: number,
  now: BootHistory,
  before: BootHistory | null,
  when = 'when the host was last accepted',
): BootEvent | null {
  if (before === null || !now.explained.includes(pcr) || !before.explained.includes(pcr)) return null;
  const [is, was] = [now, before].map(({ events }) => events.filter(([register]) => register === pcr));
  if (is === undefined || was === undefined) return null;
  const at = is.findIndex(([, , digest], position) => was[position]?.[2] !== digest);
  const position = at < 0 ? is.length : at;
  const [found, expected] = [is[position], was[position]];
  if (found === undefined && expected === undefined) return null;
  const present = found === undefined ? 'the log ends' : `${found[3]} (${found[2]})`;
  const then = expected === undefined ? 'nothing followed' : `it was ${expected[3]} (${expected[2]})`;
  const where =
    found === undefined ? `After ${position} events of PCR ${pcr}` : `Event ${found[1]} of PCR ${pcr}`;
  return {
    pcr,
    index: found?.[1] ?? null,
    sentence: `${where}: ${present}; ${when} ${then}.`,
  };
}
