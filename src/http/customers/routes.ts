import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import {
  access,
  accessEndRequest,
  accessId,
  accessRequest,
  knowYourCustomer,
  knowYourCustomerList,
  knowYourCustomerRequest,
} from '../../protocol/customer.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { partyId } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import { listKnowYourCustomer, recordKnowYourCustomer } from '../../service/registry/customers.ts';
import { endAccess, listAccesses, startAccess } from '../../service/registry/party-access.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentAccess, presentKnowYourCustomer } from './present.ts';

const tag = 'Customers';
const path = '/v1/parties/{partyId}/know-your-customer';
const params = z.strictObject({ partyId });

export function customerRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path,
      operationId: 'recordKnowYourCustomer',
      summary: 'Record that a customer was examined',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:describe', effect: 'changes' },
      params,
      body: jsonBody(knowYourCustomerRequest, 4096),
      responses: { 201: { description: 'The record.', schema: knowYourCustomer } },
      handle: async ({ caller, params, body }) => {
        const row = await recordKnowYourCustomer(context, caller, params.partyId, body);
        const answer = await withReceipt(context, presentKnowYourCustomer(row));
        return created(answer, `/v1/parties/${params.partyId}/know-your-customer`);
      },
    }),
    route({
      method: 'GET',
      path,
      operationId: 'listKnowYourCustomer',
      summary: 'Who examined a customer, newest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The records.', schema: knowYourCustomerList } },
      handle: async ({ caller, params }) => {
        const rows = await listKnowYourCustomer(context, caller, params.partyId);
        return ok({ items: rows.map(presentKnowYourCustomer) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/accesses',
      operationId: 'startAccess',
      summary: 'Record that a party is let in, to a host or a facility',
      tag,
      authorise: { scheme: 'bearer', scope: 'accesses:write', effect: 'changes' },
      body: jsonBody(accessRequest, 4096),
      responses: { 201: { description: 'The access.', schema: access } },
      handle: async ({ caller, body }) => {
        const { startedAt: text, ...wanted } = body;
        const startedAt = text === undefined ? null : parseInstant(text, 'body.startedAt');
        const row = await startAccess(context, caller, { ...wanted, startedAt });
        return created(await withReceipt(context, presentAccess(row)), '/v1/accesses');
      },
    }),
    route({
      method: 'POST',
      path: '/v1/accesses/{accessId}/end',
      operationId: 'endAccess',
      summary: 'Record that a party is let in no more',
      tag,
      authorise: { scheme: 'bearer', scope: 'accesses:write', effect: 'changes' },
      params: z.strictObject({ accessId }),
      body: jsonBody(accessEndRequest, 8192),
      responses: { 200: { description: 'The access, ended.', schema: access } },
      handle: async ({ caller, params, body }) => {
        const endedAt = body.endedAt === undefined ? null : parseInstant(body.endedAt, 'body.endedAt');
        const row = await endAccess(context, caller, params.accessId, { endedAt, reason: body.reason });
        return ok(await withReceipt(context, presentAccess(row)));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/accesses',
      operationId: 'listAccesses',
      summary: 'Who was let in where, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'accesses:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of accesses.', schema: pageOf(access) } },
      handle: async ({ caller, query }) =>
        pageReply(await listAccesses(context, caller, query), presentAccess),
    }),
  ];
}
