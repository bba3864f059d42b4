import type { Tx, View } from '../../store/port.ts';
import {
  insertParty,
  partiesAfter,
  partiesOfTenantAfter,
  partyById,
  screenParty,
} from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';

export type NewParty = {
  readonly legalName: string;
  readonly country: string;
  readonly ultimateParentId?: string | undefined;
};

/** Registers a party of the caller's tenant; unscreened until the authority has looked at it. */
export async function registerParty(context: Context, by: Principal, wanted: NewParty): Promise<PartyTable> {
  return context.store.write(async (tx) => {
    const { legalName, country, ultimateParentId = null } = wanted;
    if (ultimateParentId !== null) await requireParent(tx, by, ultimateParentId);
    const at = context.clock();
    const id = newIdentifier('pty', context);
    const body = { partyId: id, legalName, country, ultimateParentId, by: by.id };
    const row: PartyTable = {
      id,
      tenant: by.tenant,
      legal_name: legalName,
      country,
      ultimate_parent_id: ultimateParentId,
      standing: 'unscreened',
      clear_until_ms: null,
      standing_reason: null,
      created_by: by.id,
      created_at_ms: at.getTime(),
      leaf_index: await recordAct(tx, context, { type: 'party.registered', at, tenant: by.tenant, body }),
    };
    await tx.run(insertParty, row);
    return row;
  });
}

async function requireParent(tx: Tx, by: Principal, id: string): Promise<void> {
  const parent = await tx.first(partyById, { id });
  if (parent?.tenant === by.tenant) return;
  throw new RequestError('invalid_request', 'the ultimate parent is not registered', {
    path: 'body.ultimateParentId',
    expected: 'a party of your own',
    actual: id,
  });
}

export type Screening = {
  readonly standing: 'clear' | 'denied' | 'unscreened';
  readonly clearUntil: Date | null;
  readonly reason: string;
};

/** The authority's word on a party; decisions from the next on go by it. @throws RequestError `not_found` */
export async function recordScreening(
  context: Context,
  by: Principal,
  id: string,
  { standing, clearUntil, reason }: Screening,
): Promise<PartyTable> {
  return context.store.write(async (tx) => {
    const row = await readParty(tx, by, id);
    const at = context.clock();
    const until = clearUntil?.toISOString() ?? null;
    const body = { partyId: id, standing, clearUntil: until, reason, by: by.id };
    const changed = {
      id,
      standing,
      clear_until_ms: clearUntil?.getTime() ?? null,
      standing_reason: reason,
      leaf_index: await recordAct(tx, context, { type: 'party.screened', at, tenant: row.tenant, body }),
    };
    await tx.run(screenParty, changed);
    return { ...row, ...changed };
  });
}

/** @throws RequestError `not_found`, for another tenant's party too */
export async function getParty(context: Context, by: Principal, id: string): Promise<PartyTable> {
  return context.store.read((view) => readParty(view, by, id));
}

async function readParty(view: View, by: Principal, id: string): Promise<PartyTable> {
  const row = await view.first(partyById, { id });
  const tenant = visibleTenant(by);
  if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
    throw new RequestError('not_found', 'no such party');
  }
  return row;
}

export async function listParties(
  context: Context,
  by: Principal,
  page: PageRequest,
): Promise<Page<PartyTable>> {
  const tenant = visibleTenant(by);
  return pageFrom(page, (range) =>
    context.store.read((view) =>
      tenant === null ? view.all(partiesAfter, range) : view.all(partiesOfTenantAfter, { ...range, tenant }),
    ),
  );
}
