import type { PartyRequest } from '../../protocol/party.ts';
import type { Tx, View } from '../../store/port.ts';
import {
  insertParty,
  insertPartyVersion,
  partiesAfter,
  partiesOfTenantAfter,
  partyById,
  partyByReference,
  versionsOfParty,
} from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import type { Finder } from './drafts.ts';
import { judgeParty, type PartyRejection } from './judge-party.ts';
import { type OwnedParty, ownershipOfRow } from './ownership.ts';

/** Registers a party of the caller's tenant; unscreened until it was screened. @throws RequestError `invalid_request`, `conflict` */
export async function registerParty(
  context: Context,
  by: Principal,
  wanted: PartyRequest,
): Promise<PartyTable> {
  return context.store.write(async (tx) => {
    const { reference } = wanted;
    if (reference !== undefined) {
      const known = await tx.first(partyByReference, { tenant: by.tenant, reference });
      if (known !== undefined) {
        const where = { path: 'body.reference', actual: known.id };
        throw new RequestError('conflict', 'you have registered a party by this reference already', where);
      }
    }
    const as = { id: newIdentifier('pty', context), at: context.clock() };
    const planned = await planParty(tx, by, wanted, as);
    if ('code' in planned) throw refusal(planned);
    return keepParty(context, tx, by, planned);
  });
}

/** Takes a new party into the register, in the caller's unit of work, as {@link planParty} has planned it. */
export async function keepParty(
  context: Context,
  tx: Tx,
  by: Principal,
  planned: PartyTable,
): Promise<PartyTable> {
  const at = new Date(planned.created_at_ms);
  const body = { partyId: planned.id, ...saidOf(planned), reference: planned.reference, by: by.id };
  const leafIndex = await recordAct(tx, context, { type: 'party.registered', at, tenant: by.tenant, body });
  const row = { ...planned, leaf_index: leafIndex };
  await tx.run(insertParty, row);
  await keepVersion(tx, row, { reason: null, by: by.id, at });
  return row;
}

/** The row of a new party, without the leaf of its act, where the register would take it; nothing is written. */
export async function planParty(
  finder: Finder,
  by: Principal,
  wanted: PartyRequest,
  { id, at }: { readonly id: string; readonly at: Date },
): Promise<PartyTable | PartyRejection> {
  const { parentId = null, ultimateParentId = null, ownUltimateParent = false } = wanted;
  const saysOwner = parentId !== null || ultimateParentId !== null || ownUltimateParent;
  const wish: PartyTable = {
    id,
    tenant: by.tenant,
    legal_name: wanted.legalName,
    reference: wanted.reference ?? null,
    country: wanted.country,
    headquarters: wanted.headquarters ?? null,
    parent_id: parentId,
    ultimate_parent_id: ultimateParentId,
    own_ultimate_parent: ownUltimateParent ? 1 : 0,
    ownership_source: wanted.source ?? null,
    ownership_dated: wanted.dated ?? null,
    ownership_role: saysOwner ? by.role : null,
    version: 1,
    standing: 'unscreened',
    standing_origin: null,
    list_version: null,
    screened_on: null,
    clear_until_ms: null,
    standing_reason: null,
    created_by: by.id,
    created_at_ms: at.getTime(),
    leaf_index: 0,
  };
  return (await judgeParty(finder, by, null, wish, at)) ?? wish;
}

/** What is said of a party, as its acts say it. */
export function saidOf(row: PartyTable) {
  return {
    legalName: row.legal_name,
    country: row.country,
    headquarters: row.headquarters,
    parentId: row.parent_id,
    ultimateParentId: row.ultimate_parent_id,
    ownUltimateParent: row.own_ultimate_parent === 1,
    source: row.ownership_source,
    dated: row.ownership_dated,
  };
}

/** Keeps what a party is said to be from now on, beside everything that it was said to be. */
export async function keepVersion(
  tx: Tx,
  row: PartyTable,
  { reason, by, at }: { readonly reason: string | null; readonly by: string; readonly at: Date },
): Promise<void> {
  await tx.run(insertPartyVersion, {
    ...row,
    party_id: row.id,
    reason,
    changed_by: by,
    at_ms: at.getTime(),
  });
}

/** As a request by itself is refused. */
export function refusal({ code, field, message }: PartyRejection): RequestError {
  return new RequestError(code === 'not_yours' ? 'conflict' : 'invalid_request', message, {
    path: `body.${field}`,
    actual: code,
  });
}

/** @throws RequestError `not_found`, for another tenant's party too */
export async function getParty(context: Context, by: Principal, id: string): Promise<OwnedParty> {
  return context.store.read(async (view) => ownershipOfRow(view, await readParty(view, by, id)));
}

/** In a snapshot or unit of work of the caller's. @throws RequestError `not_found` */
export async function readParty(view: View, by: Principal, id: string): Promise<PartyTable> {
  const row = await view.first(partyById, { id });
  const tenant = visibleTenant(by);
  if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
    throw new RequestError('not_found', 'no such party');
  }
  return row;
}

/** Everything that a party was ever said to be, newest first. @throws RequestError `not_found` */
export async function listVersions(context: Context, by: Principal, id: string) {
  return context.store.read(async (view) => {
    await readParty(view, by, id);
    return view.all(versionsOfParty, { partyId: id });
  });
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
