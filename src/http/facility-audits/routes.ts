import { z } from 'zod';
import {
  type FacilityAuditAnswer,
  facilityAudit,
  facilityAuditContent,
} from '../../protocol/facility-audit.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { facilityId } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import { listAudits } from '../../service/location/audits.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { pageReply } from '../pages.ts';
import { type Route, route } from '../route.ts';
import { presentTrustInput } from '../trust-inputs/present.ts';

export function facilityAuditRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/facility-audits',
      operationId: 'listFacilityAudits',
      summary: 'Audits of facilities with what they found, oldest first',
      description:
        'Every version, whatever became of it: one counts while it is in force and in date. An operator sees those of facilities that it operates.',
      tag: 'Register',
      authorise: { scheme: 'bearer', scope: 'trust:read', effect: 'reads' },
      query: z.strictObject({ ...pageQuery, facilityId: facilityId.optional() }),
      responses: { 200: { description: 'A page of audits.', schema: pageOf(facilityAudit) } },
      handle: async ({ caller, query }) => pageReply(await listAudits(context, caller, query), present),
    }),
  ];
}

function present(row: TrustInputTable): FacilityAuditAnswer {
  return { ...presentTrustInput(row), content: facilityAuditContent.parse(JSON.parse(row.content)) };
}
