import type { Audited, AuditStanding } from '../../policy/audit-standing.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { View } from '../../store/port.ts';
import { partiesOfPrincipals, principalById } from '../../store/registry/access.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { type Owners, ownersOf } from './owners.ts';

/** Who filed an audit: the principal, and the party whose people it was then; null where nobody had said. */
export type Auditor = { readonly auditor: string; readonly auditorParty?: string | null | undefined };

/** Somebody whom an audit is about: a tenant, or a party of the register. */
export type Counterpart = { readonly as: Audited } & (
  | { readonly tenant: string }
  | { readonly partyId: string }
);

/** Whose audit of a facility nobody may file who belongs to them: whatever licence is asked about. */
export function ofFacility({ tenant, operator_tenant: operator }: FacilityTable): readonly Counterpart[] {
  return [
    { as: 'exporter', tenant },
    { as: 'operator', tenant: operator },
  ];
}

/** The same of a licence that names it. */
export function ofLicence(
  tenant: string,
  { parties, consignee, endUser }: Pick<LicenceConditions, 'parties' | 'consignee' | 'endUser'>,
): readonly Counterpart[] {
  const roleOf = (id: string): Audited => {
    if (id === consignee) return 'importer';
    return id === endUser ? 'end-user' : 'party';
  };
  return [
    { as: 'exporter', tenant },
    ...[...new Set(parties)].map((partyId) => ({ as: roleOf(partyId), partyId })),
  ];
}

/**
 * Whether an auditor is related to nobody of these: neither one house, nor one owner over any number of steps, nor the one the other's owner.
 * Who is not said to be anybody's, or whose owners are not declared up to the top, is not shown to be unrelated. The auditor's own owners
 * are the authority's word: nobody who is audited may say who audits.
 *
 * What remains unproven: what the register does not know, such as shares of less than a whole company, and people.
 */
export async function independenceOf(
  view: View,
  auditor: Auditor,
  counterparts: readonly Counterpart[],
): Promise<AuditStanding> {
  const principal = await view.first(principalById, { id: auditor.auditor });
  const named = [principal?.party_id ?? null, auditor.auditorParty ?? null].filter((id) => id !== null);
  const owners = await allOwners(view, named);
  let lacking: Audited | 'auditor' | null = isKnown(owners, ({ isOfAuthority }) => isOfAuthority)
    ? null
    : 'auditor';
  const asked = new Set<string>();
  for (const counterpart of counterparts) {
    const { as } = counterpart;
    const who = 'tenant' in counterpart ? `tenant ${counterpart.tenant}` : counterpart.partyId;
    if (asked.has(who)) continue;
    asked.add(who);
    const isOfHouse = 'tenant' in counterpart && counterpart.tenant === principal?.tenant;
    const theirs = await allOwners(view, await partiesOf(view, counterpart));
    if (isOfHouse || meet(owners, theirs)) return { standing: 'related', to: as };
    if (!isKnown(theirs, () => true)) lacking ??= as;
  }
  return lacking === null ? { standing: 'independent', to: null } : { standing: 'unproven', to: lacking };
}

async function partiesOf(view: View, counterpart: Counterpart): Promise<readonly string[]> {
  if ('partyId' in counterpart) return [counterpart.partyId];
  const rows = await view.all(partiesOfPrincipals, { tenant: counterpart.tenant });
  return rows.flatMap(({ party_id: id }) => id ?? []);
}

async function allOwners(view: View, ids: readonly string[]): Promise<readonly Owners[]> {
  const owners: Owners[] = [];
  for (const id of new Set(ids)) owners.push(await ownersOf(view, id));
  return owners;
}

function isKnown(owners: readonly Owners[], isEnough: (one: Owners) => boolean): boolean {
  return owners.length > 0 && owners.every((one) => one.isDeclared && isEnough(one));
}

function meet(ones: readonly Owners[], others: readonly Owners[]): boolean {
  return ones.some(({ ids }) => others.some((other) => [...ids].some((id) => other.ids.has(id))));
}
