import { z } from 'zod';
import { actPage, RECORD_KINDS } from '../../protocol/audit.ts';
import { readActs, readRecord } from '../../service/audit/read-record.ts';
import type { Context } from '../../service/context.ts';
import { content, ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Log';

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
        bundle: z
          .string()
          .regex(/^(?:0|[1-9]\d{0,12})$/, 'must be a number')
          .transform(Number)
          .meta({ type: 'integer', description: 'Leaves from 256 * bundle on.' }),
      }),
      responses: { 200: { description: 'The acts, oldest first.', schema: actPage } },
      handle: async ({ caller, params }) => ok({ acts: await readActs(context, caller, params.bundle) }),
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
