import { z } from 'zod';
import { deviceId } from '../../protocol/device.ts';
import { hostId } from '../../protocol/enrolment.ts';
import { licenceId } from '../../protocol/identifier.ts';
import { deviceStatus, hostStatus, licenceStatus } from '../../protocol/status.ts';
import type { Context } from '../../service/context.ts';
import { readLicenceStatus } from '../../service/status/licence-status.ts';
import { readDeviceStatus, readHostStatus } from '../../service/status/status.ts';
import { ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Status';

export function statusRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/hosts/{hostId}/status',
      operationId: 'getHostStatus',
      summary: 'What a host proves now',
      description:
        'Evidence that is too old to rely on proves nothing: its instant is shown, its level is G0.',
      tag,
      authorise: { scheme: 'bearer', scope: 'status:read', effect: 'reads' },
      params: z.strictObject({ hostId }),
      responses: { 200: { description: 'Level, evidence and holds.', schema: hostStatus } },
      handle: async ({ caller, params }) => ok(await readHostStatus(context, caller, params.hostId)),
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{deviceId}/status',
      operationId: 'getDeviceStatus',
      summary: 'What is known of a device now',
      description: 'For the exporter that registered it and the operator of its host.',
      tag,
      authorise: { scheme: 'bearer', scope: 'status:read', effect: 'reads' },
      params: z.strictObject({ deviceId }),
      responses: { 200: { description: 'Four facts, level, evidence and holds.', schema: deviceStatus } },
      handle: async ({ caller, params }) => ok(await readDeviceStatus(context, caller, params.deviceId)),
    }),
    route({
      method: 'GET',
      path: '/v1/licences/{licenceId}/status',
      operationId: 'getLicenceStatus',
      summary: 'What a decision under a licence would say now; nothing is recorded',
      tag,
      authorise: { scheme: 'bearer', scope: 'status:read', effect: 'reads' },
      params: z.strictObject({ licenceId }),
      responses: { 200: { description: 'Outcome, reasons and the next end.', schema: licenceStatus } },
      handle: async ({ caller, params }) => ok(await readLicenceStatus(context, caller, params.licenceId)),
    }),
  ];
}
