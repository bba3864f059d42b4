import { NOTHING_TOLD, type Told } from '../../policy/told.ts';
import type { DecisionRequest } from '../../protocol/decision.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { Context } from '../context.ts';
import { incidentsForPacks } from '../incident/for-packs.ts';
import { deliveredForPacks } from '../ledger/for-packs.ts';
import { facilityAuthorisationAt } from '../registry/authorisation.ts';
import { knowYourCustomerOfParty } from '../registry/customers.ts';
import { type Deliveries, deliveriesToParty, deliveriesUnderLicence } from '../registry/deliveries.ts';
import { auditNow } from '../trust/audits.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { Gathered } from './gather.ts';
import { groupTppOf } from './group-tpp.ts';
import { packsRead } from './packs.ts';

export type Telling = {
  /** The exporter that holds the licence. */
  readonly tenant: string;
  readonly gathered: Gathered;
  readonly action: DecisionRequest['action'];
  readonly trust: EffectiveTrust;
  readonly at: Date;
};

/**
 * Reads what rule packs are told beyond what the gate weighs; nothing where the licence names none. What the register does not
 * have is left null: a pack that asks for it denies.
 */
export async function tellPacks(context: Context, view: View, telling: Telling): Promise<Told> {
  const { conditions } = telling.gathered.licence;
  if (conditions.rulePacks === 'none') return NOTHING_TOLD;
  const consignee = ownedBy(telling.gathered, conditions.consignee);
  const facilities = await readFacilities(view, telling);
  const destinations = facilities.map(({ country }) => country);
  const { tenant, at, gathered } = telling;
  return {
    consignee,
    endUser: await readEndUser(view, gathered),
    facilities,
    deliveries: await readDeliveries(context, view, telling),
    ledger: consignee === null ? {} : await deliveredForPacks(view, consignee, { tenant, destinations, at }),
    groupTpp:
      consignee !== null && asksForShares(telling)
        ? await groupTppOf(context, view, telling, consignee.id)
        : null,
    incidents: await incidentsForPacks(view, gathered.licence.id),
  };
}

const SHARES = ['tier1SharePercent', 'largestTier2SharePercent'];

/** They cost a walk through everything that the group has, which is for those alone who ask. */
function asksForShares({ gathered: { licence }, action, trust }: Telling): boolean {
  return SHARES.some((share) => packsRead(trust, licence.conditions, action, ['ledger', share]));
}

/** use: of what the licence names, one read where it was counted lately. allocate: of everything that went to the consignee before. */
async function readDeliveries(
  context: Context,
  view: View,
  { gathered: { licence }, action, at }: Telling,
): Promise<Told['deliveries']> {
  const { consignee, devices } = licence.conditions;
  if (action === 'use') {
    return sharesAlone(await deliveriesUnderLicence(context, view, { id: licence.id, devices }, at));
  }
  return consignee === undefined ? null : sharesAlone(await deliveriesToParty(context, view, consignee, at));
}

function sharesAlone({ verifiedSharePercent, missingSharePercent }: Deliveries): Told['deliveries'] {
  return { verifiedSharePercent, missingSharePercent };
}

/** Both are among the licence's parties, and were read with them; null where they are not on the register. */
function ownedBy({ owners }: Gathered, id: string | undefined): Told['consignee'] {
  const party = id === undefined ? undefined : owners.get(id);
  if (party === undefined) return null;
  const { row, parents, ownership } = party;
  const headquarters = parents.flatMap((parent) => parent.headquarters ?? []);
  return {
    id: row.id,
    country: row.country,
    headquarters: row.headquarters,
    // Where one parent's is not known, none of them may be taken for all.
    parents: headquarters.length === parents.length ? headquarters : null,
    chainComplete: ownership.complete,
  };
}

async function readEndUser(view: View, gathered: Gathered): Promise<Told['endUser']> {
  const owned = ownedBy(gathered, gathered.licence.conditions.endUser);
  if (owned === null) return null;
  const examined = await knowYourCustomerOfParty(view, owned.id);
  return { ...owned, examinedAt: examined === null ? null : new Date(examined.dated) };
}

/** use: where the devices stand, and nothing where one of them stands nowhere. allocate: everywhere that chips may go. */
async function readFacilities(
  view: View,
  { gathered, action, trust, at }: Telling,
): Promise<Told['facilities']> {
  const { conditions } = gathered.licence;
  const ids = new Set(
    action === 'allocate' ? conditions.facilities : gathered.devices.map(({ facilityId }) => facilityId),
  );
  const facilities: Told['facilities'][number][] = [];
  for (const id of ids) {
    const row = id === null ? undefined : await view.first(facilityById, { id });
    if (id === null || row === undefined) return [];
    const { auditedAt } = auditNow(trust, id, at).audit;
    const { governmentAgreement } = await facilityAuthorisationAt(view, row, at);
    facilities.push({
      id,
      country: row.country,
      governmentAgreement,
      auditedAt: auditedAt === null ? null : new Date(auditedAt),
    });
  }
  return facilities;
}
