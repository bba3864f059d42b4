import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import { actPage, RECORD_KINDS, type RecordLine } from '../../protocol/audit.ts';
import { instant } from '../../protocol/encoding.ts';
import { tenant } from '../../protocol/identifier.ts';
import { readBatch } from '../../service/audit/read-batch.ts';
import { readActs, readRecord } from '../../service/audit/read-record.ts';
import type { Context } from '../../service/context.ts';
import { content, ok, type Sink, stream } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Log';

const count = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,12})$/, 'must be a number')
  .transform(Number);
const bundle = count.meta({ type: 'integer', description: 'Leaves from 256 * bundle on.' });
/** Of one answer, but for the act with which it ends. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
/** Whoever takes no byte for so long has gone. */
const BEHIND_MS = 30_000;

export function auditRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/log/acts/{bundle}',
      operationId: 'getActs',
      summary: 'The acts behind 256 entries of the log, with their salts',
      description:
        'Those of the tenants that the caller sees; an auditor sees all. Whoever mirrors the log reads these beside its tiles.',
      tag,
      authorise: { scheme: 'bearer', scope: 'log:read', effect: 'reads' },
      params: z.strictObject({
        bundle,
      }),
      responses: { 200: { description: 'The acts, oldest first.', schema: actPage } },
      handle: async ({ caller, params }) => ok({ acts: await readActs(context, caller, params.bundle) }),
    }),
    route({
      method: 'GET',
      path: '/v1/log/records/{bundle}',
      operationId: 'getRecords',
      summary: 'What the acts behind 256 entries of the log speak of, for auditors and the authority',
      description:
        'Appraisals with their evidence, decisions with what they weighed: one JSON object a line, `{kind, id, text}` or `{kind, id, base64}`, each as /v1/audit/{kind}/{id} answers it. The last line is `{next}`: the `after` to go on with, or null. An answer without it was cut off.',
      tag,
      authorise: { scheme: 'bearer', scope: 'evidence:read', effect: 'reads' },
      params: z.strictObject({ bundle }),
      query: z.strictObject({
        after: count.optional().meta({ type: 'integer', description: 'Only acts behind this leaf.' }),
        tenant: tenant.optional().meta({ description: 'Only acts of this tenant.' }),
        from: instant.optional().meta({ description: 'Only acts from this instant on.' }),
        until: instant.optional().meta({ description: 'Only acts before this instant.' }),
        most: count
          .pipe(z.int().min(1).max(MOST_CHARACTERS))
          .default(MOST_CHARACTERS)
          .meta({ type: 'integer', description: 'Ends with the act at which it has so many characters.' }),
      }),
      responses: { 200: { description: 'Records, line by line.', mediaType: 'application/x-ndjson' } },
      handle: async ({ caller, params, query: { from, until, ...query } }) => {
        const lines = await readBatch(context, caller, {
          ...params,
          ...query,
          from: from === undefined ? undefined : parseInstant(from, 'query.from'),
          until: until === undefined ? undefined : parseInstant(until, 'query.until'),
        });
        return stream('application/x-ndjson', (sink) => {
          send(sink, lines).catch((error: unknown) => {
            context.log.error({ err: error, caller: caller.id }, 'a batch of records was cut off');
            sink.cut();
          });
        });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/audit/{kind}/{recordId}',
      operationId: 'getAuditRecord',
      summary: 'What an act of the log speaks of, as it is kept, for auditors and the authority',
      description:
        'Appraisals and decisions with what they rest on, as text; trust inputs by digest; evidence and vendors’ documents by the SHA-256 of their bytes, as bytes.',
      tag,
      authorise: { scheme: 'bearer', scope: 'evidence:read', effect: 'reads' },
      params: z.strictObject({
        kind: z.enum(RECORD_KINDS),
        recordId: z.string().min(1).max(128),
      }),
      responses: { 200: { description: 'JSON, or bytes.', mediaType: 'application/octet-stream' } },
      handle: async ({ caller, params }) => {
        const found = await readRecord(context, caller, params.kind, params.recordId);
        if (found instanceof Uint8Array) return content('application/octet-stream', found);
        return content('application/octet-stream', JSON.stringify(found));
      },
    }),
  ];
}

async function send(sink: Sink, lines: AsyncIterable<RecordLine>): Promise<void> {
  for await (const line of lines) {
    if (sink.signal.aborted) return sink.cut();
    if (!sink.write(`${JSON.stringify(line)}\n`) && !(await sink.drained(BEHIND_MS))) return sink.cut();
  }
  sink.end();
}
