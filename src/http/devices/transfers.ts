import { z } from 'zod';
import { deviceId } from '../../protocol/device.ts';
import { transfer, transferId, transferRequest } from '../../protocol/device-state.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { reasoned } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import {
  listTransfers,
  offerTransfer,
  ruleOnTransfer,
  type TransferRuling,
} from '../../service/registry/transfers.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentTransfer } from './present.ts';

const tag = 'Register';

/** A transfer needs both sides: one offers, the other accepts. */
export function transferRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/devices/{deviceId}/transfers',
      operationId: 'offerTransfer',
      summary: 'Offer a device to another exporter',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:write', effect: 'changes' },
      params: z.strictObject({ deviceId }),
      body: jsonBody(transferRequest, 8192),
      responses: { 201: { description: 'The offer.', schema: transfer } },
      handle: async ({ caller, params, body }) => {
        const row = await offerTransfer(context, caller, params.deviceId, body);
        return created(await withReceipt(context, presentTransfer(row)), '/v1/device-transfers');
      },
    }),
    route({
      method: 'GET',
      path: '/v1/device-transfers',
      operationId: 'listTransfers',
      summary: 'Devices that were offered by you or to you, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'devices:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of offers.', schema: pageOf(transfer) } },
      handle: async ({ caller, query }) =>
        pageReply(await listTransfers(context, caller, query), presentTransfer),
    }),
    ruling(context, 'accepted', 'acceptance', 'acceptTransfer', 'Take a device that was offered to you'),
    ruling(context, 'refused', 'refusal', 'refuseTransfer', 'Turn an offer down'),
    ruling(context, 'withdrawn', 'withdrawal', 'withdrawTransfer', 'Take back an offer of your own'),
  ];
}

function ruling(
  context: Context,
  made: TransferRuling,
  noun: string,
  operationId: string,
  summary: string,
): Route {
  return route({
    method: 'POST',
    path: `/v1/device-transfers/{transferId}/${noun}`,
    operationId,
    summary,
    tag,
    authorise: { scheme: 'bearer', scope: 'devices:write', effect: 'changes' },
    params: z.strictObject({ transferId }),
    body: jsonBody(reasoned, 8192),
    responses: { 200: { description: 'The offer, decided.', schema: transfer } },
    handle: async ({ caller, params, body }) => {
      const row = await ruleOnTransfer(context, caller, params.transferId, made, body.reason);
      return ok(await withReceipt(context, presentTransfer(row)));
    },
  });
}
