import { CheckList } from './check.ts';
import { isCcel } from './eventlog/ccel.ts';
import { unquotedLog } from './eventlog/compare.ts';
import { EV_NO_ACTION } from './eventlog/event-types.ts';
import { parseEventLog } from './eventlog/parse.ts';
import { replayEventLog } from './eventlog/replay.ts';
import { EvidenceError, type EvidenceFolder, type Format, type OfflineFindings } from './format.ts';
import { hashAlgorithmById } from './tpm/algorithms.ts';

/**
 * A firmware's event log by itself. Nothing in it is signed: what can be said is that it is whole and that every bank of it
 * replays. Whether it tells the truth takes a quote, and is listed as not performed.
 */
export const TCG_EVENT_LOG: Format = { id: 'tcg-eventlog', usesRoots: false, recognises, verify };

/** As Linux and collectors call it. Contents cannot tell: an empty or broken log has none to go by. */
const NAME = /^(?:eventlog|binary_bios_measurements)$|\.bin$/;

function recognises(files: EvidenceFolder): boolean {
  const [only, ...more] = files;
  if (only === undefined || more.length > 0) return false;
  const [name, bytes] = only;
  // A CCEL measures a TDX guest, and is held against its quote.
  return (NAME.test(name) || hasHeader(bytes)) && !isCcel(bytes);
}

/** What a log of TPM 2.0 begins with, whatever its name, as Windows's MeasuredBoot logs have it. */
const HEADER = 'Spec ID Event03\0';
const HEADER_OFFSET = 32;

function hasHeader(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(HEADER_OFFSET, HEADER_OFFSET + HEADER.length));
  return bytes[4] === EV_NO_ACTION && head.toString('latin1') === HEADER;
}

function verify(files: EvidenceFolder): OfflineFindings {
  const [bytes] = files.values();
  if (bytes === undefined) throw new EvidenceError('part_missing', 'there is no file');
  const log = parseEventLog(bytes);
  const findings = new CheckList();
  const banks = [...log.algorithms.keys()].flatMap((id) => hashAlgorithmById(id)?.name ?? []);
  // Throws for a log whose events lack a bank that its header promises.
  for (const bank of banks) replayEventLog(log, bank);
  const padding = log.padding === 0 ? '' : `; ${log.padding} bytes of padding`;
  const found = `${log.events.length} events; ${banks.join(', ')}${padding}`;
  findings.expect('tpm.eventlog.replay', banks.length > 0, 'a bank that is read here', found);
  findings.skip('tpm.eventlog', 'no verified quote to hold the log against');
  const shown = unquotedLog(log);
  return { findings, measured: null, ...(shown === null ? {} : { bootLog: { log: shown, quoted: false } }) };
}
