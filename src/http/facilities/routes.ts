import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import { facilityAuditRequest } from '../../protocol/facility-audit.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import {
  facility,
  facilityAuthorisation,
  facilityId,
  facilityPeriods,
  facilityRequest,
  reasoned,
} from '../../protocol/registry.ts';
import { trustInput } from '../../protocol/trust.ts';
import type { Context } from '../../service/context.ts';
import { fileAudit } from '../../service/location/audits.ts';
import type { Principal } from '../../service/principal.ts';
import {
  getFacility,
  listFacilities,
  listPeriods,
  proposeFacility,
} from '../../service/registry/facilities.ts';
import { type FacilityRuling, ruleOnFacility } from '../../service/registry/rule-on-facility.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok, type Reply } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentTrustInput } from '../trust-inputs/present.ts';
import { presentFacility, presentPeriod } from './present.ts';

const tag = 'Register';
const params = z.strictObject({ facilityId });
const answers = { 200: { description: 'The facility.', schema: facility } };
/** An outline of 2,000 positions fits. */
const MAX_FACILITY_BYTES = 256 * 1024;

export function facilityRoutes(context: Context): Route[] {
  const rule = async (by: Principal, id: string, ruling: FacilityRuling): Promise<Reply> => {
    const row = await ruleOnFacility(context, by, id, ruling);
    return ok(await withReceipt(context, presentFacility(row)));
  };
  return [
    route({
      method: 'POST',
      path: '/v1/facilities',
      operationId: 'proposeFacility',
      summary: 'Propose a place where chips may stand',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:propose', effect: 'changes' },
      body: jsonBody(facilityRequest, MAX_FACILITY_BYTES),
      responses: { 201: { description: 'The facility, proposed.', schema: facility } },
      handle: async ({ caller, body }) => {
        const row = await proposeFacility(context, caller, body);
        return created(await withReceipt(context, presentFacility(row)), `/v1/facilities/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/facilities',
      operationId: 'listFacilities',
      summary: 'Facilities, oldest first',
      description: 'An exporter sees what it proposed, an operator where its hosts stand.',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of facilities.', schema: pageOf(facility) } },
      handle: async ({ caller, query }) =>
        pageReply(await listFacilities(context, caller, query), presentFacility),
    }),
    route({
      method: 'GET',
      path: '/v1/facilities/{facilityId}',
      operationId: 'getFacility',
      summary: 'One facility',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:read', effect: 'reads' },
      params,
      responses: answers,
      handle: async ({ caller, params }) =>
        ok(presentFacility(await getFacility(context, caller, params.facilityId))),
    }),
    route({
      method: 'POST',
      path: '/v1/facilities/{facilityId}/authorisation',
      operationId: 'authoriseFacility',
      summary: 'Authorise a facility for a period, which may follow or end another',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:authorise', effect: 'changes' },
      params,
      body: jsonBody(facilityAuthorisation, 8192),
      responses: answers,
      handle: async ({ caller, params, body }) => {
        const { authorisedFrom: from, authorisedUntil: until, ...rest } = body;
        return rule(caller, params.facilityId, {
          ...rest,
          ruling: 'authorised',
          authorisedFrom: from === undefined ? undefined : parseInstant(from, 'body.authorisedFrom'),
          authorisedUntil: until === undefined ? null : parseInstant(until, 'body.authorisedUntil'),
        });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/facilities/{facilityId}/authorisations',
      operationId: 'listFacilityAuthorisations',
      summary: 'Every period for which a facility was ever authorised',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The periods, by their beginning.', schema: facilityPeriods } },
      handle: async ({ caller, params }) => {
        const rows = await listPeriods(context, caller, params.facilityId);
        return ok({ items: rows.map(presentPeriod) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/facilities/{facilityId}/refusal',
      operationId: 'refuseFacility',
      summary: 'Turn a proposed facility down',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:authorise', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses: answers,
      handle: async ({ caller, params, body }) =>
        rule(caller, params.facilityId, { ruling: 'refused', reason: body.reason }),
    }),
    route({
      method: 'POST',
      path: '/v1/facilities/{facilityId}/audits',
      operationId: 'fileFacilityAudit',
      summary: 'File an independent audit of a facility',
      description:
        'Counts once the authority has approved it (POST /v1/trust-inputs/{id}/approval). A signal of tampering counts at once.',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:audit', effect: 'changes' },
      params,
      body: jsonBody(facilityAuditRequest, 8192),
      responses: { 201: { description: 'The audit, as a version of a trust input.', schema: trustInput } },
      handle: async ({ caller, params, body }) => {
        const row = await fileAudit(context, caller, params.facilityId, body);
        const answer = await withReceipt(context, presentTrustInput(row));
        return created(answer, `/v1/trust-inputs/${row.id}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/facilities/{facilityId}/withdrawal',
      operationId: 'withdrawFacility',
      summary: 'Take an authorisation back: nothing is allowed there from the next decision on',
      tag,
      authorise: { scheme: 'bearer', scope: 'facilities:authorise', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses: answers,
      handle: async ({ caller, params, body }) =>
        rule(caller, params.facilityId, { ruling: 'withdrawn', reason: body.reason }),
    }),
  ];
}
