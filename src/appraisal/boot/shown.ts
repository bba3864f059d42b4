import { toHex } from '../../bytes/text.ts';
import type { ExplainedLog } from '../../evidence/eventlog/compare.ts';
import { eventTypeText } from '../../evidence/eventlog/event-types.ts';
import type { BootEvent } from '../../protocol/appraisal.ts';
import { eventText } from './event-text.ts';
import { departure, historyOf } from './history.ts';
import { readBoot } from './read.ts';
import type { BootState } from './state.ts';

/** A boot log as a judgement shows it. */
export type ShownBootLog = Pick<BootState, 'secureBoot' | 'commandLines' | 'windows'> & {
  readonly bank: string;
  /** Whether a verified quote vouches for these events; else all of it is the host's word. */
  readonly quoted: boolean;
  readonly events: readonly ShownEvent[];
  /** The first event of each register that departs from the expected log; absent without one. */
  readonly departures?: readonly BootEvent[];
};

type ShownEvent = {
  readonly index: number;
  readonly pcr: number;
  /** Not measured. */
  readonly type: string;
  readonly digest: string;
  /** Whether the log holds what the digest is of; else `text` is the host's word. */
  readonly measured: boolean;
  readonly text: string;
};

/** @param expected a log that was expected instead, replayed by itself */
export function showBootLog(log: ExplainedLog, quoted: boolean, expected: ExplainedLog | null): ShownBootLog {
  const { secureBoot, commandLines, windows } = readBoot(log);
  const events = log.events.map((event) => ({
    index: event.index,
    pcr: event.pcr,
    type: eventTypeText(event.eventType),
    digest: toHex(event.digest),
    measured: event.data !== null,
    text: eventText(event),
  }));
  const shown = { bank: log.bank, quoted, secureBoot, commandLines, windows, events };
  return expected === null ? shown : { ...shown, departures: departures(log, expected) };
}

function departures(log: ExplainedLog, expected: ExplainedLog): BootEvent[] {
  const [now, before] = [historyOf(log), historyOf(expected)];
  if (now === null || before === null || now.bank !== before.bank) return [];
  const pcrs = [...new Set([...log.pcrs, ...expected.pcrs])].sort((a, b) => a - b);
  return pcrs.flatMap((pcr) => departure(pcr, now, before, 'in the expected log') ?? []);
}
