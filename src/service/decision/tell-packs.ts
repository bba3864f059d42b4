import { settled } from '../../bytes/canonical-json.ts';
import { computeOfLicence, reportedOf } from '../../ledger/accounts.ts';
import { takenOf } from '../../ledger/entries.ts';
import { WHOLE } from '../../ledger/periods.ts';
import { auditCounts } from '../../policy/audit-standing.ts';
import type { FacilityState } from '../../policy/inputs.ts';
import { NOTHING_TOLD, type Told } from '../../policy/told.ts';
import type { DecisionRequest } from '../../protocol/decision.ts';
import { balanceIn } from '../../store/ledger/balances.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { Context } from '../context.ts';
import { deliveredForPacks } from '../ledger/for-packs.ts';
import { facilityAuthorisationAt } from '../registry/authorisation.ts';
import { type Deliveries, deliveriesToParty, deliveriesUnderLicence } from '../registry/deliveries.ts';
import { auditNow } from '../trust/audits.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { Gathered } from './gather.ts';
import type { Ground } from './ground.ts';
import { groupTppOf } from './group-tpp.ts';
import { packsRead } from './packs.ts';

export type Telling = {
  readonly ground: Ground;
  readonly gathered: Pick<Gathered, 'devices' | 'facilities'>;
  readonly action: DecisionRequest['action'];
  readonly trust: EffectiveTrust;
  readonly at: Date;
};

/**
 * Reads what rule packs are told beyond what the gate weighs; nothing where the licence names none. What the register does not
 * have is left null: a pack that asks for it denies.
 */
export async function tellPacks(context: Context, view: View, telling: Telling): Promise<Told> {
  const { at, ground } = telling;
  const { conditions, licence } = ground;
  if (conditions.rulePacks === 'none') return NOTHING_TOLD;
  const { consignee } = ground.told;
  const facilities = await facilitiesNow(view, telling);
  const destinations = facilities.map(({ country }) => country);
  return {
    ...ground.told,
    facilities,
    deliveries: await readDeliveries(context, view, telling),
    ledger:
      consignee === null
        ? {}
        : await deliveredForPacks(view, consignee, { tenant: licence.tenant, destinations, at }),
    ...(consignee !== null && asksForShares(telling)
      ? await groupTppOf(context, view, telling, consignee.id)
      : { groupTpp: null }),
    reported: asksForUse(telling) ? await reportedForPacks(view, telling) : null,
  };
}

function asksForUse({ ground: { conditions }, action, trust }: Telling): boolean {
  return packsRead(trust, conditions, action, ['compute', 'reportedE12']);
}

/** Of the accounts whose totals packs are told. */
async function reportedForPacks(view: View, { ground }: Telling): Promise<NonNullable<Told['reported']>> {
  const taken = async (account: string): Promise<number> => {
    const balance = await view.first(balanceIn, { account: reportedOf(account), period: WHOLE });
    return balance === undefined ? 0 : takenOf(balance);
  };
  return {
    licence: await taken(computeOfLicence(ground.licence.id).name),
    payer: ground.payer === null ? 0 : await taken(ground.payer),
  };
}

const SHARES = ['tier1SharePercent', 'largestTier2SharePercent'];

/** They cost a walk through everything that the group has, which is for those alone who ask. */
function asksForShares({ ground: { conditions }, action, trust }: Telling): boolean {
  return SHARES.some((share) => packsRead(trust, conditions, action, ['ledger', share]));
}

/** use: of what the licence names, one read where it was counted lately. allocate: of everything that went to the consignee before. */
async function readDeliveries(
  context: Context,
  view: View,
  { ground: { licence, conditions }, action, at }: Telling,
): Promise<Told['deliveries']> {
  const { consignee, devices } = conditions;
  if (action === 'use') {
    return sharesAlone(await deliveriesUnderLicence(context, view, { id: licence.id, devices }, at));
  }
  return consignee === undefined ? null : sharesAlone(await deliveriesToParty(context, view, consignee, at));
}

function sharesAlone({ verifiedSharePercent, missingSharePercent }: Deliveries): Told['deliveries'] {
  return { verifiedSharePercent, missingSharePercent };
}

type ToldFacilities = {
  readonly ids: string;
  readonly trust: EffectiveTrust;
  readonly facilities: Told['facilities'];
  readonly fromMs: number;
  readonly untilMs: number;
};

/** The last answer on each ground: most of what is asked under a licence is about one facility. */
const lastTold = new WeakMap<Ground, ToldFacilities>();

async function facilitiesNow(view: View, telling: Telling): Promise<Told['facilities']> {
  const { ground, gathered, action, trust, at } = telling;
  // use: where the devices stand. allocate: everywhere that chips may go.
  const standing = gathered.devices.map(({ facilityId }) => facilityId);
  const ids = [...new Set(action === 'allocate' ? ground.conditions.facilities : standing)];
  const named = ids.join(' ');
  const known = lastTold.get(ground);
  const isGood = known?.trust === trust && known.fromMs <= at.getTime() && at.getTime() < known.untilMs;
  if (isGood && known.ids === named) return known.facilities;
  const audited = new Map(gathered.facilities.map((facility) => [facility.id, facility]));
  const read = await readFacilities(view, ids, { trust, at, audited });
  lastTold.set(ground, { ids: named, trust, fromMs: at.getTime(), ...read });
  return read.facilities;
}

/** Nothing where one of them is not registered. @returns with the first instant at which any of it may be otherwise */
async function readFacilities(
  view: View,
  ids: readonly (string | null)[],
  {
    trust,
    at,
    audited,
  }: Pick<Telling, 'trust' | 'at'> & { readonly audited: ReadonlyMap<string, FacilityState> },
): Promise<Pick<ToldFacilities, 'facilities' | 'untilMs'>> {
  const facilities: Told['facilities'][number][] = [];
  let untilMs = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const row = id === null ? undefined : await view.first(facilityById, { id });
    if (id === null || row === undefined) return { facilities: [], untilMs };
    const { audit, changesAt } = auditNow(trust, id, at);
    const counts = auditCounts(audited.get(id));
    const { governmentAgreement, nextAt } = await facilityAuthorisationAt(view, row, at);
    for (const change of [changesAt, nextAt]) untilMs = Math.min(untilMs, change?.getTime() ?? untilMs);
    const auditedAt = audit.auditedAt === null || !counts ? null : new Date(audit.auditedAt);
    facilities.push({ id, country: row.country, governmentAgreement, auditedAt });
  }
  return { facilities: settled(facilities), untilMs };
}
