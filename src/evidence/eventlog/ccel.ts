import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { CheckList } from '../check.ts';
import { type ExplainedEvent, explainEvents } from './compare.ts';
import { EV_NO_ACTION } from './event-types.ts';
import { type EventLog, parseEventLog } from './parse.ts';
import { replayEventLog } from './replay.ts';

/**
 * The Confidential Computing Event Log of a TD (UEFI 2.10, 38.4.1; Intel TDX Virtual Firmware Design Guide, 8.3): a
 * crypto-agile TCG log whose register numbers count from MRTD, which nothing extends: 1 to 4 are RTMR 0 to 3, each with
 * SHA-384. Linux hands out the whole area that firmware reserved, filled up with bytes of 00 or FF.
 */
export type CcelReplay = {
  readonly findings: CheckList;
  /** The events of those registers that agree. */
  readonly events: readonly ExplainedEvent[];
};

const BANK = 'sha384';
const REGISTER_BYTES = 48;
/** The number of RTMR 0 in a log. */
const FIRST_REGISTER = 1;
/** For what runs after the firmware: a log that was closed before cannot explain it. */
const RUNTIME_RTMR = 3;

/** What such a log begins with: register 1 and EV_NO_ACTION. */
const HEAD = Uint8Array.of(1, 0, 0, 0, 3, 0, 0, 0);

export function isCcel(bytes: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, HEAD.length), HEAD);
}

/** @throws FormatError as `parseEventLog` */
export function parseCcel(bytes: Uint8Array): EventLog {
  return parseEventLog(bytes);
}

/**
 * Holds a TD's log against the registers of its quote: a check `intel.ccel.rtmr-N` for each. Where RTMR 3 differs, software at
 * run time has extended it, which is reported as not performed and never as a pass.
 *
 * @param rtMr of a verified quote; others would let the log vouch for itself
 * @throws FormatError for what is no such log
 */
export function replayCcel(bytes: Uint8Array, rtMr: readonly Uint8Array[]): CcelReplay {
  const log = parseCcel(bytes);
  for (const { index, pcrIndex, eventType } of log.events) {
    const isRegister = pcrIndex >= FIRST_REGISTER && pcrIndex < FIRST_REGISTER + rtMr.length;
    if (!isRegister && eventType !== EV_NO_ACTION) throw unknownRegister(index, pcrIndex);
  }
  const replay = replayEventLog(log, BANK);
  const findings = new CheckList();
  const explained = new Set<number>();
  for (const [number, value] of rtMr.entries()) {
    const register = number + FIRST_REGISTER;
    const id = `intel.ccel.rtmr-${number}`;
    const replayed = replay.pcrs.get(register) ?? new Uint8Array(REGISTER_BYTES);
    const same = equalBytes(replayed, value);
    if (same) explained.add(register);
    if (!same && number === RUNTIME_RTMR) findings.skip(id, 'was extended beyond what the log holds');
    else findings.expect(id, same, toHex(value), toHex(replayed), `${BANK}:${register}`);
  }
  return { findings, events: explainEvents(log, BANK, explained) };
}

function unknownRegister(index: number, register: number): FormatError {
  const path = `eventLog.events[${index}]`;
  return new FormatError('bad_value', `${path} has register ${register}`, {
    path,
    expected: 'register 1 to 4',
    actual: `${register}`,
  });
}
