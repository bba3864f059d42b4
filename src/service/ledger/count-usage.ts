import { canonicalJson } from '../../bytes/canonical-json.ts';
import { plainJson } from '../../bytes/plain-json.ts';
import { canonicalDigest } from '../../evidence/digest.ts';
import { computeOfLicence } from '../../ledger/accounts.ts';
import { release } from '../../ledger/entries.ts';
import type { UsageCredit } from '../../ledger/usage.ts';
import type { UsageClaims, UsageWeighed } from '../../protocol/usage.ts';
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
  readonly claims: UsageClaims;
  /** As it was signed, and the digest of that. */
  readonly report: string;
  readonly sha256: string;
  readonly weighed: UsageWeighed;
  readonly leasedE12: number;
  readonly credits: readonly UsageCredit[];
  readonly at: Date;
};

/** Gives back what a report leaves of what was paid: entries, the leaf that they name, and what it was judged by. */
export async function countUsage(context: Context, tx: Tx, counted: CountedUsage): Promise<UsageReportTable> {
  const { licence, claims, report, sha256, weighed, leasedE12, credits, at } = counted;
  const { licenceId, hostId } = weighed;
  const input = canonicalJson(plainJson(weighed));
  const inputSha256 = canonicalDigest('usage-input', input);
  await tx.run(insertDecisionInput, { sha256: inputSha256, content: input });
  const draft = new Draft(tx);
  const creditedE12 = await giveBack(draft, licenceId, credits);
  const { from, until, source, unit, amount, purpose } = claims;
  const window = { licenceId, hostId, from, until };
  const said = { source, unit, amount, purpose, reportSha256: sha256 };
  const body = { ...window, ...said, leasedE12, creditedE12, inputSha256, by: hostId };
  const act = { type: 'usage.reported', at, tenant: licence.tenant, body } as const;
  const leafIndex = await recordAct(tx, context, act);
  await draft.write(tx, {
    at_ms: at.getTime(),
    licence_id: licenceId,
    decision_id: null,
    allocation_id: null,
    by_id: hostId,
    reason: `not used, as ${source} reports`,
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
    input_sha256: inputSha256,
    leased_e12: leasedE12,
    credited_e12: creditedE12,
    leaf_index: leafIndex,
  };
  await tx.run(insertUsageReport, row);
  return row;
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
