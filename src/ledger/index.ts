/** `sextant/ledger`: what may be delivered and computed under licences, counted in whole numbers. */
export {
  type Account,
  type AccountSubject,
  chipsOfLicence,
  computeOfLicence,
  computeOfParty,
  readAccount,
  reportedOf,
  tppAtHome,
  tppOfConsignee,
  tppOfCountry,
  tppOfLicence,
} from './accounts.ts';
export { type DayOfWindow, fits, fitsFrom, leftOf } from './caps.ts';
export { type ChipCount, type ChipFigures, type ChipTable, type Counted, countChips } from './chips.ts';
export {
  adjust,
  type Balance,
  balanceOf,
  type Change,
  commit,
  commitReserved,
  EMPTY_BALANCE,
  type EntryKind,
  enter,
  release,
  releaseReserved,
  reserve,
  takenOf,
} from './entries.ts';
export { type LedgerCode, LedgerError } from './errors.ts';
export { ledgerReasons } from './judge.ts';
export { type AllocationJudged, judgeAllocation } from './judge-allocation.ts';
export { judgeLeases, type LeasesJudged } from './judge-leases.ts';
export {
  type Ending,
  type Extension,
  endLease,
  extendLease,
  type Lease,
  type LeaseWish,
  type RevocationDelay,
} from './leases.ts';
export {
  dayOf,
  firstDayOf,
  isPeriod,
  leavesWindowAt,
  monthOf,
  monthsOfYear,
  periodOf,
  WHOLE,
} from './periods.ts';
export { reached, THRESHOLDS, type Threshold } from './thresholds.ts';
export {
  backOverTime,
  overTime,
  productOf,
  requireAmount,
  sumOf,
  toOperationsE12,
  type Unit,
} from './units.ts';
export { judgeUsage, type UsageCredit, type UsageJudged } from './usage.ts';
export { USAGE_CODES, type UsageCode } from './usage-reasons.ts';
