import { z } from 'zod';
import { meshAnswer, meshPermitsAnswer, meshPermitsRequest, meshRequest } from '../../protocol/mesh.ts';
import type { Context } from '../../service/context.ts';
import { issueMeshPermits, submitMesh } from '../../service/location/mesh.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';

const tag = 'Location';
const params = z.strictObject({ landmarkId: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/) });

export function landmarkRoutes(context: Context): Route[] {
  return [
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
