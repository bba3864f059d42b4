import { z } from 'zod';
import { formatInstant } from '../../bytes/instant.ts';
import { landmarkList, landmarkMeasurements } from '../../protocol/history.ts';
import { meshAnswer, meshPermitsAnswer, meshPermitsRequest, meshRequest } from '../../protocol/mesh.ts';
import type { Context } from '../../service/context.ts';
import { landmarkMeasurements as readMeasurements } from '../../service/location/landmark-measurements.ts';
import { listLandmarks } from '../../service/location/list-landmarks.ts';
import { issueMeshPermits, submitMesh } from '../../service/location/mesh.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentLandmark } from './present.ts';

const tag = 'Location';
const params = z.strictObject({ landmarkId: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/) });

export function landmarkRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/landmarks',
      operationId: 'listLandmarks',
      summary: 'Landmarks in force, and how each counts now',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:read', effect: 'reads' },
      responses: { 200: { description: 'All of them: there are few.', schema: landmarkList } },
      handle: async () => {
        const { at, items } = await listLandmarks(context);
        return ok({ at: formatInstant(at), items: items.map(presentLandmark) });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/landmarks/{landmarkId}/measurements',
      operationId: 'listLandmarkMeasurements',
      summary: 'What a landmark in force and others measured of each other',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:read', effect: 'reads' },
      params,
      responses: {
        200: { description: 'Two at most for each pair and direction.', schema: landmarkMeasurements },
      },
      handle: async ({ params }) => ok(await readMeasurements(context, params.landmarkId)),
    }),
    route({
      method: 'POST',
      path: '/v1/landmarks/{landmarkId}/permits',
      operationId: 'issueMeshPermits',
      summary: 'Ask for leave to be measured by other landmarks',
      description: "Proven by the landmark's own key (DPoP, EdDSA).",
      tag,
      authorise: { scheme: 'key' },
      params,
      body: jsonBody(meshPermitsRequest, 1024),
      responses: { 200: { description: 'Permits for up to sixteen others.', schema: meshPermitsAnswer } },
      handle: async ({ caller, params, body }) =>
        ok(await issueMeshPermits(context, caller, params.landmarkId, body)),
    }),
    route({
      method: 'POST',
      path: '/v1/landmarks/{landmarkId}/receipts',
      operationId: 'submitMesh',
      summary: 'Hand in what other landmarks measured',
      tag,
      authorise: { scheme: 'key' },
      params,
      body: jsonBody(meshRequest, 64 * 1024),
      responses: { 200: { description: 'What was kept, and what was not.', schema: meshAnswer } },
      handle: async ({ caller, params, body }) =>
        ok(await submitMesh(context, caller, params.landmarkId, body)),
    }),
  ];
}
