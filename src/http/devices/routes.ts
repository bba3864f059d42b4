import { z } from 'zod';
import { device, deviceId, deviceListQuery, deviceRequest, importReport } from '../../protocol/device.ts';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from '../../protocol/import-limits.ts';
import { importQuery } from '../../protocol/import-query.ts';
import { countedPageOf } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { getDevice, listDevices, registerDevice } from '../../service/registry/devices.ts';
import { DEVICE_COLUMNS, importDevices } from '../../service/registry/import-devices.ts';
import { IMPORT_MEDIA_TYPES } from '../../service/registry/read-import.ts';
import { countedReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { bytesBody, jsonBody, type Route, route } from '../route.ts';
import { presentDevice } from './present.ts';

const tag = 'Register';
const params = z.strictObject({ deviceId });

/** Ten thousand rows are a hundred commits. */
const IMPORT_DEADLINE_MS = 60_000;

export function deviceRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/devices',
      operationId: 'registerDevice',
      summary: 'Declare one device',
      description: 'The same declaration twice changes nothing; what a later one leaves out stays as it is.',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:write', effect: 'changes' },
      body: jsonBody(deviceRequest, 4096),
      responses: {
        200: { description: 'The device, which was there already.', schema: device },
        201: { description: 'The device.', schema: device },
      },
      handle: async ({ caller, body }) => {
        const { outcome, row } = await registerDevice(context, caller, body);
        if (outcome === 'unchanged') return ok(presentDevice(row));
        const answer = await withReceipt(context, presentDevice(row));
        return outcome === 'created' ? created(answer, `/v1/devices/${row.id}`) : ok(answer);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/devices/import',
      operationId: 'importDevices',
      summary: 'Declare many devices, with a report for each row',
      description: [
        'A JSON array, JSON lines or CSV. Rows that are right are kept although others are not, and each says in the',
        'report what became of it. Repeating a file changes nothing that is there already. CSV begins with a row of',
        `column names, in any order: ${DEVICE_COLUMNS.join(', ')}.`,
      ].join(' '),
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:write', effect: 'changes' },
      deadlineMs: IMPORT_DEADLINE_MS,
      query: importQuery,
      body: bytesBody(IMPORT_MEDIA_TYPES, MAX_IMPORT_BYTES, `Devices, at most ${MAX_IMPORT_ROWS} rows.`),
      responses: { 200: { description: 'What became of each row.', schema: importReport } },
      handle: async ({ caller, query, body, mediaType }) =>
        ok(await importDevices(context, caller, { mediaType, bytes: body, dryRun: query.dryRun === 'true' })),
    }),
    route({
      method: 'GET',
      path: '/v1/devices',
      operationId: 'listDevices',
      summary: 'Devices as asked, oldest first; an exporter sees its own',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:read', effect: 'reads' },
      query: deviceListQuery,
      responses: { 200: { description: 'A page of devices.', schema: countedPageOf(device) } },
      handle: async ({ caller, query }) =>
        countedReply(await listDevices(context, caller, query), presentDevice),
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{deviceId}',
      operationId: 'getDevice',
      summary: 'One device, as it was declared',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The device.', schema: device } },
      handle: async ({ caller, params }) =>
        ok(presentDevice(await getDevice(context, caller, params.deviceId))),
    }),
  ];
}
