import { z } from 'zod';
import { licenceId } from '../../protocol/identifier.ts';
import { licenceListQuery } from '../../protocol/licence-list.ts';
import { countedPageOf } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { getLicence, grantLicence, ruleOnLicence } from '../../service/licence/licences.ts';
import { standingOf } from '../../service/licence/lifecycle.ts';
import { listLicences } from '../../service/licence/list.ts';
import { countedReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentLicence } from './present.ts';
import { licence, licenceRequest, licenceRuling } from './schema.ts';

const tag = 'Licences';
const params = z.strictObject({ licenceId });
/** Ten thousand devices fit. */
const MAX_BYTES = 1 << 20;

export function licenceRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/licences',
      operationId: 'grantLicence',
      summary: 'Grant a licence',
      description: 'Whatever it names must be on the register; what it does not name is not allowed.',
      tag,
      authorise: { scheme: 'bearer', scope: 'licences:write', effect: 'changes' },
      body: jsonBody(licenceRequest, MAX_BYTES),
      responses: { 201: { description: 'The licence.', schema: licence } },
      handle: async ({ caller, body }) => {
        const row = await grantLicence(context, caller, body);
        return created(await withReceipt(context, presentLicence(row, undefined)), `/v1/licences/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/licences',
      operationId: 'listLicences',
      summary: 'Licences as asked, oldest first; an exporter sees its own',
      tag,
      authorise: { scheme: 'bearer', scope: 'licences:read', effect: 'reads' },
      query: licenceListQuery,
      responses: { 200: { description: 'A page of licences.', schema: countedPageOf(licence) } },
      handle: async ({ caller, query }) =>
        countedReply(await listLicences(context, caller, query), (row) => presentLicence(row, row)),
    }),
    route({
      method: 'GET',
      path: '/v1/licences/{licenceId}',
      operationId: 'getLicence',
      summary: 'One licence',
      tag,
      authorise: { scheme: 'bearer', scope: 'licences:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The licence.', schema: licence } },
      handle: async ({ caller, params }) => {
        const row = await getLicence(context, caller, params.licenceId);
        return ok(presentLicence(row, await standingOf(context, row)));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/licences/{licenceId}/ruling',
      operationId: 'ruleOnLicence',
      summary: 'Suspend, reinstate or revoke a licence',
      tag,
      authorise: { scheme: 'bearer', scope: 'licences:write', effect: 'changes' },
      params,
      body: jsonBody(licenceRuling, 8192),
      responses: { 200: { description: 'The licence.', schema: licence } },
      handle: async ({ caller, params, body }) => {
        const row = await ruleOnLicence(context, caller, params.licenceId, body);
        const standing = await standingOf(context, row);
        return ok(await withReceipt(context, presentLicence(row, standing)));
      },
    }),
  ];
}
