import { z } from 'zod';
import { hostId } from '../../protocol/enrolment.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { reasoned } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import { getHost, getOwnHost, listHosts, reinstate, suspend } from '../../service/host/hosts.ts';
import { pageReply } from '../pages.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentHost, presentListed } from './present.ts';
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
      summary: 'Hosts, oldest first, each with the reasons of its newest submission',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of hosts.', schema: pageOf(hostListed) } },
      handle: async ({ caller, query }) => pageReply(await listHosts(context, caller, query), presentListed),
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
