import { z } from 'zod';
import { hostId } from '../../protocol/enrolment.ts';
import { hostLocation, locationAnswer, locationRequest, permitsAnswer } from '../../protocol/location.ts';
import type { Context } from '../../service/context.ts';
import { issuePermits } from '../../service/location/permits.ts';
import { getHostLocation, pictureOfLocation } from '../../service/location/read.ts';
import { submitLocation } from '../../service/location/submit.ts';
import { receiptOf } from '../receipted.ts';
import { content, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentHostLocation, presentLocation } from './present.ts';

const tag = 'Location';
const ofSession = z.strictObject({ sessionId: z.string().regex(/^ses_[A-Za-z0-9_-]{22}$/) });
const ofHost = z.strictObject({ hostId });
/** Receipts of as many landmarks as a session is ever measured by, base64url. */
const MAX_RECEIPTS_BYTES = 64 * 1024;

export function locationRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/sessions/{sessionId}/permits',
      operationId: 'issueProbePermits',
      summary: 'Ask for leave to be measured by landmarks',
      description:
        'Once the evidence was accepted. Landmarks are drawn now; a session has one set of permits, good for a minute.',
      tag,
      authorise: { scheme: 'host' },
      params: ofSession,
      responses: { 200: { description: 'One permit for each landmark.', schema: permitsAnswer } },
      handle: async ({ caller, params }) => {
        const { answer, leafIndex } = await issuePermits(context, caller, params.sessionId);
        return ok({ ...answer, ...(await receiptOf(context, leafIndex)) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/{sessionId}/location',
      operationId: 'submitLocation',
      summary: 'Hand in what landmarks measured',
      description:
        'Receipts that fail are named with every check that failed, and bound nothing; the verdict rests on the others. The same receipts again get the same answer; others 409 location_already_submitted.',
      tag,
      authorise: { scheme: 'host' },
      params: ofSession,
      body: jsonBody(locationRequest, MAX_RECEIPTS_BYTES),
      responses: { 200: { description: 'What they prove of the place.', schema: locationAnswer } },
      handle: async ({ caller, params, body }) => {
        const submission = { host: caller, sessionId: params.sessionId, request: body };
        const { answer, leafIndex } = await submitLocation(context, submission);
        const shown = presentLocation(answer, answer.disclosure);
        return ok({ ...shown, ...(await receiptOf(context, leafIndex)) });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/hosts/{hostId}/location',
      operationId: 'getHostLocation',
      summary: "A host's newest verdict, and what it leaves possible as GeoJSON",
      description: 'Where the facility demands `area-only`, auditors alone see where the host is.',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      params: ofHost,
      responses: { 200: { description: 'The verdict.', schema: hostLocation } },
      handle: async ({ caller, params }) =>
        ok(presentHostLocation(await getHostLocation(context, caller, params.hostId))),
    }),
    route({
      method: 'GET',
      path: '/v1/hosts/{hostId}/location/picture',
      operationId: 'getHostLocationPicture',
      summary: 'The same as a picture',
      tag,
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      params: ofHost,
      responses: { 200: { description: 'An SVG document.', mediaType: 'image/svg+xml' } },
      handle: async ({ caller, params }) => {
        const location = await getHostLocation(context, caller, params.hostId);
        return content('image/svg+xml', pictureOfLocation(context, location));
      },
    }),
  ];
}
