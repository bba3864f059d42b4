import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { CheckList } from '../check.ts';
import {
  type HashAlgorithm,
  type HashName,
  hashAlgorithmById,
  hashAlgorithmByName,
} from '../tpm/algorithms.ts';
import type { PcrBanks } from '../tpm/pcrs.ts';
import { EV_NO_ACTION } from './event-types.ts';
import { measuredData } from './measured-data.ts';
import type { EventLog, TcgEvent } from './parse.ts';
import { LAST_STATIC_PCR, leavesAsQuoted, type Replay, replayEventLog } from './replay.ts';

/** An event whose PCR was found to be what the TPM quoted. */
export type ExplainedEvent = {
  readonly index: number;
  readonly pcr: number;
  /** Not measured; for display. */
  readonly eventType: number;
  /** The digest that was extended. */
  readonly digest: Uint8Array;
  /** What `digest` is of, if the log holds it (measured-data.ts), else null: then the data are whatever the host wrote there. */
  readonly data: Uint8Array | null;
  /** Not measured: the host's word for `data`, such as `kernel_cmdline`. */
  readonly label: string | null;
  /** The event's data as the log has them: measured or not, for people to read. */
  readonly claimed: Uint8Array;
};

/** A log of which it is known how far it explains the registers of a quote, in one bank. */
export type ExplainedLog = {
  readonly bank: HashName;
  /** The quoted PCRs that the log replays to exactly. */
  readonly pcrs: ReadonlySet<number>;
  /** The events of those PCRs, in the order of the log. */
  readonly events: readonly ExplainedEvent[];
  /**
   * The same log in the other sound banks that it shares with the quote. Each by itself: firmware may leave a bank unextended, and whoever
   * runs later then writes in it what he likes, so that what one bank shows says nothing of another.
   */
  readonly otherBanks?: readonly ExplainedLog[];
};

/** PCRs 0 to 7 are the firmware's (profile, 3.3.4): whatever extended them stands in its log. */
const LAST_FIRMWARE_PCR = 7;

/**
 * Holds a log against quoted PCR values: a check `tpm.eventlog.pcr-N` for each PCR of the bank, and what the log then
 * explains.
 *
 * An operating system goes on extending PCRs 8 to 15 after the firmware's log is closed: where those differ, the log
 * fails to explain them, which is reported as not performed and never as a pass.
 *
 * @param quoted values of a verified quote; others would let the log vouch for itself
 * @throws FormatError as `replayEventLog`
 */
export function explainQuote(
  checks: CheckList,
  log: EventLog,
  bank: HashName,
  quoted: PcrBanks,
): ExplainedLog {
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
    const same = holdAgainst(checks, replay, pcr, value);
    if (same) explained.add(pcr);
  }
  return { bank, pcrs: explained, events: explainEvents(log, bank, explained) };
}

/**
 * {@link explainQuote} in the strongest bank that quote and log share, and without checks in the others; null, and `tpm.eventlog`
 * not performed, without one.
 */
export function explainStrongest(checks: CheckList, log: EventLog, quoted: PcrBanks): ExplainedLog | null {
  const [strongest, ...others] = sharedBanks(log, quoted);
  if (strongest === undefined) {
    checks.skip('tpm.eventlog', 'quote and log share no bank');
    return null;
  }
  const found = explainQuote(checks, log, strongest.name, quoted);
  return withOtherBanks([found, ...others.flatMap(({ name }) => explainAside(log, name, quoted))]);
}

/** The banks of a quote that a log has too, those with the longest digests first. */
export function sharedBanks(log: EventLog, quoted: PcrBanks): readonly HashAlgorithm[] {
  return strongestFirst(quoted).filter(({ id }) => log.algorithms.has(id));
}

/** The first, with the others beside it that are sound. */
export function withOtherBanks([first, ...others]: readonly ExplainedLog[]): ExplainedLog | null {
  if (first === undefined) return null;
  const otherBanks = others.filter(({ bank }) => hashAlgorithmByName(bank)?.weak === false);
  return otherBanks.length === 0 ? first : { ...first, otherBanks };
}

/** Nothing for a bank in which the log is not whole: the checks are of the strongest alone. */
function explainAside(log: EventLog, bank: HashName, quoted: PcrBanks): ExplainedLog[] {
  try {
    return [explainQuote(new CheckList(), log, bank, quoted)];
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

/** The banks of a quote, those with the longest digests first. */
export function strongestFirst(quoted: PcrBanks): readonly HashAlgorithm[] {
  return [...quoted.keys()]
    .flatMap((name) => hashAlgorithmByName(name) ?? [])
    .sort((a, b) => b.digestBytes - a.digestBytes);
}

function holdAgainst(checks: CheckList, replay: Replay, pcr: number, value: Uint8Array): boolean {
  const id = `tpm.eventlog.pcr-${pcr}`;
  const where = `${replay.bank}:${pcr}`;
  const replayed = replay.pcrs.get(pcr) ?? new Uint8Array(value.length);
  if (equalBytes(replayed, value)) return checks.expect(id, true, toHex(value), toHex(replayed), where);
  const left = leavesAsQuoted(replay, pcr, value);
  if (left !== null) {
    return checks.expect(id, true, toHex(value), `${toHex(value)}, with ${left} after the log's end`, where);
  }
  if (pcr > LAST_FIRMWARE_PCR) checks.skip(id, 'was extended beyond what the log holds');
  else checks.expect(id, false, toHex(value), toHex(replayed), where);
  return false;
}

/** The events alone of {@link explainQuote}. */
export function compareEventLog(
  checks: CheckList,
  log: EventLog,
  bank: HashName,
  quoted: PcrBanks,
): readonly ExplainedEvent[] {
  return explainQuote(checks, log, bank, quoted).events;
}

/**
 * A log by itself: every register as it says, which proves nothing.
 * @param bank default: SHA-256, or the next stronger bank that the log has, or SHA-1
 * @returns null where the log has no such bank
 */
export function unquotedLog(log: EventLog, bank?: HashName): ExplainedLog | null {
  const banks = [...log.algorithms.keys()].flatMap((id) => hashAlgorithmById(id) ?? []);
  const [sound] = banks
    .filter(({ name, weak }) => (bank === undefined ? !weak || banks.length === 1 : name === bank))
    .sort((a, b) => a.digestBytes - b.digestBytes);
  if (sound === undefined) return null;
  const pcrs = new Set(replayEventLog(log, sound.name).pcrs.keys());
  return { bank: sound.name, pcrs, events: explainEvents(log, sound.name, pcrs) };
}

/** The measured events of registers that were found to be what the log says. */
export function explainEvents(
  log: EventLog,
  bank: HashName,
  explained: ReadonlySet<number>,
): readonly ExplainedEvent[] {
  const id = hashAlgorithmByName(bank)?.id ?? 0;
  return log.events.flatMap((event) => (explained.has(event.pcrIndex) ? explain(event, bank, id) : []));
}

function explain(event: TcgEvent, bank: HashName, id: number): ExplainedEvent[] {
  const { index, pcrIndex: pcr, eventType, event: claimed } = event;
  const digest = event.digests.get(id);
  if (eventType === EV_NO_ACTION || digest === undefined) return [];
  const measured = measuredData(claimed, digest, bank);
  const [data, label] = measured === null ? [null, null] : [measured.bytes, measured.label];
  return [{ index, pcr, eventType, digest, data, label, claimed }];
}
