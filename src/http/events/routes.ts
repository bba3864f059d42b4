import { z } from 'zod';
import { event, sequence } from '../../protocol/event.ts';
import { pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { listEvents, listenerOf, newestSequence } from '../../service/events/read.ts';
import { ValidationError } from '../errors.ts';
import { ok, stream } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { EVENT_STREAM, OpenStreams, streamEvents } from './stream.ts';

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
  const streams = new OpenStreams();
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
    route({
      method: 'GET',
      path: '/v1/events/stream',
      operationId: 'streamEvents',
      summary: 'What changes, as it changes (server-sent events)',
      description:
        'From now on, or from behind `Last-Event-ID` (or `after`): a sequence number. A comment every 15 seconds; whoever reads too slowly is cut off and goes on by Last-Event-ID.',
      tag,
      authorise: { scheme: 'bearer', scope: 'events:read', effect: 'reads' },
      query: z.strictObject({ after: afterSequence }),
      responses: { 200: { description: 'Events, one for each message.', mediaType: EVENT_STREAM } },
      handle: async ({ caller, query, lastEventId, authoriseAgain }) => {
        const after = readLastEventId(lastEventId) ?? query.after ?? (await newestSequence(context));
        const ended = streams.begin(caller.id);
        const streaming = { listener: listenerOf(caller), after, authoriseAgain };
        return stream(EVENT_STREAM, (sink) => {
          streamEvents(context, sink, streaming)
            .catch((error: unknown) => {
              context.log.info({ err: error, caller: caller.id }, 'a stream of events was ended');
              sink.end();
            })
            .finally(ended);
        });
      },
    }),
  ];
}

/** @throws ValidationError */
function readLastEventId(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^(?:0|[1-9]\d{0,14})$/.test(header)) return Number(header);
  throw new ValidationError([{ path: 'last-event-id', expected: 'a sequence number' }]);
}
