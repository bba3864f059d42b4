import { z } from 'zod';
import {
  activationRequest,
  enrolled,
  enrolment,
  enrolmentChallenge,
  enrolmentId,
  enrolmentRequest,
  MAX_TEE_EVIDENCE_BYTES,
  teeChallenge,
  teeEvidenceRequest,
} from '../../protocol/enrolment.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { activateEnrolment } from '../../service/enrolment/activate.ts';
import { beginEnrolment } from '../../service/enrolment/begin.ts';
import { beginGuestEnrolment } from '../../service/enrolment/begin-guest.ts';
import { listEnrolments } from '../../service/enrolment/list.ts';
import { proveGuest } from '../../service/enrolment/prove-guest.ts';
import { pageReply } from '../pages.ts';
import { receiptOf } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentEnrolment } from './present.ts';

const tag = 'Enrolment';
/** An endorsement and a platform certificate, eight above each and two public areas, in base64url. */
const MAX_REQUEST_BYTES = 256 * 1024;
const MAX_EVIDENCE_REQUEST_BYTES = Math.ceil((MAX_TEE_EVIDENCE_BYTES * 4) / 3) + 1024;

export function enrolmentRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/enrolments',
      operationId: 'beginEnrolment',
      summary: 'Begin to enrol a host, by its TPM or as a confidential guest: answered by a challenge',
      description:
        'The key of the DPoP proof becomes the host key. Every check that fails is named in the problem; a refusal costs one of the token’s attempts and not the token.',
      tag,
      authorise: { scheme: 'enrolment' },
      body: jsonBody(enrolmentRequest, MAX_REQUEST_BYTES),
      responses: {
        201: { description: 'The challenge.', schema: z.union([enrolmentChallenge, teeChallenge]) },
      },
      handle: async ({ caller, body }) => {
        const challenge =
          body.kind === 'tee'
            ? await beginGuestEnrolment(context, caller, body)
            : await beginEnrolment(context, caller, body);
        return created(challenge, `/v1/enrolments/${challenge.enrolmentId}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/enrolments/{enrolmentId}/activation',
      operationId: 'activateEnrolment',
      summary: 'Prove that the TPM opened the challenge: the host is enrolled',
      description: 'The same proof again gets the same answer.',
      tag,
      authorise: { scheme: 'key' },
      params: z.strictObject({ enrolmentId }),
      body: jsonBody(activationRequest, 1024),
      responses: { 200: { description: 'The host.', schema: enrolled } },
      handle: async ({ caller, params, body }) => {
        const { leafIndex, ...host } = await activateEnrolment(context, caller, { ...params, ...body });
        return ok({ ...host, ...(leafIndex === null ? {} : await receiptOf(context, leafIndex)) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/enrolments/{enrolmentId}/evidence',
      operationId: 'proveGuest',
      summary: 'Prove by its hardware that a confidential guest holds the host key: the host is enrolled',
      description:
        'The challenge is for one submission: where its evidence is refused, every failed check is named and another enrolment may begin with the same token. 503 collateral_unavailable consumes nothing. The same evidence again gets the same answer.',
      tag,
      authorise: { scheme: 'key' },
      params: z.strictObject({ enrolmentId }),
      body: jsonBody(teeEvidenceRequest, MAX_EVIDENCE_REQUEST_BYTES),
      responses: { 200: { description: 'The host.', schema: enrolled } },
      handle: async ({ caller, params, body }) => {
        const { leafIndex, ...host } = await proveGuest(context, caller, { ...params, ...body });
        return ok({ ...host, ...(leafIndex === null ? {} : await receiptOf(context, leafIndex)) });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/enrolments',
      operationId: 'listEnrolments',
      summary: 'Attempts to enrol, oldest first, with what was found',
      tag,
      authorise: { scheme: 'bearer', scope: 'enrolment-tokens:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of attempts.', schema: pageOf(enrolment) } },
      handle: async ({ caller, query }) =>
        pageReply(await listEnrolments(context, caller, query), presentEnrolment),
    }),
  ];
}
