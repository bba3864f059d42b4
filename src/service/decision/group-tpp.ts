import { isChip } from '../../policy/named.ts';
import { standingAt } from '../../policy/register/device-state.ts';
import type { Told } from '../../policy/told.ts';
import { allocationsToConsignee } from '../../store/ledger/allocations.ts';
import type { View } from '../../store/port.ts';
import { devicesOfPartyAfter } from '../../store/registry/devices.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { conditionsOf } from '../licence/conditions.ts';
import { groupOf } from '../registry/group.ts';
import { NewestRecords } from '../registry/newest-records.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { Countries } from './countries.ts';
import { TppByCountry } from './tpp-by-country.ts';

const PAGE = 500;
/** Whoever mends these is told of the next. */
const MOST_GAPS = 20;

type Counting = { readonly trust: Pick<EffectiveTrust, 'chips'>; readonly at: Date };

/**
 * Where everything stands that the ultimate parent of a consignee owns, in TPP by the chip tables in force, before a request.
 *
 * verified: chips in service that proved themselves in time, at a facility that is authorised now. claimed: all others in service,
 * in the country of their facility if that is authorised; and what was allocated and is not on the register, where its
 * licence lets it go. What is missing is nowhere known (`country` null).
 *
 * It is not known, and each that is to be mended is named, where owners are not declared up to the top, or a chip in service has no model, or one
 * that no table has.
 */
export async function groupTppOf(
  context: Context,
  view: View,
  { trust, at }: Counting,
  consigneeId: string,
): Promise<Pick<Told, 'groupTpp' | 'groupGaps'>> {
  const group = await groupOf(view, consigneeId);
  const gaps: NonNullable<Told['groupGaps']>[number][] = [...group.gaps];
  const countries = new Countries(view, at);
  const records = new NewestRecords(context, view, at);
  const [verified, claimed, registered] = [new TppByCountry(), new TppByCountry(), new TppByCountry()];
  for (const { id: memberId } of group.members) {
    for await (const row of devicesOf(view, memberId)) {
      if (!isChip(row)) continue;
      const isInService = row.lifecycle === 'in-service';
      const tpp = trust.chips.get(row.model ?? '')?.tpp;
      if (tpp === undefined && isInService) gaps.push({ kind: 'model', id: row.id, why: row.model });
      registered.add(await countries.of(row.facility_id), tpp ?? 0);
      if (tpp === undefined || !isInService) continue;
      const { state } = standingAt(await records.of(row), at);
      const country = state === 'missing' ? null : await countries.authorised(row.facility_id);
      (state === 'verified' && country !== null ? verified : claimed).add(country, tpp);
    }
  }
  if (gaps.length > 0) return { groupTpp: null, groupGaps: gaps.slice(0, MOST_GAPS) };
  for (const { to, tpp } of await allocatedTo(view, group.members, countries)) {
    const [country = null, ...others] = to;
    claimed.add(others.length > 0 ? null : country, registered.take(to, tpp));
  }
  return {
    groupTpp: [
      ...verified.entries().map((entry) => ({ ...entry, basis: 'verified' as const })),
      ...claimed.entries().map((entry) => ({ ...entry, basis: 'claimed' as const })),
    ],
  };
}

async function* devicesOf(view: View, partyId: string): AsyncGenerator<DeviceTable> {
  for (let after = ''; ; ) {
    const rows = await view.all(devicesOfPartyAfter, { partyId, after, limit: PAGE });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

type Allocated = { readonly to: readonly string[]; readonly tpp: number };

/** Where each allocation may go; those that may go to several countries last, to be held against what is left there. */
async function allocatedTo(
  view: View,
  group: readonly { readonly id: string }[],
  countries: Countries,
): Promise<readonly Allocated[]> {
  const found: Allocated[] = [];
  for (const { id: consigneeId } of group) {
    for (const { tpp, conditions } of await view.all(allocationsToConsignee, { consigneeId })) {
      found.push({ tpp, to: await countries.ofAny(conditionsOf(conditions).conditions.facilities) });
    }
  }
  return found.sort((one, other) => one.to.length - other.to.length);
}
