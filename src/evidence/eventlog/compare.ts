import { hash as digest } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import { type HashName, hashAlgorithmByName } from '../tpm/algorithms.ts';
import type { PcrBanks } from '../tpm/pcrs.ts';
import { EV_NO_ACTION } from './event-types.ts';
import type { EventLog, TcgEvent } from './parse.ts';
import { LAST_STATIC_PCR, replayEventLog } from './replay.ts';

/** An event whose PCR was found to be what the TPM quoted. */
export type ExplainedEvent = {
  readonly index: number;
  readonly pcr: number;
  /** Not measured; for display. */
  readonly eventType: number;
  /** The digest that was extended. */
  readonly digest: Uint8Array;
  /** The event's data if `digest` is theirs, else null: then they are whatever the host wrote there. */
  readonly data: Uint8Array | null;
};

/** PCRs 0 to 7 are the firmware's (profile, 3.3.4): whatever extended them stands in its log. */
const LAST_FIRMWARE_PCR = 7;

/**
 * Holds a log against quoted PCR values: a check `tpm.eventlog.pcr-N` for each PCR of the bank, and the events of
 * those that agree.
 *
 * An operating system goes on extending PCRs 8 to 15 after the firmware's log is closed: where those differ, the log
 * fails to explain them, which is reported as not performed and never as a pass.
 *
 * @param quoted values of a verified quote; others would let the log vouch for itself
 * @throws FormatError as `replayEventLog`
 */
export function compareEventLog(
  checks: CheckList,
  log: EventLog,
  bank: HashName,
  quoted: PcrBanks,
): readonly ExplainedEvent[] {
  const replay = replayEventLog(log, bank);
  const explained = new Set<number>();
  const values = quoted.get(bank);
  if (values === undefined) checks.skip('tpm.eventlog', `the quote covers no PCR of bank ${bank}`);
  for (const [pcr, value] of values ?? []) {
    const id = `tpm.eventlog.pcr-${pcr}`;
    if (pcr > LAST_STATIC_PCR) {
      checks.skip(id, 'may be reset while the system runs: no firmware log explains it');
      continue;
    }
    const replayed = replay.pcrs.get(pcr) ?? new Uint8Array(value.length);
    const same = equalBytes(replayed, value);
    if (same) explained.add(pcr);
    if (!same && pcr > LAST_FIRMWARE_PCR) checks.skip(id, 'was extended beyond what the log holds');
    else checks.expect(id, same, toHex(value), toHex(replayed), `${bank}:${pcr}`);
  }
  return explainEvents(log, bank, explained);
}

/** The measured events of registers that were found to be what the log says. */
export function explainEvents(
  log: EventLog,
  bank: HashName,
  explained: ReadonlySet<number>,
): readonly ExplainedEvent[] {
  return log.events.flatMap((event) => (explained.has(event.pcrIndex) ? explain(event, bank) : []));
}

function explain(event: TcgEvent, bank: HashName): ExplainedEvent[] {
  const { index, pcrIndex: pcr, eventType } = event;
  const measured = event.digests.get(hashAlgorithmByName(bank)?.id ?? 0);
  if (eventType === EV_NO_ACTION || measured === undefined) return [];
  const isItsDigest = equalBytes(digest(bank, event.event, 'buffer'), measured);
  return [{ index, pcr, eventType, digest: measured, data: isItsDigest ? event.event : null }];
}
