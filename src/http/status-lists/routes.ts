import { z } from 'zod';
import { STATUS_LIST_MEDIA_TYPE } from '../../protocol/grant.ts';
import type { Context } from '../../service/context.ts';
import { getStatusList, pastStatusList } from '../../service/grant/status-list.ts';
import { content } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Grants';
const number = z
  .string()
  .regex(/^[1-9]\d{0,11}$/, 'must be a number')
  .transform(Number);
const params = z.strictObject({ list: number.meta({ type: 'integer', description: 'As grants name it.' }) });

export function statusListRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/status-lists/{list}',
      operationId: 'getStatusList',
      summary: 'Which grants are suspended or revoked (IETF Token Status List)',
      description:
        'For anybody: a list says nothing to whoever does not hold a grant that names a place in it. Two bits each: 0 valid, 1 invalid, 2 suspended.',
      tag,
      authorise: { scheme: 'public' },
      params,
      responses: { 200: { description: 'A status list token.', mediaType: STATUS_LIST_MEDIA_TYPE } },
      handle: async ({ params: { list } }) => {
        const { token, etag, maxAgeSeconds } = await getStatusList(context, list);
        const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag };
        return { ...content(STATUS_LIST_MEDIA_TYPE, token), headers };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/status-lists/{list}/past',
      operationId: 'getPastStatusList',
      summary: 'The same as it was',
      description: 'For auditors: whoever may follow a place through time follows a host.',
      tag,
      authorise: { scheme: 'bearer', scope: 'status-lists:read', effect: 'reads' },
      params,
      query: z.strictObject({
        time: number.meta({ type: 'integer', description: 'Seconds since the epoch.' }),
      }),
      responses: { 200: { description: 'A status list token of then.', mediaType: STATUS_LIST_MEDIA_TYPE } },
      handle: async ({ params: { list }, query }) =>
        content(STATUS_LIST_MEDIA_TYPE, await pastStatusList(context, list, query.time)),
    }),
  ];
}
