import { z } from 'zod';
import { incident, incidentId } from '../../protocol/incident.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { getIncident, listIncidents } from '../../service/incident/read.ts';
import { endIncident, markReported, noteIncident } from '../../service/incident/rule.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentIncident, presentWithNotes } from './present.ts';

const tag = 'Incidents';
const params = z.strictObject({ incidentId });
const text = (description: string): z.ZodString => z.string().trim().min(3).max(2000).describe(description);

export function incidentRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/incidents',
      operationId: 'listIncidents',
      summary: 'What must be, or was, reported to an authority, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'incidents:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of incidents.', schema: pageOf(incident) } },
      handle: async ({ caller, query }) =>
        pageReply(await listIncidents(context, caller, query), presentIncident),
    }),
    route({
      method: 'GET',
      path: '/v1/incidents/{incidentId}',
      operationId: 'getIncident',
      summary: 'One incident with its notes',
      tag,
      authorise: { scheme: 'bearer', scope: 'incidents:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The incident.', schema: incident } },
      handle: async ({ caller, params }) =>
        ok(presentWithNotes(await getIncident(context, caller, params.incidentId))),
    }),
    route({
      method: 'POST',
      path: '/v1/incidents/{incidentId}/notes',
      operationId: 'noteIncident',
      summary: 'Add a note to an incident',
      tag,
      authorise: { scheme: 'bearer', scope: 'incidents:report', effect: 'changes' },
      params,
      body: jsonBody(z.strictObject({ note: text('Kept, logged and shown.') }), 8192),
      responses: { 200: { description: 'The incident.', schema: incident } },
      handle: async ({ caller, params, body }) =>
        ok(presentWithNotes(await noteIncident(context, caller, params.incidentId, body.note))),
    }),
    route({
      method: 'POST',
      path: '/v1/incidents/{incidentId}/report',
      operationId: 'reportIncident',
      summary: 'Say that an incident was reported',
      tag,
      authorise: { scheme: 'bearer', scope: 'incidents:report', effect: 'changes' },
      params,
      body: jsonBody(z.strictObject({ reference: text('By which the report is found again.') }), 8192),
      responses: { 200: { description: 'The incident.', schema: incident } },
      handle: async ({ caller, params, body }) => {
        const reported = await markReported(context, caller, params.incidentId, body.reference);
        return ok(await withReceipt(context, presentWithNotes(reported)));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/incidents/{incidentId}/closing',
      operationId: 'closeIncident',
      summary: 'End an incident, with a reason',
      tag,
      authorise: { scheme: 'bearer', scope: 'incidents:close', effect: 'changes' },
      params,
      body: jsonBody(z.strictObject({ reason: text('Why; kept, logged and shown.') }), 8192),
      responses: { 200: { description: 'The incident.', schema: incident } },
      handle: async ({ caller, params, body }) => {
        const closed = await endIncident(context, caller, params.incidentId, body.reason);
        return ok(await withReceipt(context, presentWithNotes(closed)));
      },
    }),
  ];
}
