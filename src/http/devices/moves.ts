import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import { device, deviceId } from '../../protocol/device.ts';
import { maintenanceRequest, shipmentRequest } from '../../protocol/device-state.ts';
import { reasoned } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import type { Principal } from '../../service/principal.ts';
import { type Move, moveDevice } from '../../service/registry/move-device.ts';
import { withReceipt } from '../receipted.ts';
import { ok, type Reply } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentDevice } from './present.ts';

const tag = 'Register';
const params = z.strictObject({ deviceId });
const responses = { 200: { description: 'The device as it is now.', schema: device } };

/** What people do about a device, from the states from which they may: docs/register.md has the table. */
export function deviceMoveRoutes(context: Context): Route[] {
  const move = async (by: Principal, id: string, wanted: Move): Promise<Reply> =>
    ok(await withReceipt(context, presentDevice(await moveDevice(context, by, id, wanted))));
  return [
    route({
      method: 'POST',
      path: '/v1/devices/{deviceId}/shipment',
      operationId: 'shipDevice',
      summary: 'Say that a device is on its way: a proof of its arrival is owed from now on',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:write', effect: 'changes' },
      params,
      body: jsonBody(shipmentRequest, 8192),
      responses,
      handle: ({ caller, params, body }) => move(caller, params.deviceId, { act: 'ship', ...body }),
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{deviceId}/return',
      operationId: 'returnDevice',
      summary: 'Say that a device came back; where a proof of it is owed, the authority alone says so',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:move', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses,
      handle: ({ caller, params, body }) => move(caller, params.deviceId, { act: 'return', ...body }),
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{deviceId}/maintenance',
      operationId: 'maintainDevice',
      summary: 'Take a device out of use until an instant',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:maintain', effect: 'changes' },
      params,
      body: jsonBody(maintenanceRequest, 8192),
      responses,
      handle: ({ caller, params, body: { until, reason } }) =>
        move(caller, params.deviceId, { act: 'maintain', until: parseInstant(until, 'body.until'), reason }),
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{deviceId}/resumption',
      operationId: 'resumeDevice',
      summary: 'End the maintenance of a device before its time',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:maintain', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses,
      handle: ({ caller, params, body }) => move(caller, params.deviceId, { act: 'resume', ...body }),
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{deviceId}/retirement',
      operationId: 'retireDevice',
      summary:
        'Take a device out of service, for good; what is shipped, due or missing the authority alone writes off',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:move', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses,
      handle: ({ caller, params, body }) => move(caller, params.deviceId, { act: 'retire', ...body }),
    }),
  ];
}
