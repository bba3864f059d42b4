import { z } from 'zod';
import { disclosureAnswer, disclosureRequest } from '../../protocol/disclosure.ts';
import { hostId } from '../../protocol/enrolment.ts';
import type { Context } from '../../service/context.ts';
import { discloseHost } from '../../service/disclosure/disclose.ts';
import { withReceipt } from '../receipted.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';

export function disclosureRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/hosts/{hostId}/disclosure',
      operationId: 'discloseHost',
      summary: 'What a host proves now, to be shown in part (SD-JWT, RFC 9901)',
      description:
        'Level, date, area, grade, facility, coordinates, host and each device are shown by choice; weaknesses and holds always.',
      tag: 'Status',
      authorise: { scheme: 'bearer', scope: 'hosts:disclose', effect: 'changes' },
      params: z.strictObject({ hostId }),
      body: jsonBody(disclosureRequest, 4096),
      responses: { 200: { description: 'The SD-JWT with all its disclosures.', schema: disclosureAnswer } },
      handle: async ({ caller, params, body }) => {
        const issued = await discloseHost(context, caller, params.hostId, body.holderKey);
        return ok(await withReceipt(context, issued));
      },
    }),
  ];
}
