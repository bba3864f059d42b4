import { FormatError } from '../../bytes/errors.ts';
import { CheckList } from '../check.ts';
import { replayCcel } from '../eventlog/ccel.ts';
import { compareEventLog } from '../eventlog/compare.ts';
import { parseEventLog } from '../eventlog/parse.ts';
import { hashAlgorithmByName } from '../tpm/algorithms.ts';
import type { PcrBanks } from '../tpm/pcrs.ts';

/**
 * How the event log that came with a quote stands to it. A log only ever explains: the quote proves the PCRs without it,
 * and reference sets name PCRs. So a log that does not fit costs its host nothing but the explanation; it is reported, and
 * no event of it may be believed.
 */
export type EventLogStanding =
  | { readonly status: 'absent' }
  /** Every firmware PCR that was quoted is explained. */
  | { readonly status: 'agrees' }
  /** The registers whose replay is not what was quoted: firmware PCRs as `<bank>:<index>`, RTMRs as `rtMr.<index>`. */
  | { readonly status: 'differs'; readonly pcrs: readonly string[] }
  /** Not a log that is read here, or one without a bank that was quoted. */
  | { readonly status: 'unusable'; readonly why: string };

/** @param quoted values of a verified quote; others would let the log vouch for itself */
export function examineEventLog(bytes: Uint8Array | null, quoted: PcrBanks): EventLogStanding {
  if (bytes === null) return { status: 'absent' };
  const checks = new CheckList();
  try {
    const log = parseEventLog(bytes);
    const banks = [...quoted.keys()].filter((bank) => log.algorithms.has(hashAlgorithmByName(bank)?.id ?? 0));
    if (banks.length === 0) return { status: 'unusable', why: 'no bank of the log was quoted' };
    for (const bank of banks) compareEventLog(checks, log, bank, quoted);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { status: 'unusable', why: error.message };
  }
  const pcrs = checks.checks.filter(({ status }) => status === 'fail').map(({ id, where }) => where ?? id);
  return pcrs.length === 0 ? { status: 'agrees' } : { status: 'differs', pcrs };
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
