/** From when until when a facility is authorised, and as what. Nothing of it is ever edited. */
export type AuthorisationPeriod = {
  /** Where its leaf stands in the log: what was written later has the greater one. */
  readonly order: number;
  readonly from: Date;
  /** Null: until it is withdrawn. */
  readonly until: Date | null;
  /** The authority's word for how much it is trusted; rule packs give it meaning, and `denied` denies. */
  readonly tier: string | null;
  readonly governmentAgreement: boolean;
};

export type Authorisation = {
  /** The period whose word counts now; null before the first. */
  readonly period: AuthorisationPeriod | null;
  /** When another begins, whose word counts from then on; null where none is planned. */
  readonly nextAt: Date | null;
};

/**
 * Which period counts at an instant: the one that began last, and of several that began together the one that was written last.
 * A later one so shortens or ends an earlier one, and none of them revives when a later one has ended.
 *
 * @param periods those that were not withdrawn, in any order
 */
export function authorisationAt(periods: readonly AuthorisationPeriod[], at: Date): Authorisation {
  let period: AuthorisationPeriod | null = null;
  let nextAt: Date | null = null;
  for (const one of periods) {
    if (one.from <= at) {
      if (
        period === null ||
        one.from > period.from ||
        (+one.from === +period.from && one.order > period.order)
      ) {
        period = one;
      }
    } else if (one.from > at && (nextAt === null || one.from < nextAt)) {
      nextAt = one.from;
    }
  }
  return { period, nextAt };
}
