import type { Tx } from '../../store/port.ts';
import {
  disablePrincipal,
  insertPrincipal,
  nameParty,
  principalById,
  principalsAfter,
} from '../../store/registry/access.ts';
import { partyById } from '../../store/registry/parties.ts';
import type { PrincipalTable } from '../../store/registry/tables.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal, Role } from '../principal.ts';

export type NewPrincipal = {
  readonly name: string;
  readonly role: Role;
  readonly tenant: string;
  /** The party of the register whose people they are; absent where nobody says. */
  readonly partyId?: string | undefined;
};

/** Names somebody who may hold tokens. Logged, so that nobody is given a role unseen. @throws RequestError `not_found` for a party */
export async function createPrincipal(
  context: Context,
  by: Principal,
  wanted: NewPrincipal,
): Promise<PrincipalTable> {
  return context.store.write((tx) => addPrincipal(context, tx, by.id, wanted));
}

export async function listPrincipals(context: Context, page: PageRequest): Promise<Page<PrincipalTable>> {
  return pageFrom(page, (range) => context.store.read((view) => view.all(principalsAfter, range)));
}

/**
 * Says whose people a principal is: audits count only where their auditor is shown to be related to nobody whom they are about
 * (service/registry/independence.ts). Logged; another party may be named later.
 *
 * @throws RequestError `not_found`
 */
export async function declareParty(
  context: Context,
  by: Principal,
  id: string,
  partyId: string,
): Promise<PrincipalTable> {
  return context.store.write(async (tx) => {
    const row = await tx.first(principalById, { id });
    if (row === undefined) throw new RequestError('not_found', 'no such principal');
    await requireParty(tx, partyId);
    if (row.party_id === partyId) return row;
    await tx.run(nameParty, { id, partyId });
    const body = { principalId: id, partyId, by: by.id };
    const at = context.clock();
    await recordAct(tx, context, { type: 'principal.party-declared', at, tenant: VERIFIER_TENANT, body });
    return { ...row, party_id: partyId };
  });
}

async function requireParty(tx: Tx, id: string): Promise<void> {
  if ((await tx.first(partyById, { id })) !== undefined) return;
  throw new RequestError('not_found', 'no such party', { path: 'body.partyId' });
}

/**
 * Ends a principal and with it every token that it holds, from the next request on.
 * @throws RequestError `not_found`, `conflict` for the one who asks: the last administrator could lock everybody out
 */
export async function endPrincipal(context: Context, by: Principal, id: string): Promise<PrincipalTable> {
  if (id === by.id)
    throw new RequestError('conflict', 'nobody disables themselves: have another administrator do it');
  return context.store.write(async (tx) => {
    const row = await tx.first(principalById, { id });
    if (row === undefined) throw new RequestError('not_found', 'no such principal');
    const at = context.clock();
    const atMs = at.getTime();
    if ((await tx.run(disablePrincipal, { id, atMs })) === 0) return row;
    const body = { principalId: id, by: by.id };
    await recordAct(tx, context, { type: 'principal.disabled', at, tenant: VERIFIER_TENANT, body });
    return { ...row, disabled_at_ms: atMs };
  });
}

/** The row and the leaf of a new principal, in the unit of work of whoever asks. */
export async function addPrincipal(
  context: Context,
  tx: Tx,
  by: string,
  { name, role, tenant, partyId }: NewPrincipal,
): Promise<PrincipalTable> {
  if (partyId !== undefined) await requireParty(tx, partyId);
  const at = context.clock();
  const row: PrincipalTable = {
    id: newIdentifier('prn', context),
    name,
    role,
    tenant,
    created_by: by,
    created_at_ms: at.getTime(),
    disabled_at_ms: null,
    party_id: partyId ?? null,
  };
  await tx.run(insertPrincipal, row);
  const body = { principalId: row.id, name, role, tenant, partyId: row.party_id, by };
  await recordAct(tx, context, { type: 'principal.created', at, tenant: VERIFIER_TENANT, body });
  return row;
}
