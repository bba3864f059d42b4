import {
  type ListedManifest,
  manifestById,
  manifestsAfter,
  manifestsOfTenantAfter,
} from '../../store/manifests/statements.ts';
import type { DeviceManifestTable } from '../../store/manifests/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { isInForce } from './in-force.ts';

export type ManifestNow = { readonly row: DeviceManifestTable; readonly inForce: boolean };

/** An exporter sees what it imported; the authority and its auditors everything. */
export async function listManifests(
  context: Context,
  by: Principal,
  page: PageRequest,
): Promise<Page<ListedManifest> & { readonly inForce: ReadonlySet<string> }> {
  const tenant = visibleTenant(by);
  const listed = await pageFrom(page, (range) =>
    context.store.read((view) =>
      tenant === null
        ? view.all(manifestsAfter, range)
        : view.all(manifestsOfTenantAfter, { ...range, tenant }),
    ),
  );
  const trust = await context.store.read((view) => effectiveTrust(context, view));
  const at = context.clock();
  const inForce = listed.items.filter((row) => isInForce(row, trust, at)).map(({ id }) => id);
  return { ...listed, inForce: new Set(inForce) };
}

/** @throws RequestError `not_found`, for another tenant's too */
export async function getManifest(context: Context, by: Principal, id: string): Promise<ManifestNow> {
  const tenant = visibleTenant(by);
  return context.store.read(async (view) => {
    const row = await view.first(manifestById, { id });
    if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
      throw new RequestError('not_found', 'no such manifest');
    }
    return { row, inForce: isInForce(row, await effectiveTrust(context, view), context.clock()) };
  });
}
