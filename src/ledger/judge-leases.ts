import { formatInstant } from '../bytes/instant.ts';
import { denyReason } from '../policy/reasons.ts';
import type { Drawn, LeasesWeighed } from '../protocol/ledger.ts';
import type { Reason } from '../protocol/reason.ts';
import { computeOfLicence } from './accounts.ts';
import { fits, leftOf } from './caps.ts';
import { LedgerError } from './errors.ts';
import { type Extension, extendLease } from './leases.ts';
import { sumOf } from './units.ts';

export type LeasesJudged = {
  readonly reasons: readonly Reason[];
  readonly drawn: readonly Drawn[];
  /** By host, in order; empty where anything denies. */
  readonly extensions: readonly (Extension & { readonly hostId: string })[];
};

/**
 * May these hosts draw on their licence so long?
 *
 * Every host pays for its chips at their peak, and all of them together stay within the quota: under the licence, and by
 * its end user's ultimate parent for the purpose. What cannot be counted, or cannot be charged to anybody, denies where the
 * licence sets a quota or a cap.
 */
export function judgeLeases(weighed: LeasesWeighed): LeasesJudged {
  try {
    return judge(weighed);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { reasons: [uncountable(weighed.licenceId)], drawn: [], extensions: [] };
  }
}

function judge(weighed: LeasesWeighed): LeasesJudged {
  const { licenceId, atMs, payer, quota, tppInUse, totals, hosts } = weighed;
  const subject = `licence:${licenceId}`;
  const reasons: Reason[] = [];
  if (quota !== null && payer === null) {
    const sentence = 'The licence has a quota, and names no end user or no purpose to count it by.';
    reasons.push(denyReason('quota.account-unknown', subject, sentence));
  }
  for (const model of new Set(hosts.flatMap(({ unknown }) => unknown))) {
    reasons.push(unknownChip(licenceId, model));
  }
  for (const { device, untilMs } of hosts.flatMap(({ elsewhere }) => elsewhere)) {
    const sentence = `It draws on another grant until ${shown(untilMs)}.`;
    reasons.push(denyReason('device.leased-elsewhere', `device:${device}`, sentence));
  }
  const extensions = hosts.map(({ hostId, sameTerms, rateE12, untilMs, lease }) => {
    return { hostId, ...extendLease(lease, { sameTerms, rateE12, fromMs: atMs, untilMs }) };
  });
  const debit = sumOf(extensions.map((extension) => extension.debit));
  sumOf([totals.licence, debit]);
  sumOf([totals.payer, debit]);
  if (quota !== null && !fits(quota.cap, quota.taken, debit)) {
    reasons.push(exhausted(subject, quota, debit));
  }
  const tpp = sumOf(hosts.map((host) => host.tpp));
  if (tppInUse !== null && !fits(tppInUse.cap, tppInUse.taken, tpp)) {
    const left = leftOf(tppInUse.cap, tppInUse.taken);
    const sentence = `In use would be ${tpp} TPP more; of ${tppInUse.cap} there are ${left} left.`;
    reasons.push(denyReason('ledger.tpp-exceeded', subject, sentence));
  }
  for (const { model, cap, taken, quantity } of weighed.modelsInUse ?? []) {
    // What is too much by itself the gate denies.
    if (fits(cap, taken, quantity) || quantity > cap) continue;
    const left = leftOf(cap, taken);
    const sentence = `In use would be ${quantity} ${model} more; of ${cap} on the licence there are ${left} left.`;
    reasons.push(denyReason('ledger.quantity-exceeded', subject, sentence));
  }
  const account = { unit: 'operations-e12', amount: debit } as const;
  const drawn: Drawn[] = [
    {
      ...account,
      account: computeOfLicence(licenceId).name,
      taken: quota?.taken ?? totals.licence,
      cap: quota?.cap ?? null,
    },
    ...(payer === null ? [] : [{ ...account, account: payer, taken: totals.payer, cap: null }]),
  ];
  return { reasons, drawn, extensions: reasons.length === 0 ? extensions : [] };
}

function exhausted(subject: string, quota: NonNullable<LeasesWeighed['quota']>, debit: number): Reason {
  const { cap, taken, windowDays, fitsFromMs } = quota;
  const left = `${leftOf(cap, taken)} of ${cap} x 10^12 operations in ${windowDays} days are left`;
  const when =
    fitsFromMs === null ? 'that is more than the whole quota' : `enough is free from ${shown(fitsFromMs)}`;
  return denyReason('quota.exhausted', subject, `This takes ${debit}; ${left}; ${when}.`);
}

export function unknownChip(licenceId: string, model: string): Reason {
  return denyReason(
    'chip.unknown',
    `licence:${licenceId}`,
    `No chip table in force knows the model ${model}.`,
  );
}

export function uncountable(licenceId: string): Reason {
  const sentence = 'What is asked for comes to more than the ledger can count.';
  return denyReason('ledger.uncountable', `licence:${licenceId}`, sentence);
}

function shown(milliseconds: number): string {
  return formatInstant(new Date(milliseconds));
}
