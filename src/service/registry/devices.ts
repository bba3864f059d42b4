import type { DeviceRequest } from '../../protocol/device.ts';
import type { View } from '../../store/port.ts';
import { devicesAsked, devicesCounted, devicesOfTenantAsked } from '../../store/registry/device-lists.ts';
import { deviceById } from '../../store/registry/devices.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { partOf } from '../search.ts';
import { declareDevice } from './declare-device.ts';

/** @throws RequestError `not_found`, for another tenant's device too */
export async function getDevice(context: Context, by: Principal, id: string): Promise<DeviceTable> {
  return context.store.read((view) => readDevice(view, by, id));
}

/** In a unit of work or a snapshot of the caller's. @throws RequestError `not_found` */
export async function readDevice(view: View, by: Principal, id: string): Promise<DeviceTable> {
  const row = await view.first(deviceById, { id });
  const tenant = visibleTenant(by);
  if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
    throw new RequestError('not_found', 'no such device');
  }
  return row;
}

export type DevicesWanted = PageRequest & {
  readonly facilityId?: string | undefined;
  readonly kind?: string | undefined;
  readonly notedState?: string | undefined;
  readonly search?: string | undefined;
  readonly count?: 'true' | undefined;
};

export async function listDevices(
  context: Context,
  by: Principal,
  { facilityId = '', kind = '', notedState = '', search, count, ...page }: DevicesWanted,
): Promise<Page<DeviceTable> & { readonly count: number | null }> {
  const tenant = visibleTenant(by) ?? '';
  const pattern = search === undefined ? '' : partOf(search);
  const asked = { tenant, facilityId, kind, notedState, pattern };
  return context.store.read(async (view) => {
    const list = tenant === '' ? devicesAsked : devicesOfTenantAsked;
    const found = await pageFrom(page, (range) => view.all(list, { ...asked, ...range }));
    const counted = count === undefined ? null : ((await view.first(devicesCounted, asked))?.count ?? 0);
    return { ...found, count: counted };
  });
}

export type Registered = { readonly outcome: 'created' | 'changed' | 'unchanged'; readonly row: DeviceTable };

/** Declares one device: a row of an import by itself. @throws RequestError `conflict` with what a row's report says */
export async function registerDevice(
  context: Context,
  by: Principal,
  wanted: DeviceRequest,
): Promise<Registered> {
  const declared = await context.store.write((tx) => declareDevice(context, tx, by, wanted));
  if (declared.outcome !== 'rejected') return declared;
  const { code, field, message } = declared;
  throw new RequestError('conflict', message, { path: `body.${field}`, actual: code });
}
