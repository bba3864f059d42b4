import { denyReason } from '../policy/reasons.ts';
import type { AllocationWeighed, Drawn } from '../protocol/ledger.ts';
import type { Reason } from '../protocol/reason.ts';
import { chipsOfLicence, tppOfConsignee, tppOfCountry, tppOfLicence } from './accounts.ts';
import { fits, leftOf } from './caps.ts';
import { LedgerError } from './errors.ts';
import { uncountable, unknownChip } from './judge-leases.ts';
import { sumOf } from './units.ts';

export type AllocationJudged = { readonly reasons: readonly Reason[]; readonly drawn: readonly Drawn[] };

/**
 * May so much be delivered under the licence, besides what was allocated before? What consignees and countries may be
 * given in a period is for rule packs, which are told the sums.
 */
export function judgeAllocation(weighed: AllocationWeighed): AllocationJudged {
  try {
    return judge(weighed);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { reasons: [uncountable(weighed.licenceId)], drawn: [] };
  }
}

function judge(weighed: AllocationWeighed): AllocationJudged {
  const { licenceId, consigneeId, country, tpp, licenceTpp, chips, totals } = weighed;
  const subject = `licence:${licenceId}`;
  const reasons = weighed.unknown.map((model) => unknownChip(licenceId, model));
  if (consigneeId === null || country === null) {
    const sentence =
      'The licence names no consignee that is registered: what is delivered cannot be counted.';
    return { reasons: [...reasons, denyReason('ledger.consignee-unknown', subject, sentence)], drawn: [] };
  }
  for (const { model, quantity, cap, taken } of chips) {
    if (fits(cap, taken, quantity)) continue;
    const sentence = `Of ${cap} ${model} on the licence ${leftOf(cap, taken)} are left; ${quantity} are asked for.`;
    reasons.push(denyReason('ledger.quantity-exceeded', subject, sentence));
  }
  if (licenceTpp.cap !== null && !fits(licenceTpp.cap, licenceTpp.taken, tpp)) {
    const left = leftOf(licenceTpp.cap, licenceTpp.taken);
    const sentence = `Of ${licenceTpp.cap} TPP on the licence ${left} are left; ${tpp} are asked for.`;
    reasons.push(denyReason('ledger.tpp-exceeded', subject, sentence));
  }
  for (const taken of [licenceTpp.taken, totals.consignee, totals.country]) sumOf([taken, tpp]);
  const inTpp = { unit: 'tpp', amount: tpp } as const;
  const drawn: Drawn[] = [
    { ...inTpp, account: tppOfLicence(licenceId).name, ...licenceTpp },
    { ...inTpp, account: tppOfConsignee(consigneeId).name, taken: totals.consignee, cap: null },
    { ...inTpp, account: tppOfCountry(country).name, taken: totals.country, cap: null },
    ...chips.map(({ model, quantity, cap, taken }): Drawn => {
      return { account: chipsOfLicence(licenceId, model).name, unit: 'chips', amount: quantity, taken, cap };
    }),
  ];
  return { reasons, drawn };
}
