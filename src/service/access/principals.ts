import type { Tx } from '../../store/port.ts';
import {
  disablePrincipal,
  insertPrincipal,
  principalById,
  principalsAfter,
} from '../../store/registry/access.ts';
import type { PrincipalTable } from '../../store/registry/tables.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal, Role } from '../principal.ts';

export type NewPrincipal = { readonly name: string; readonly role: Role; readonly tenant: string };

/** Names somebody who may hold tokens. Logged, so that nobody is given a role unseen. */
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
  { name, role, tenant }: NewPrincipal,
): Promise<PrincipalTable> {
  const at = context.clock();
  const row: PrincipalTable = {
    id: newIdentifier('prn', context),
    name,
    role,
    tenant,
    created_by: by,
    created_at_ms: at.getTime(),
    disabled_at_ms: null,
  };
  await tx.run(insertPrincipal, row);
  const body = { principalId: row.id, name, role, tenant, by };
  await recordAct(tx, context, { type: 'principal.created', at, tenant: VERIFIER_TENANT, body });
  return row;
}
