import { canonicalJson } from '../../bytes/canonical-json.ts';
import { plainJson } from '../../bytes/plain-json.ts';
import { canonicalDigest } from '../../evidence/digest.ts';
import { computeOfLicence, reportedOf } from '../../ledger/accounts.ts';
import { commit, release } from '../../ledger/entries.ts';
import { WHOLE } from '../../ledger/periods.ts';
import { sumOf } from '../../ledger/units.ts';
import type { UsageCredit, UsageJudged } from '../../ledger/usage.ts';
import type { MeasuredUsage, UsageWeighed } from '../../protocol/usage.ts';
import { insertDecisionInput } from '../../store/attestation/decisions.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { UsageReportTable } from '../../store/ledger/tables.ts';
import { insertUsageReport } from '../../store/ledger/usage.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { Draft } from './draft.ts';

export type CountedUsage = {
  readonly licence: LicenceTable;
  readonly measured: MeasuredUsage;
  /** As it was signed or said, and the digest of that. */
  readonly report: string;
  readonly sha256: string;
  readonly weighed: UsageWeighed;
  readonly judged: UsageJudged;
  readonly at: Date;
};

/** Gives back what a report leaves of what was paid: entries, the leaf that they name, and what it was judged by. */
export async function countUsage(context: Context, tx: Tx, counted: CountedUsage): Promise<UsageReportTable> {
  const { licence, measured, report, sha256, weighed, judged, at } = counted;
  const { leasedE12 } = judged;
  const { licenceId, hostId, operator } = weighed;
  const by = operator ?? hostId;
  const input = canonicalJson(plainJson(weighed));
  const inputSha256 = canonicalDigest('usage-input', input);
  await tx.run(insertDecisionInput, { sha256: inputSha256, content: input });
  const draft = new Draft(tx);
  const creditedE12 = await giveBack(draft, licenceId, judged.credits);
  const reported = reportedBy(licenceId, judged.used);
  for (const { account, amount } of reported)
    await draft.enter({ account, period: WHOLE, change: commit(amount) });
  const { from, until, source, unit, amount, purpose } = measured;
  const window = { licenceId, hostId, from, until };
  const said = { source, unit, amount, purpose, reportSha256: sha256 };
  const body = { ...window, ...said, leasedE12, creditedE12, reported, inputSha256, by };
  const act = { type: 'usage.reported', at, tenant: licence.tenant, body } as const;
  const leafIndex = await recordAct(tx, context, act);
  await draft.write(tx, {
    at_ms: at.getTime(),
    licence_id: licenceId,
    decision_id: null,
    allocation_id: null,
    by_id: by,
    reason: `as ${source} reports`,
    leaf_index: leafIndex,
  });
  const row: UsageReportTable = {
    sha256,
    licence_id: licenceId,
    host_id: hostId,
    from_ms: weighed.report.fromMs,
    until_ms: weighed.report.untilMs,
    at_ms: at.getTime(),
    report,
    reported_by: operator ?? null,
    input_sha256: inputSha256,
    leased_e12: leasedE12,
    credited_e12: creditedE12,
    leaf_index: leafIndex,
  };
  await tx.run(insertUsageReport, row);
  return row;
}

/** What counts as reported, in the licence's account and in that of each who paid besides: one entry for each. */
function reportedBy(
  licenceId: string,
  used: UsageJudged['used'],
): { readonly account: string; readonly amount: number }[] {
  const own = computeOfLicence(licenceId).name;
  const sums = new Map<string, number>();
  for (const { account, amount } of used) {
    for (const name of account === null ? [own] : [own, account]) {
      if (amount > 0) sums.set(reportedOf(name), sumOf([sums.get(reportedOf(name)) ?? 0, amount]));
    }
  }
  return [...sums].map(([account, amount]) => ({ account, amount }));
}

/** Each where it was paid. An authority may have given some of it back before, by an adjustment. @returns what the licence gets */
async function giveBack(draft: Draft, licenceId: string, credits: readonly UsageCredit[]): Promise<number> {
  const own = computeOfLicence(licenceId).name;
  let given = 0;
  for (const { account, period, amount } of credits) {
    for (const name of account === null ? [own] : [own, account]) {
      const whole = await draft.balance(name);
      const part = await draft.balance(name, period);
      const change = release(Math.min(amount, whole.committed, part.committed));
      if (change.committed === 0) continue;
      await draft.enter({ account: name, period, change });
      if (name === own) given -= change.committed;
    }
  }
  return given;
}
