import { grantById } from '../../store/grants/grants.ts';
import { allGrantsAfter, grantsOfHostAfter, grantsOfLicenceAfter } from '../../store/grants/lists.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx, View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { requireVisibleHost } from '../host/hosts.ts';
import { readLicence } from '../licence/licences.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { changeStatuses } from './change.ts';

export type GrantFilter = { readonly licenceId?: string | undefined; readonly hostId?: string | undefined };

/**
 * Grants, oldest first: of a licence for whoever sees it, of a host for whoever sees that, and all of them for whoever sees all
 * tenants.
 *
 * @throws RequestError `not_found`; `invalid_request` where a licence or host must be named, or both are
 */
export async function listGrants(
  { store }: Context,
  by: Principal,
  { licenceId, hostId, ...page }: PageRequest & GrantFilter,
): Promise<Page<LicenceGrantTable>> {
  if (
    (licenceId === undefined) === (hostId === undefined) &&
    (licenceId !== undefined || visibleTenant(by) !== null)
  ) {
    throw new RequestError('invalid_request', 'grants are listed by licence or by host', {
      path: 'query',
      expected: 'licenceId or hostId',
      actual: licenceId === undefined ? 'neither' : 'both',
    });
  }
  return pageFrom(page, (range) =>
    store.read(async (view) => {
      if (licenceId !== undefined) {
        await readLicence(view, by, licenceId);
        return view.all(grantsOfLicenceAfter, { licenceId, ...range });
      }
      if (hostId !== undefined) {
        await requireVisibleHost(view, by, hostId);
        return view.all(grantsOfHostAfter, { hostId, ...range });
      }
      return view.all(allGrantsAfter, range);
    }),
  );
}

/** @throws RequestError `not_found`, for another tenant's too */
export async function getGrant({ store }: Context, by: Principal, id: string): Promise<LicenceGrantTable> {
  return store.read((view) => readGrant(view, by, id));
}

/** Whoever holds the licence sees a grant, and whoever operates the host. */
async function readGrant(view: View, by: Principal, id: string): Promise<LicenceGrantTable> {
  const row = await view.first(grantById, { id });
  const tenant = visibleTenant(by);
  if (row !== undefined && (tenant === null || row.tenant === tenant || row.host_tenant === tenant))
    return row;
  throw new RequestError('not_found', 'there is no such grant');
}

/**
 * Ends one grant for good: one that was copied, or issued by mistake. Its host may ask for another; to stop it, suspend the host or the
 * licence. Doing it again changes nothing.
 *
 * @throws RequestError `not_found`
 */
export async function revokeGrant(
  context: Context,
  by: Principal,
  id: string,
  reason: string,
): Promise<LicenceGrantTable> {
  const at = context.clock();
  return context.store.write(async (tx: Tx) => {
    const row = await readGrant(tx, by, id);
    if (row.status === 'invalid') return row;
    const cause = `principal:${by.id}`;
    await changeStatuses(context, tx, [row], { type: 'grant.revoked', status: 'invalid', cause, at, reason });
    return { ...row, status: 'invalid' };
  });
}
