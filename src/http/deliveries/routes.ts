import { z } from 'zod';
import { deliveries } from '../../protocol/device-state.ts';
import { licenceId } from '../../protocol/identifier.ts';
import { partyId } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import { conditionsOf } from '../../service/licence/conditions.ts';
import { readLicence } from '../../service/licence/licences.ts';
import { deliveriesToParty, deliveriesUnderLicence } from '../../service/registry/deliveries.ts';
import { readParty } from '../../service/registry/parties.ts';
import { ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Register';
const responses = { 200: { description: 'The count.', schema: deliveries } };

export function deliveryRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/parties/{partyId}/deliveries',
      operationId: 'getPartyDeliveries',
      summary: 'How many devices were delivered to a party, verified and lost',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      params: z.strictObject({ partyId }),
      responses,
      handle: async ({ caller, params }) =>
        ok(
          await context.store.read(async (view) => {
            const { id } = await readParty(view, caller, params.partyId);
            return deliveriesToParty(context, view, id, context.clock());
          }),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/licences/{licenceId}/deliveries',
      operationId: 'getLicenceDeliveries',
      summary: 'How many devices of a licence are verified and missing',
      tag,
      authorise: { scheme: 'bearer', scope: 'licences:read', effect: 'reads' },
      params: z.strictObject({ licenceId }),
      responses,
      handle: async ({ caller, params }) =>
        ok(
          await context.store.read(async (view) => {
            const { id, conditions: text } = await readLicence(view, caller, params.licenceId);
            const { devices } = conditionsOf(text).conditions;
            return deliveriesUnderLicence(context, view, { id, devices }, context.clock());
          }),
        ),
    }),
  ];
}
