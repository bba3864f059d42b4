import { formatInstant } from '../../bytes/instant.ts';
import type { AuthorisedAreaRequest, Disclosure } from '../../protocol/location.ts';
import { decideFacilityRow, insertPeriod, withdrawPeriods } from '../../store/registry/facilities.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { type ActType, recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { followFacility } from '../grant/follow-facility.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { advanceTrust } from '../trust/change.ts';
import { authorisedAreaOf, storedArea } from './authorised-area.ts';
import { readFacility } from './facilities.ts';

/** What the authority says of a facility, and why. */
export type FacilityRuling =
  | {
      readonly ruling: 'authorised';
      /** Of what the authority has before its eyes. */
      readonly digest: string;
      /** From when on; at once unless given. What is written of a period is never edited: another one follows it. */
      readonly authorisedFrom?: Date | undefined;
      readonly authorisedUntil: Date | null;
      /** How much it is trusted: rule packs give the word its meaning. */
      readonly tier?: string | undefined;
      readonly governmentAgreement?: boolean | undefined;
      /** What its hosts may be proven inside of; its own outline unless given. */
      readonly authorisedArea?: AuthorisedAreaRequest | undefined;
      readonly disclosure?: Disclosure | undefined;
      readonly reason: string;
    }
  | { readonly ruling: 'refused' | 'withdrawn'; readonly reason: string };

const GEOFENCE: AuthorisedAreaRequest = { kind: 'geofence' };

/** From which states a ruling may come. A withdrawn facility may be authorised again: the reason says why. */
const FROM: { readonly [R in FacilityRuling['ruling']]: readonly string[] } = {
  authorised: ['proposed', 'authorised', 'withdrawn'],
  refused: ['proposed'],
  withdrawn: ['authorised'],
};

const ACTS: { readonly [R in FacilityRuling['ruling']]: ActType } = {
  authorised: 'facility.authorised',
  refused: 'facility.refused',
  withdrawn: 'facility.withdrawn',
};

/**
 * The authority's ruling; decisions from the next on go by it.
 * @throws RequestError `not_found`; `conflict` from a state that the ruling cannot follow, or for another digest;
 *   `invalid_request` for an end that has passed
 */
export async function ruleOnFacility(
  context: Context,
  by: Principal,
  id: string,
  ruling: FacilityRuling,
): Promise<FacilityTable> {
  // Before the unit of work, which keeps others waiting: the map may have to be read.
  if (ruling.ruling === 'authorised') requireOnMap(context, ruling.authorisedArea ?? GEOFENCE);
  return context.store.write(async (tx) => {
    const row = await readFacility(tx, by, id);
    const at = context.clock();
    requireState(row, ruling);
    const granted = ruling.ruling === 'authorised' ? grantedBy(context, ruling, row, at) : null;
    const body = saidOf(row, ruling, granted, by);
    const decided = {
      decided_by: by.id,
      decided_at_ms: at.getTime(),
      leaf_index: await recordAct(tx, context, { type: ACTS[ruling.ruling], at, tenant: row.tenant, body }),
    };
    if (ruling.ruling === 'withdrawn') await tx.run(withdrawPeriods, { facilityId: id, atMs: at.getTime() });
    if (granted !== null) await tx.run(insertPeriod, periodRow(id, granted, ruling.reason, decided));
    const changed = {
      id,
      authorised_area: granted === null ? row.authorised_area : storedArea(granted.authorisedArea),
      disclosure: granted?.disclosure ?? row.disclosure,
      state: ruling.ruling,
      authorised_from_ms: granted?.from.getTime() ?? null,
      authorised_until_ms: granted?.until?.getTime() ?? null,
      tier: granted?.tier ?? null,
      government_agreement: granted?.governmentAgreement === true ? 1 : 0,
      period_count: granted === null ? 0 : row.period_count + 1,
      ...decided,
      decided_reason: ruling.reason,
    };
    await tx.run(decideFacilityRow, changed);
    await followFacility(context, tx, { before: row, after: { ...row, ...changed }, at });
    // What was proven inside of another area is looked at again.
    await advanceTrust(context, tx);
    return { ...row, ...changed };
  });
}

type Authorisation = Extract<FacilityRuling, { readonly ruling: 'authorised' }>;

/** @throws RequestError `invalid_request` */
function grantedBy(context: Context, ruling: Authorisation, row: FacilityTable, at: Date) {
  const period = periodOf(ruling, at);
  const area = areaOf(ruling, row, at);
  return { ...area, ...period, periodId: newIdentifier('fap', context) };
}
type Granted = ReturnType<typeof grantedBy>;

/** As the act of a ruling says it. */
function saidOf(
  { id, digest }: FacilityTable,
  { reason }: FacilityRuling,
  granted: Granted | null,
  by: Principal,
) {
  const said = { facilityId: id, digest, reason, by: by.id };
  if (granted === null) return { ...said, authorisedUntil: null };
  const { from, until, ...terms } = granted;
  const authorisedUntil = until === null ? null : formatInstant(until);
  return { ...said, ...terms, authorisedFrom: formatInstant(from), authorisedUntil };
}

type Decided = {
  readonly decided_by: string;
  readonly decided_at_ms: number;
  readonly leaf_index: number;
};

function periodRow(facilityId: string, granted: Granted, reason: string, decided: Decided) {
  return {
    id: granted.periodId,
    facility_id: facilityId,
    from_ms: granted.from.getTime(),
    until_ms: granted.until?.getTime() ?? null,
    tier: granted.tier,
    government_agreement: granted.governmentAgreement ? 1 : 0,
    ...decided,
    reason,
    withdrawn_at_ms: null,
  };
}

/** @throws RequestError `invalid_request` for a period that would have begun before it was written, or ends before it begins */
function periodOf(
  { authorisedFrom, authorisedUntil: until, tier, governmentAgreement }: Authorisation,
  at: Date,
) {
  const from = authorisedFrom ?? at;
  if (!(from >= at)) {
    throw new RequestError('invalid_request', 'nothing is authorised for a time that has passed', {
      path: 'body.authorisedFrom',
      expected: `not before ${formatInstant(at)}`,
      actual: formatInstant(from),
    });
  }
  if (until !== null && !(until > from)) {
    throw new RequestError('invalid_request', 'the authorisation would have ended already', {
      path: 'body.authorisedUntil',
      expected: `after ${formatInstant(from)}`,
      actual: formatInstant(until),
    });
  }
  return { from, until, tier: tier ?? null, governmentAgreement: governmentAgreement ?? false };
}

/**
 * What hosts may be proven inside of, and who is told. Both take effect at once: a period that is yet to come changes neither of
 * them while the facility is authorised already.
 * @throws RequestError `invalid_request`
 */
function areaOf(
  { authorisedArea, authorisedFrom: from, disclosure = 'full' }: Authorisation,
  row: FacilityTable,
  at: Date,
) {
  const inAdvance = row.state === 'authorised' && from !== undefined && from > at;
  if (!inAdvance) return { authorisedArea: authorisedArea ?? GEOFENCE, disclosure };
  if (authorisedArea === undefined) {
    return { authorisedArea: authorisedAreaOf(row), disclosure: row.disclosure };
  }
  throw new RequestError(
    'invalid_request',
    'another area takes effect at once: authorise it when it begins',
    {
      path: 'body.authorisedArea',
      expected: 'none, for a period that is yet to come',
    },
  );
}

/** @throws RequestError `invalid_request` for a country that the map does not have: nothing could be proven inside it */
function requireOnMap({ jurisdictions }: Context, area: AuthorisedAreaRequest): void {
  if (area.kind === 'geofence') return;
  const { codes } = jurisdictions();
  const missing = area.countries.filter((code) => !codes.includes(code));
  if (missing.length === 0) return;
  throw new RequestError('invalid_request', 'the map has no such country', {
    path: 'body.authorisedArea.countries',
    expected: 'countries that Natural Earth draws under a code of their own',
    actual: missing.join(', '),
  });
}

function requireState(row: FacilityTable, ruling: FacilityRuling): void {
  const from = FROM[ruling.ruling];
  if (!from.includes(row.state)) {
    throw new RequestError('conflict', `a facility that is ${row.state} cannot be ${ruling.ruling}`, {
      path: 'facility.state',
      expected: from.join(' or '),
      actual: row.state,
    });
  }
  if (ruling.ruling !== 'authorised' || ruling.digest === row.digest) return;
  // What is authorised is what the authority saw, not whatever bears this id.
  throw new RequestError('conflict', 'the digest is not that of this facility', {
    path: 'body.digest',
    expected: row.digest,
    actual: ruling.digest,
  });
}
