import { isBoundToHost } from '../appraisal/bound-to-host.ts';
import type { DecidedDevice, Verdict } from '../protocol/decision.ts';
import { DEVICE_FACTS, HOST_FACTS, LEVELS } from '../protocol/facts.ts';
import { Derived } from './derived.ts';
import type { FacilityState, PartyState } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';
import { isChip } from './named.ts';
import type { PackInput } from './packs/input.ts';
import { type ScreeningOfAll, screeningOfAll } from './register/screening.ts';
import type { Told } from './told.ts';
import type { Weighed } from './weighed.ts';

/** What aggregates are made of. */
export type PackSources = {
  readonly weighed: Weighed;
  readonly conditions: LicenceConditions;
  readonly verdict: Verdict;
};

/** With when ages are counted up to: now, or when what is granted would end. */
type Aged = PackSources & { readonly at: Date };

/**
 * What a decision tells rule packs: the worst over all that it is about, and nothing where it is not known. The same sources give
 * the same aggregates, always. Asked for several instants, since only ages differ between them.
 */
export function packInputsOf(sources: PackSources): (at: Date) => PackInput {
  const { weighed, conditions } = sources;
  const { told, parties, licence } = weighed;
  const { purpose, basis, certifications } = conditions;
  const ageless = {
    action: weighed.action,
    licence: known({ id: licence.id, purpose, basis, certifications }),
    consignee: told.consignee === null ? undefined : OWNERS.of(told.consignee, null),
    chips: chipsOf(weighed),
    screening: SCREENINGS.of(parties, conditions),
    ledger: { ...told.ledger, ...known({ groupTpp: groupTppOf(weighed) }) },
    compute: computeOf(weighed),
  };
  return (at) => {
    const aged = { ...sources, at };
    const endUser = endUserOf(told, at);
    const [facility, evidence] = [facilityOf(aged), evidenceOf(aged)];
    return known({ ...ageless, endUser, facility, evidence, incidents: incidentsOf(told, at) });
  };
}

const OWNERS = new Derived((owned: NonNullable<Told['consignee']>, _: null) => ownerOf(owned));
/** Of end users whom nobody examined: everything else of them has no age. */
const END_USERS = new Derived((endUser: NonNullable<Told['endUser']>, _: null) => ownerOf(endUser));
const SCREENINGS = new Derived((parties: readonly PartyState[], conditions: LicenceConditions) =>
  screeningOf(parties, conditions),
);
/** Where none is open. */
const NO_INCIDENTS = new Derived((incidents: NonNullable<Told['incidents']>, _: null) => ({
  unreported: [...incidents.unreported],
  oldestUnreportedHours: 0,
}));

function ownerOf({ id, country, headquarters, parents, chainComplete }: NonNullable<Told['consignee']>) {
  return known({ id, country, headquarters, parents: parents === null ? null : [...parents], chainComplete });
}

function endUserOf({ endUser }: Told, at: Date): PackInput['endUser'] {
  if (endUser === null) return undefined;
  if (endUser.examinedAt === null) return END_USERS.of(endUser, null);
  return { ...ownerOf(endUser), knowYourCustomerAgeDays: daysSince(endUser.examinedAt, at) };
}

/** All authorised, all with an agreement, the oldest audit; country and tier only where they are the same, or tiers are numbered. */
function facilityOf({ weighed, at }: Aged): PackInput['facility'] {
  const { facilities } = weighed.told;
  if (facilities.length === 0) return undefined;
  const standing = new Map(weighed.facilities.map((facility) => [facility.id, facility]));
  return known({
    authorised: facilities.every(({ id }) => isAuthorised(standing.get(id), at)),
    country: same(facilities.map(({ country }) => country)),
    tier: worstTier(facilities.map(({ id }) => standing.get(id)?.tier ?? null)),
    governmentAgreement: facilities.every(({ governmentAgreement }) => governmentAgreement),
    auditAgeDays: oldest(
      facilities.map(({ auditedAt }) => auditedAt),
      (audited) => daysSince(audited, at),
    ),
    clusterDevices: clusterOf(weighed),
  });
}

/** The largest of all facilities; null where it is not known of one. */
function clusterOf({ action, devices, clusters }: Weighed): number | null {
  if (action === 'allocate') return null;
  const held = new Map<string | null, number>(
    clusters.map(({ facilityId, granted }) => [facilityId, granted]),
  );
  const sizes = [...Map.groupBy(devices, ({ facilityId }) => facilityId)].map(
    ([facilityId, asked]) => (held.get(facilityId) ?? Number.NaN) + asked.length,
  );
  const most = Math.max(...sizes);
  return Number.isSafeInteger(most) ? most : null;
}

function isAuthorised(facility: FacilityState | undefined, at: Date): boolean {
  if (facility?.authorisation !== 'authorised' || facility.authorisedFrom === null) return false;
  const { authorisedFrom: from, authorisedUntil: until } = facility;
  return from <= at && (until === null || at < until);
}

const NUMBERED = /^tier-(\d{1,3})$/;

/** Of numbered tiers the highest number is the worst; which of two words is worse only a pack could say. */
function worstTier(tiers: readonly (string | null)[]): string | null {
  const numbers = tiers.map((tier) => Number(NUMBERED.exec(tier ?? '')?.[1] ?? Number.NaN));
  const worst = Math.max(...numbers);
  return Number.isNaN(worst) ? same(tiers) : `tier-${worst}`;
}

/** use: what computes among the devices; one of which no model is known leaves nothing told. */
function chipsOf({ action, chips, devices }: Weighed): PackInput['chips'] {
  if (action === 'allocate') return chips.length === 0 ? undefined : [...chips];
  const counted = Map.groupBy(devices.filter(isChip), ({ model }) => model);
  if (counted.size === 0 || counted.has(null)) return undefined;
  return [...counted].map(([model, all]) => ({ model: model ?? '', quantity: all.length }));
}

/** allocate: with what is asked for, which must go to one country and be counted. */
function groupTppOf({ action, told, ledger }: Weighed): NonNullable<PackInput['ledger']>['groupTpp'] | null {
  if (told.groupTpp === null || action === 'use') return told.groupTpp === null ? null : [...told.groupTpp];
  const { allocation } = ledger;
  const country = same(told.facilities.map((facility) => facility.country));
  if (allocation === null || allocation.unknown.length > 0 || country === null) return null;
  return [...told.groupTpp, { country, tpp: allocation.tpp, basis: 'requested' }];
}

/** What still counts, by whom or under what more was: as much as reports say was used, and all else as unreported, at the full rate. */
function computeOf({ ledger: { leases }, told: { reported } }: Weighed): PackInput['compute'] {
  if (leases === null) return undefined;
  const { licence, payer } = leases.totals;
  const counted = Math.max(licence, payer);
  // Where both are as much, less was reported of one.
  const said = [
    ...(licence === counted ? [reported?.licence ?? 0] : []),
    ...(payer === counted ? [reported?.payer ?? 0] : []),
  ];
  const reportedE12 = Math.min(counted, ...said);
  return { reportedE12, unreportedE12: counted - reportedE12 };
}

function evidenceOf({ weighed, verdict, at }: Aged): PackInput['evidence'] {
  const { verifiedSharePercent, missingSharePercent } = weighed.told.deliveries ?? {};
  const shares = known({ verifiedSharePercent, missingSharePercent });
  const rows = verdict.devices;
  if (weighed.action === 'allocate' || rows.length === 0) return shares;
  const states = new Map(weighed.devices.map((device) => [device.id, device.evidence]));
  const issued = rows.map(({ id }) => states.get(id)?.nonceIssuedAt ?? null);
  const placed = rows.map(({ id }) => states.get(id)?.placeAt ?? null);
  return {
    ...shares,
    ...known({
      minimumLevel: weakest(LEVELS, rows, ({ level }) => level),
      weakestDevice: weakest(DEVICE_FACTS, rows, ({ facts }) => facts?.device),
      weakestHost: weakest(HOST_FACTS, rows, ({ facts }) => facts?.host),
      placesProven: rows.every((row) => isPlaceProven(row, states.get(row.id)?.placeUntil ?? null, at)),
      oldestAgeSeconds: oldest(issued, (since) => minutesSince(since, at)),
      oldestPlaceAgeSeconds: oldest(placed, (since) => minutesSince(since, at)),
    }),
  };
}

/** Its own place: keys that could be carried away, and reports that could be relayed, prove another's. */
function isPlaceProven({ facts }: DecidedDevice, until: Date | null, at: Date): boolean {
  if (facts === null || until === null || !(at < until)) return false;
  return (
    facts.place.verdict === 'proven-inside' && facts.place.keyCustody === 'sealed' && isBoundToHost(facts)
  );
}

/** The first of an order, weakest first, that any row has; what is not known is the weakest. */
function weakest<T extends string>(
  order: readonly [T, ...T[]],
  rows: readonly DecidedDevice[],
  of: (row: DecidedDevice) => T | null | undefined,
): T {
  const found = new Set(rows.map((row) => of(row) ?? order[0]));
  return order.find((value) => found.has(value)) ?? order[0];
}

/** Of everybody whom the licence names: who is not known was not screened. */
function screeningOf(parties: readonly PartyState[], { parties: named }: LicenceConditions): ScreeningOfAll {
  const byId = new Map(parties.map((party) => [party.id, party]));
  const current = parties[0]?.currentListVersion ?? null;
  const nobody = { standing: 'unscreened', listVersion: null } as const;
  return screeningOfAll(
    named.map((id) => byId.get(id) ?? nobody),
    current,
  );
}

function incidentsOf({ incidents }: Told, at: Date): PackInput['incidents'] {
  if (incidents === null) return undefined;
  const { unreported, oldestAt } = incidents;
  if (oldestAt === null) return NO_INCIDENTS.of(incidents, null);
  const oldestUnreportedHours = Math.ceil((at.getTime() - oldestAt.getTime()) / HOUR_MS);
  return { unreported: [...unreported], oldestUnreportedHours };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Up to the next whole minute, so that most renewals ask what was asked before: against whoever asks, by less than a minute. */
function minutesSince(since: Date, at: Date): number {
  return Math.ceil((at.getTime() - since.getTime()) / MINUTE_MS) * 60;
}

function daysSince(since: Date, at: Date): number {
  return Math.ceil((at.getTime() - since.getTime()) / (24 * HOUR_MS));
}

/** The greatest age; null where any is not known. */
function oldest(dates: readonly (Date | null)[], age: (date: Date) => number): number | null {
  const ages = dates.map((date) => (date === null ? Number.NaN : age(date)));
  const worst = Math.max(...ages);
  return Number.isNaN(worst) ? null : worst;
}

/** What all of them are; null where they differ, or one is not known. */
function same<T extends string>(values: readonly (T | null)[]): T | null {
  const [first, ...others] = new Set(values);
  return others.length > 0 ? null : (first ?? null);
}

type Known<T> = { [K in keyof T]: Exclude<T[K], null> };

/** Without what is null: absent means not known. */
function known<T extends object>(value: T): Known<T> {
  const members: { [name: string]: unknown } = {};
  for (const name of Object.keys(value)) {
    const member = value[name as keyof T];
    if (member !== null && member !== undefined) members[name] = member;
  }
  return members as Known<T>; // the same members, less those that are null
}
