import { DEFAULT_PAGE } from '../../protocol/page.ts';
import type { IncidentTable } from '../../store/events/tables.ts';
import {
  incidentsOfDeviceAfter,
  licencesOfDeviceAfter,
  staysOfDeviceBefore,
} from '../../store/registry/device-history.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { chipNameOf } from '../host/declared-chip.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { partOf } from '../search.ts';
import { requireVisibleDevice } from './status.ts';

/** Behind every grant’s identifier, in whatever order a database compares texts. */
const NEWEST = `grt_${'z'.repeat(26)}`;

export type DeviceLicenceRow = Awaited<ReturnType<typeof licencesOfDevice>>['items'][number];
export type DeviceStayRow = Awaited<ReturnType<typeof staysOfDevice>>['items'][number];

/**
 * The licences that name a device, of those that the principal sees, oldest first.
 * @throws RequestError `not_found` where its status is not theirs to read
 */
export async function licencesOfDevice(context: Context, by: Principal, id: string, page: PageRequest) {
  return context.store.read(async (view) => {
    await requireVisibleDevice(context, view, by, id);
    const asked = { subject: `device:${id}`, tenant: visibleTenant(by) ?? '' };
    return pageFrom(page, (range) => view.all(licencesOfDeviceAfter, { ...asked, ...range }));
  });
}

/**
 * The incidents about a device, its chip or the host that it is in now, of those that the principal sees, oldest first.
 * @throws RequestError `not_found` where its status is not theirs to read
 */
export async function incidentsOfDevice(
  context: Context,
  by: Principal,
  id: string,
  page: PageRequest,
): Promise<Page<IncidentTable>> {
  return context.store.read(async (view) => {
    const row = await requireVisibleDevice(context, view, by, id);
    const tenant = visibleTenant(by);
    const device = quoted(`device:${id}`);
    const chip = chipNameOf(row.kind, row.identity_sha256 ?? row.chip_sha256);
    const asked = {
      tenant: tenant ?? '',
      device,
      chip: chip === null ? device : quoted(`device:${chip}`),
      host: row.host_id === null ? device : quoted(`host:${row.host_id}`),
    };
    const list = incidentsOfDeviceAfter({ ofTenant: tenant !== null });
    return pageFrom(page, (range) => view.all(list, { ...asked, ...range }));
  });
}

/**
 * The hosts to which a device was granted, the newest stay first, by grants that the principal sees: whoever holds their licence does, and
 * whoever operates the host. It reaches as far back as grants are kept.
 * @throws RequestError `not_found` where its status is not theirs to read
 */
export async function staysOfDevice(
  context: Context,
  by: Principal,
  id: string,
  { limit = DEFAULT_PAGE, after = NEWEST }: PageRequest,
) {
  return context.store.read(async (view) => {
    await requireVisibleDevice(context, view, by, id);
    const rows = await view.all(staysOfDeviceBefore, {
      deviceId: id,
      quoted: quoted(id),
      tenant: visibleTenant(by) ?? '',
      before: after,
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? (items.at(-1)?.last_id ?? null) : null };
  });
}

/** A pattern for a text that is a member of a JSON list of texts. */
function quoted(text: string): string {
  return partOf(`"${text}"`);
}
