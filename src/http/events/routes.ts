import { z } from 'zod';
import { event, sequence } from '../../protocol/event.ts';
import { pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { listEvents } from '../../service/events/read.ts';
import { ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Events';

const eventPage = z.strictObject({
  items: z.array(event),
  next: sequence.nullable().describe('Ask again with after= this; null where there is nothing more by now.'),
  cursor: sequence.describe('The last event that was looked at, shown or not: where to go on later.'),
});

const afterSequence = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,14})$/, 'must be a sequence number')
  .transform(Number)
  .optional()
  .meta({ type: 'integer', description: 'The last sequence number that was seen; 0 for all.' });

export function eventRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/events',
      operationId: 'listEvents',
      summary: 'What changed, oldest first',
      description: 'A page may hold fewer than its limit, or nothing, while `next` says that there is more.',
      tag,
      authorise: { scheme: 'bearer', scope: 'events:read', effect: 'reads' },
      query: z.strictObject({ limit: pageQuery.limit, after: afterSequence }),
      responses: { 200: { description: 'A page of events.', schema: eventPage } },
      handle: async ({ caller, query }) => {
        const { items, cursor, more } = await listEvents(context, caller, query);
        return ok({ items, next: more ? cursor : null, cursor });
      },
    }),
  ];
}
