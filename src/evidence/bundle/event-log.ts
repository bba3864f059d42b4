import { FormatError } from '../../bytes/errors.ts';
import { CheckList } from '../check.ts';
import { replayCcel } from '../eventlog/ccel.ts';
import {
  type ExplainedLog,
  explainQuote,
  sharedBanks,
  strongestFirst,
  withOtherBanks,
} from '../eventlog/compare.ts';
import { type ExplainedIma, explainIma } from '../eventlog/ima/explain.ts';
import { parseImaLog } from '../eventlog/ima/parse.ts';
import { parseEventLog } from '../eventlog/parse.ts';
import type { PcrBanks } from '../tpm/pcrs.ts';
import type { HostTpm } from './host-evidence.ts';
import type { TpmItem } from './tpm-item.ts';

/**
 * How a log that came with a quote stands to it. The quote proves the PCRs without it, and a log that does not fit costs its
 * host nothing but the explanation, unless a reference set rests on what the log shows; it is reported, and no event of it
 * may be believed.
 */
export type EventLogStanding =
  /** `why`: as its collector says. */
  | { readonly status: 'absent'; readonly why?: string }
  /** Every firmware PCR that was quoted is explained. */
  | { readonly status: 'agrees' }
  /** The registers whose replay is not what was quoted: PCRs as `<bank>:<index>`, RTMRs as `rtMr.<index>`. */
  | { readonly status: 'differs'; readonly pcrs: readonly string[] }
  /** Not a log that is read here, or one without a bank that was quoted. */
  | { readonly status: 'unusable'; readonly why: string };

type ExaminedLog = { readonly standing: EventLogStanding; readonly log: ExplainedLog | null };

/** @param quoted values of a verified quote; others would let the log vouch for itself */
export function examineEventLog(bytes: Uint8Array | null, quoted: PcrBanks): EventLogStanding {
  return explainEventLog(bytes, quoted).standing;
}

/** Both logs of a TPM's item. */
export function examineLogs(
  item: Pick<TpmItem, 'eventLog' | 'imaLog' | 'eventLogAbsent' | 'imaLogAbsent'>,
  quoted: PcrBanks,
): Pick<HostTpm, 'eventLog' | 'bootLog' | 'imaLog' | 'ima'> {
  const { standing, log } = explainEventLog(item.eventLog, quoted);
  const { standing: imaLog, ima } = explainImaLog(item.imaLog, quoted);
  return {
    eventLog: absent(standing, item.eventLogAbsent),
    bootLog: log,
    imaLog: absent(imaLog, item.imaLogAbsent),
    ima,
  };
}

function absent(standing: EventLogStanding, why: string | null): EventLogStanding {
  return standing.status === 'absent' && why !== null ? { ...standing, why } : standing;
}

/** In every bank that log and quote share; what is explained is so in the strongest of them. */
function explainEventLog(bytes: Uint8Array | null, quoted: PcrBanks): ExaminedLog {
  if (bytes === null) return { standing: { status: 'absent' }, log: null };
  const checks = new CheckList();
  const explained: ExplainedLog[] = [];
  try {
    const log = parseEventLog(bytes);
    const banks = sharedBanks(log, quoted);
    if (banks.length === 0) return unusable('no bank of the log was quoted');
    for (const { name } of banks) explained.push(explainQuote(checks, log, name, quoted));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return unusable(error.message);
  }
  const pcrs = checks.checks.filter(({ status }) => status === 'fail').map(({ id, where }) => where ?? id);
  const log = withOtherBanks(explained);
  return { standing: pcrs.length === 0 ? { status: 'agrees' } : { status: 'differs', pcrs }, log };
}

function unusable(why: string): ExaminedLog {
  return { standing: { status: 'unusable', why }, log: null };
}

/** In the strongest bank of the quote that holds PCR 10. */
function explainImaLog(
  bytes: Uint8Array | null,
  quoted: PcrBanks,
): { readonly standing: EventLogStanding; readonly ima: ExplainedIma | null } {
  if (bytes === null) return { standing: { status: 'absent' }, ima: null };
  try {
    const entries = parseImaLog(bytes);
    const bank = strongestFirst(quoted).find(({ name }) => quoted.get(name)?.has(10) === true);
    if (bank === undefined)
      return { standing: { status: 'unusable', why: 'PCR 10 was not quoted' }, ima: null };
    const ima = explainIma(new CheckList(), entries, bank.name, quoted);
    const standing: EventLogStanding =
      ima === null ? { status: 'differs', pcrs: [`${bank.name}:10`] } : { status: 'agrees' };
    return { standing, ima };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { standing: { status: 'unusable', why: error.message }, ima: null };
  }
}

/** The same of a TD's log: @param rtMr of a verified quote */
export function examineCcel(bytes: Uint8Array | null, rtMr: readonly Uint8Array[]): EventLogStanding {
  if (bytes === null) return { status: 'absent' };
  try {
    const { checks } = replayCcel(bytes, rtMr).findings;
    const registers = checks
      .filter(({ status }) => status === 'fail')
      .map(({ id }) => `rtMr.${id.slice(id.lastIndexOf('-') + 1)}`);
    return registers.length === 0 ? { status: 'agrees' } : { status: 'differs', pcrs: registers };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { status: 'unusable', why: error.message };
  }
}
