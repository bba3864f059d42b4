import { SextantError } from '../bytes/errors.ts';

/** What cannot be entered in the books. Codes are API. */
export type LedgerCode =
  /** More than a safe integer holds: 2^53 - 1, for operations that are counted by 10^12 some 9 x 10^27 of them. */
  | 'ledger_overflow'
  /** A balance would fall below zero: more would be given back than was ever taken. */
  | 'ledger_negative'
  /** Not a whole number, or below zero where nothing below zero has a meaning. */
  | 'ledger_not_whole';

export class LedgerError extends SextantError<LedgerCode> {}
