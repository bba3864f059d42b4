import { z } from 'zod';
import { hostId } from '../../protocol/enrolment.ts';
import { licenceId } from '../../protocol/identifier.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { operatorUsageRequest, usageAnswer, usageRecord, usageRequest } from '../../protocol/usage.ts';
import type { Context } from '../../service/context.ts';
import { listUsageReports } from '../../service/ledger/list-usage.ts';
import { reportUsageOfHost } from '../../service/ledger/operator-usage.ts';
import { reportUsage } from '../../service/ledger/report-usage.ts';
import { pageReply } from '../pages.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentReported, presentUsageReport } from './present.ts';

const tag = 'Ledger';

export function usageRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/usage-reports',
      operationId: 'reportUsage',
      summary: 'What this host computed in a window that was paid for, signed by its key',
      description:
        'What it did not use is given back, as far as the licence lets its meters count; a refusal is an answer, and leaves all that was paid counted. The same report again is answered as it was.',
      tag,
      authorise: { scheme: 'host' },
      body: jsonBody(usageRequest, 16_384),
      responses: { 200: { description: 'What it came to.', schema: usageAnswer } },
      handle: async ({ caller, body }) =>
        ok(await presentReported(context, await reportUsage(context, caller, body.report))),
    }),
    route({
      method: 'POST',
      path: '/v1/hosts/{hostId}/usage-reports',
      operationId: 'reportUsageOfHost',
      summary: 'What a host of the operator computed in a window that was paid for, by the operator’s word',
      description:
        'Counts only where the licence accepts reports by operators (`metering.operators`), and then as the host’s own would; it is marked as theirs.',
      tag,
      authorise: { scheme: 'bearer', scope: 'usage:report', effect: 'changes' },
      params: z.strictObject({ hostId }),
      body: jsonBody(operatorUsageRequest, 8192),
      responses: { 200: { description: 'What it came to.', schema: usageAnswer } },
      handle: async ({ caller, params, body }) =>
        ok(await presentReported(context, await reportUsageOfHost(context, caller, params.hostId, body))),
    }),
    route({
      method: 'GET',
      path: '/v1/usage-reports',
      operationId: 'listUsageReports',
      summary: 'Reports of usage that were counted under a licence, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'ledger:read', effect: 'reads' },
      query: z.strictObject({ licence: licenceId, ...pageQuery }),
      responses: { 200: { description: 'A page of reports.', schema: pageOf(usageRecord) } },
      handle: async ({ caller, query: { licence, ...page } }) =>
        pageReply(await listUsageReports(context, caller, licence, page), presentUsageReport),
    }),
  ];
}
