import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { party, partyId, partyRequest, screeningRequest } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import { getParty, listParties, recordScreening, registerParty } from '../../service/registry/parties.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentParty } from './present.ts';

const tag = 'Register';
const params = z.strictObject({ partyId });

export function partyRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/parties',
      operationId: 'registerParty',
      summary: 'Register an exporter, an end user or an owner',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:write', effect: 'changes' },
      body: jsonBody(partyRequest, 4096),
      responses: { 201: { description: 'The party, unscreened.', schema: party } },
      handle: async ({ caller, body }) => {
        const row = await registerParty(context, caller, body);
        return created(await withReceipt(context, presentParty(row)), `/v1/parties/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/parties',
      operationId: 'listParties',
      summary: 'Parties, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of parties.', schema: pageOf(party) } },
      handle: async ({ caller, query }) => pageReply(await listParties(context, caller, query), presentParty),
    }),
    route({
      method: 'GET',
      path: '/v1/parties/{partyId}',
      operationId: 'getParty',
      summary: 'One party',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The party.', schema: party } },
      handle: async ({ caller, params }) => ok(presentParty(await getParty(context, caller, params.partyId))),
    }),
    route({
      method: 'POST',
      path: '/v1/parties/{partyId}/screening',
      operationId: 'screenParty',
      summary: "Record the authority's word on a party",
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:screen', effect: 'changes' },
      params,
      body: jsonBody(screeningRequest, 8192),
      responses: { 200: { description: 'The party with its standing.', schema: party } },
      handle: async ({ caller, params, body }) => {
        const { standing, reason } = body;
        const clearUntil =
          body.clearUntil === undefined ? null : parseInstant(body.clearUntil, 'body.clearUntil');
        const row = await recordScreening(context, caller, params.partyId, { standing, clearUntil, reason });
        return ok(await withReceipt(context, presentParty(row)));
      },
    }),
  ];
}
