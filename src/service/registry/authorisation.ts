import { type AuthorisationPeriod, authorisationAt } from '../../policy/register/authorisation.ts';
import type { View } from '../../store/port.ts';
import type { FacilityPeriodTable } from '../../store/registry/entity-tables.ts';
import { periodsOfFacility } from '../../store/registry/facilities.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';

/** What a facility's row has to say of its authorisation. */
export type AuthorisedRow = Pick<
  FacilityTable,
  | 'id'
  | 'state'
  | 'authorised_from_ms'
  | 'authorised_until_ms'
  | 'tier'
  | 'government_agreement'
  | 'period_count'
>;

export type FacilityAuthorisation = {
  readonly authorisation: 'proposed' | 'authorised' | 'revoked';
  readonly from: Date | null;
  /** When the word that counts now ends, or gives way to another. */
  readonly until: Date | null;
  readonly tier: string | null;
  readonly governmentAgreement: boolean;
  /** When a period begins whose word counts from then on; null where none is planned. */
  readonly nextAt: Date | null;
};

/** What the authority's word on a facility is at an instant. One read of the row is enough where there is one period alone. */
export async function facilityAuthorisationAt(
  view: View,
  row: AuthorisedRow,
  at: Date,
): Promise<FacilityAuthorisation> {
  const { state } = row;
  const authorisation = state === 'authorised' || state === 'proposed' ? state : 'revoked';
  const periods = row.period_count > 1 ? await readPeriods(view, row.id) : [ofRow(row)];
  const { period, nextAt } = authorisationAt(periods, at);
  if (period === null) {
    return { authorisation, from: nextAt, until: null, tier: null, governmentAgreement: false, nextAt };
  }
  const { from, tier, governmentAgreement } = period;
  const ends = [period.until, nextAt].flatMap((end) => (end === null ? [] : [end.getTime()]));
  const until = ends.length === 0 ? null : new Date(Math.min(...ends));
  return { authorisation, from, until, tier, governmentAgreement, nextAt };
}

async function readPeriods(view: View, facilityId: string): Promise<AuthorisationPeriod[]> {
  const rows = await view.all(periodsOfFacility, { facilityId });
  return rows.filter((row) => row.withdrawn_at_ms === null).map(ofPeriod);
}

type PeriodColumns = Pick<
  FacilityPeriodTable,
  'leaf_index' | 'from_ms' | 'until_ms' | 'tier' | 'government_agreement'
>;

function ofPeriod(row: PeriodColumns): AuthorisationPeriod {
  return {
    order: row.leaf_index,
    from: new Date(row.from_ms),
    until: row.until_ms === null ? null : new Date(row.until_ms),
    tier: row.tier,
    governmentAgreement: row.government_agreement === 1,
  };
}

/** A row that was never authorised has no beginning, and an instant that is none never comes. */
function ofRow(row: AuthorisedRow): AuthorisationPeriod {
  const { tier, government_agreement } = row;
  const [from_ms, until_ms] = [row.authorised_from_ms ?? Number.NaN, row.authorised_until_ms];
  return ofPeriod({ leaf_index: 0, from_ms, until_ms, tier, government_agreement });
}
