import { z } from 'zod';
import {
  type PrincipalAnswer,
  principal,
  principalId,
  principalParty,
  principalRequest,
} from '../../protocol/access.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import {
  createPrincipal,
  declareParty,
  endPrincipal,
  listPrincipals,
} from '../../service/access/principals.ts';
import type { Context } from '../../service/context.ts';
import type { PrincipalTable } from '../../store/registry/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import { pageReply } from '../pages.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';

const tag = 'Access';

export function principalRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/principals',
      operationId: 'createPrincipal',
      summary: 'Name somebody who may hold tokens',
      tag,
      authorise: { scheme: 'bearer', scope: 'principals:write', effect: 'changes' },
      body: jsonBody(principalRequest, 4096),
      responses: { 201: { description: 'The principal.', schema: principal } },
      handle: async ({ caller, body }) => {
        const row = await createPrincipal(context, caller, body);
        return created(presentPrincipal(row), `/v1/principals/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/principals',
      operationId: 'listPrincipals',
      summary: 'Who may hold tokens',
      tag,
      authorise: { scheme: 'bearer', scope: 'principals:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of principals.', schema: pageOf(principal) } },
      handle: async ({ query }) => pageReply(await listPrincipals(context, query), presentPrincipal),
    }),
    route({
      method: 'POST',
      path: '/v1/principals/{principalId}/party',
      operationId: 'declarePrincipalParty',
      summary: 'Say whose people a principal is',
      description:
        'An audit of a facility counts only where the owners of its auditor, of exporter and operator and of the licence’s parties are declared up to the top, and meet nowhere.',
      tag,
      authorise: { scheme: 'bearer', scope: 'principals:write', effect: 'changes' },
      params: z.strictObject({ principalId }),
      body: jsonBody(principalParty, 4096),
      responses: { 200: { description: 'The principal.', schema: principal } },
      handle: async ({ caller, params, body }) =>
        ok(presentPrincipal(await declareParty(context, caller, params.principalId, body.partyId))),
    }),
    route({
      method: 'POST',
      path: '/v1/principals/{principalId}/disabling',
      operationId: 'disablePrincipal',
      summary: 'End a principal and all its tokens, at once and for good',
      tag,
      authorise: { scheme: 'bearer', scope: 'principals:write', effect: 'changes' },
      params: z.strictObject({ principalId }),
      responses: { 200: { description: 'The principal, disabled.', schema: principal } },
      handle: async ({ caller, params }) =>
        ok(presentPrincipal(await endPrincipal(context, caller, params.principalId))),
    }),
  ];
}

function presentPrincipal(row: PrincipalTable): PrincipalAnswer {
  return {
    id: row.id,
    name: row.name,
    role: row.role as PrincipalAnswer['role'], // written from that union alone
    tenant: row.tenant,
    partyId: row.party_id,
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    disabledAt: shownInstantOrNull(row.disabled_at_ms),
  };
}
