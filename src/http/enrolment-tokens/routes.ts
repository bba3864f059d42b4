import { z } from 'zod';
import {
  enrolmentToken,
  enrolmentTokenId,
  enrolmentTokenRequest,
  mintedEnrolmentToken,
} from '../../protocol/enrolment.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import {
  listEnrolmentTokens,
  mintEnrolmentToken,
  revokeEnrolmentToken,
} from '../../service/enrolment/tokens.ts';
import { pageReply } from '../pages.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentToken } from './present.ts';

const tag = 'Enrolment';
/** 256 serial numbers fit. */
const MAX_BYTES = 64 * 1024;

export function enrolmentTokenRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/enrolment-tokens',
      operationId: 'mintEnrolmentToken',
      summary: 'Mint a token with which one host is enrolled',
      description:
        'The facility must be one that the operator runs and the licensing authority has authorised.',
      tag,
      authorise: { scheme: 'bearer', scope: 'enrolment-tokens:write', effect: 'changes' },
      body: jsonBody(enrolmentTokenRequest, MAX_BYTES),
      responses: { 201: { description: 'The token, shown this once.', schema: mintedEnrolmentToken } },
      handle: async ({ caller, body }) => {
        const { row, token } = await mintEnrolmentToken(context, caller, body);
        const answer = { ...presentToken(row, context.clock()), token };
        return created(answer, `/v1/enrolment-tokens/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/enrolment-tokens',
      operationId: 'listEnrolmentTokens',
      summary: 'Enrolment tokens, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'enrolment-tokens:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of tokens.', schema: pageOf(enrolmentToken) } },
      handle: async ({ caller, query }) => {
        const now = context.clock();
        return pageReply(await listEnrolmentTokens(context, caller, query), (row) => presentToken(row, now));
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/enrolment-tokens/{enrolmentTokenId}',
      operationId: 'revokeEnrolmentToken',
      summary: 'Revoke a token that has enrolled nothing yet',
      tag,
      authorise: { scheme: 'bearer', scope: 'enrolment-tokens:write', effect: 'changes' },
      params: z.strictObject({ enrolmentTokenId }),
      responses: { 200: { description: 'The token, revoked.', schema: enrolmentToken } },
      handle: async ({ caller, params }) => {
        const row = await revokeEnrolmentToken(context, caller, params.enrolmentTokenId);
        return ok(presentToken(row, context.clock()));
      },
    }),
  ];
}
