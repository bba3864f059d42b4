import { z } from 'zod';
import { hostId } from '../../protocol/enrolment.ts';
import { grantId, renewalAnswer, renewalRequest } from '../../protocol/grant.ts';
import { licenceId } from '../../protocol/identifier.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { listGrantsOfHost } from '../../service/grant/of-host.ts';
import { getGrant, listGrants, revokeGrant } from '../../service/grant/read.ts';
import { renewGrant } from '../../service/grant/renew.ts';
import { pageReply } from '../pages.ts';
import { cosignedReceiptOf, withReceipt } from '../receipted.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentGrant, presentStanding } from './present.ts';
import { presentRenewal } from './renewal.ts';
import { grant, hostGrant, revocation } from './schema.ts';

const tag = 'Grants';
const params = z.strictObject({ grantId });
const witnesses = z
  .string()
  .regex(/^[1-9]\d?$/, 'must be a number from 1 to 99')
  .transform(Number)
  .optional()
  .meta({
    type: 'integer',
    description: 'The receipt is against a checkpoint that so many have cosigned, where one reaches as far.',
  });

export function grantRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/grants/renewals',
      operationId: 'renewGrant',
      summary:
        'The grant of this host under a licence: the present one, or from half of its life on a new one',
      description:
        'Each new one takes a decision of its own and a debit in full. A denial is an answer: it says every reason that concerns the host. Within ten seconds of one 429 too_early.',
      tag,
      authorise: { scheme: 'host' },
      body: jsonBody(renewalRequest, 4096),
      responses: { 200: { description: 'The grant, or why there is none.', schema: renewalAnswer } },
      handle: async ({ caller, body }) =>
        ok(await presentRenewal(context, await renewGrant(context, caller, body), body)),
    }),
    route({
      method: 'GET',
      path: '/v1/grants',
      operationId: 'listGrants',
      summary: 'Grants, oldest first',
      description: 'Of a licence or of a host; of all only for the authority and its auditors.',
      tag,
      authorise: { scheme: 'bearer', scope: 'grants:read', effect: 'reads' },
      query: z.strictObject({ ...pageQuery, licenceId: licenceId.optional(), hostId: hostId.optional() }),
      responses: { 200: { description: 'A page of grants.', schema: pageOf(grant) } },
      handle: async ({ caller, query }) => pageReply(await listGrants(context, caller, query), presentGrant),
    }),
    route({
      method: 'GET',
      path: '/v1/hosts/{hostId}/grants',
      operationId: 'listHostGrants',
      summary: 'How a host stands under each licence that granted it anything or refused it, and why',
      description:
        'By licence, with what its agent is told: the newest grant, and the newest refusal where no grant came after it.',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      params: z.strictObject({ hostId }),
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of licences.', schema: pageOf(hostGrant) } },
      handle: async ({ caller, params, query }) =>
        pageReply(await listGrantsOfHost(context, caller, params.hostId, query), presentStanding),
    }),
    route({
      method: 'GET',
      path: '/v1/grants/{grantId}',
      operationId: 'getGrant',
      summary: 'One grant, with the receipt of its issue',
      tag,
      authorise: { scheme: 'bearer', scope: 'grants:read', effect: 'reads' },
      params,
      query: z.strictObject({ witnesses }),
      responses: { 200: { description: 'The grant.', schema: grant } },
      handle: async ({ caller, params, query }) => {
        const row = await getGrant(context, caller, params.grantId);
        return ok({
          ...presentGrant(row),
          ...(await cosignedReceiptOf(context, row.leaf_index, query.witnesses)),
        });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/grants/{grantId}/revocation',
      operationId: 'revokeGrant',
      summary: 'End a grant for good',
      description:
        'For one that was copied or issued by mistake: its host may ask for another. To stop a host, suspend it or its licence.',
      tag,
      authorise: { scheme: 'bearer', scope: 'grants:revoke', effect: 'changes' },
      params,
      body: jsonBody(revocation, 8192),
      responses: { 200: { description: 'The grant.', schema: grant } },
      handle: async ({ caller, params, body }) => {
        const row = await revokeGrant(context, caller, params.grantId, body.reason);
        return ok(await withReceipt(context, presentGrant(row)));
      },
    }),
  ];
}
