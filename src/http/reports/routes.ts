import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import { instant } from '../../protocol/encoding.ts';
import { licenceId } from '../../protocol/identifier.ts';
import { signedReport } from '../../protocol/report.ts';
import type { Context } from '../../service/context.ts';
import { openReport } from '../../service/report/open.ts';
import { writeReport } from '../../service/report/write.ts';
import { type Sink, stream } from '../reply.ts';
import { type Route, route } from '../route.ts';

/** A reader that takes nothing for so long is cut off: what it has then does not verify. */
const BEHIND_MS = 30_000;

export function reportRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/licences/{licenceId}/report',
      operationId: 'getLicenceReport',
      summary: 'What became of a licence in a period, signed',
      description:
        'Every device that it names, decisions with their proofs, grants, holds, incidents, ledger. The same for the same period and head of the log. Verify it with `sextant report verify`; it is JSON whose bytes are signed, so keep it as it came.',
      tag: 'Decisions',
      authorise: { scheme: 'bearer', scope: 'reports:read', effect: 'reads' },
      params: z.strictObject({ licenceId }),
      query: z.strictObject({
        from: instant.optional().meta({ description: 'Unless given, the day of the licence.' }),
        until: instant.optional().meta({ description: 'Not included; now unless given.' }),
      }),
      responses: { 200: { description: 'The report.', schema: signedReport } },
      handle: async ({ caller, params, query }) => {
        const { from, until } = query;
        const report = await openReport(context, caller, {
          licenceId: params.licenceId,
          from: from === undefined ? undefined : parseInstant(from, 'query.from'),
          until: until === undefined ? undefined : parseInstant(until, 'query.until'),
        });
        return stream('application/json', (sink) => {
          send(sink, writeReport(context, report)).catch((error: unknown) => {
            context.log.error({ err: error, caller: caller.id }, 'a report was cut off');
            sink.cut();
          });
        });
      },
    }),
  ];
}

async function send(sink: Sink, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (sink.signal.aborted) return sink.cut();
    if (!sink.write(piece) && !(await sink.drained(BEHIND_MS))) return sink.cut();
  }
  sink.end();
}
