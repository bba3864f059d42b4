import { z } from 'zod';
import { hostId } from '../../protocol/enrolment.ts';
import { appraisalListed, historyQuery } from '../../protocol/history.ts';
import { hostListQuery } from '../../protocol/host-list.ts';
import { countedPageOf, pageOf } from '../../protocol/page.ts';
import { reasoned } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import { listAppraisals } from '../../service/history.ts';
import { getHost, getOwnHost, reinstate, suspend } from '../../service/host/hosts.ts';
import { listHosts } from '../../service/host/list.ts';
import { countedReply, pageReply } from '../pages.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentHost, presentListed } from './present.ts';
import { presentAppraisal } from './present-appraisal.ts';
import { host, hostListed } from './schema.ts';

const tag = 'Hosts';
const params = z.strictObject({ hostId });
const responses = { 200: { description: 'The host.', schema: host } };

export function hostRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/hosts',
      operationId: 'listHosts',
      summary:
        'Hosts as asked, oldest first, each with how it stands and the reasons of its newest submission',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      query: hostListQuery,
      responses: { 200: { description: 'A page of hosts.', schema: countedPageOf(hostListed) } },
      handle: async ({ caller, query }) =>
        countedReply(await listHosts(context, caller, query), presentListed),
    }),
    route({
      method: 'GET',
      path: '/v1/hosts/{hostId}',
      operationId: 'getHost',
      summary: 'One host, with its keys and devices',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      params,
      responses,
      handle: async ({ caller, params }) => {
        const found = await getHost(context, caller, params.hostId);
        return ok(presentHost(found.host, found.devices));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/hosts/{hostId}/appraisals',
      operationId: 'listHostAppraisals',
      summary: 'What a host’s submissions came to, newest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'sessions:read', effect: 'reads' },
      params,
      query: historyQuery,
      responses: { 200: { description: 'A page of appraisals.', schema: pageOf(appraisalListed) } },
      handle: async ({ caller, params, query }) =>
        pageReply(await listAppraisals(context, caller, params.hostId, query), presentAppraisal),
    }),
    route({
      method: 'GET',
      path: '/v1/host',
      operationId: 'getOwnHost',
      summary: 'The host whose key proves this request',
      tag,
      authorise: { scheme: 'host' },
      responses,
      handle: async ({ caller }) => {
        const found = await getOwnHost(context, caller);
        return ok(presentHost(found.host, found.devices));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/hosts/{hostId}/suspension',
      operationId: 'suspendHost',
      summary: 'Suspend a host: no session, no evidence and no allow until it is reinstated',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:suspend', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses,
      handle: async ({ caller, params, body }) => {
        const found = await suspend(context, caller, params.hostId, body.reason);
        return ok(presentHost(found.host, found.devices));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/hosts/{hostId}/reinstatement',
      operationId: 'reinstateHost',
      summary: 'End a suspension',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:suspend', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses,
      handle: async ({ caller, params, body }) => {
        const found = await reinstate(context, caller, params.hostId, body.reason);
        return ok(presentHost(found.host, found.devices));
      },
    }),
  ];
}
