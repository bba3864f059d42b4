import { z } from 'zod';
import {
  challengeId,
  challengeOrder,
  challengeRequest,
  drawProof,
  drawRequest,
  hostChallenge,
} from '../../protocol/challenge.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { askChallenge } from '../../service/challenge/ask.ts';
import { drawChallenges } from '../../service/challenge/draw.ts';
import { orderChallenges } from '../../service/challenge/order.ts';
import { getOrder, listOrders, proveDraw } from '../../service/challenge/read.ts';
import type { Context } from '../../service/context.ts';
import { pageReply } from '../pages.ts';
import { receiptOf, withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentOrder, presentWithDevices } from './present.ts';

const tag = 'Challenges';
const params = z.strictObject({ challengeId });
const orders = { scheme: 'bearer', scope: 'challenges:order', effect: 'changes' } as const;
const reads = { scheme: 'bearer', scope: 'challenges:read', effect: 'reads' } as const;

export function challengeRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/challenges',
      operationId: 'orderChallenges',
      summary: 'Order unannounced challenges of devices that are drawn at random',
      description:
        'Nothing is drawn yet, and no host is told: what is drawn follows from the tree that ends with this order and from the secret that it commits to. Draw within an hour.',
      tag,
      authorise: orders,
      body: jsonBody(challengeRequest, 8192),
      responses: { 201: { description: 'The order.', schema: challengeOrder } },
      handle: async ({ caller, body }) => {
        const answer = presentWithDevices(await orderChallenges(context, caller, body));
        return created(await withReceipt(context, answer), `/v1/challenges/${answer.id}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/challenges/{challengeId}/draw',
      operationId: 'drawChallenges',
      summary: 'Draw the devices of an order, and challenge their hosts at once',
      tag,
      authorise: orders,
      params,
      body: jsonBody(drawRequest, 1024),
      responses: {
        200: { description: 'The order, with the devices that were drawn.', schema: challengeOrder },
      },
      handle: async ({ caller, params, body }) => {
        const drawn = await drawChallenges(context, caller, params.challengeId, body.secret);
        const { drawn_leaf: leaf } = drawn.order;
        return ok({ ...presentWithDevices(drawn), ...(leaf === null ? {} : await receiptOf(context, leaf)) });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/challenges',
      operationId: 'listChallenges',
      summary: 'Orders of challenges, oldest first',
      tag,
      authorise: reads,
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of orders.', schema: pageOf(challengeOrder) } },
      handle: async ({ query }) => pageReply(await listOrders(context, query), presentOrder),
    }),
    route({
      method: 'GET',
      path: '/v1/challenges/{challengeId}',
      operationId: 'getChallenge',
      summary: 'One order, and what came of each device',
      tag,
      authorise: reads,
      params,
      responses: { 200: { description: 'The order.', schema: challengeOrder } },
      handle: async ({ params }) => ok(presentWithDevices(await getOrder(context, params.challengeId))),
    }),
    route({
      method: 'GET',
      path: '/v1/challenges/{challengeId}/proof',
      operationId: 'getDrawProof',
      summary: 'What anybody needs to draw the devices of an order again',
      description: '`sextant challenge verify` does, offline.',
      tag,
      authorise: reads,
      params,
      responses: { 200: { description: 'The proof.', schema: drawProof } },
      handle: async ({ params }) => ok(await proveDraw(context, params.challengeId)),
    }),
    route({
      method: 'GET',
      path: '/v1/host/challenge',
      operationId: 'getHostChallenge',
      summary: 'Whether the host whose key proves this request is to attest at once',
      tag,
      authorise: { scheme: 'host' },
      responses: {
        200: { description: 'What it is challenged to answer, if anything.', schema: hostChallenge },
      },
      handle: async ({ caller }) => ok(await askChallenge(context, caller)),
    }),
  ];
}
