import { z } from 'zod';
import { evidenceAnswer } from '../../protocol/evidence.ts';
import { BUNDLE_MEDIA_TYPE, MAX_BUNDLE_BYTES, session } from '../../protocol/session.ts';
import type { Context } from '../../service/context.ts';
import { getResult } from '../../service/evidence/result.ts';
import { submitEvidence } from '../../service/evidence/submit.ts';
import { issueSession } from '../../service/session/issue.ts';
import { getSession, getSubmission } from '../../service/session/read.ts';
import { content, created, ok } from '../reply.ts';
import { bytesBody, type Route, route } from '../route.ts';
import { presentSession, sessionRecord } from './present.ts';

const tag = 'Attestation';
/** RFC 9782. */
const EAT_MEDIA_TYPE = 'application/eat+jwt';
const params = z.strictObject({ sessionId: z.string().regex(/^ses_[A-Za-z0-9_-]{22}$/) });

export function sessionRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/sessions',
      operationId: 'issueSession',
      summary: 'Ask for a challenge',
      description: 'Earlier than the host was told: 429 with Retry-After.',
      tag,
      authorise: { scheme: 'host' },
      responses: { 201: { description: 'The challenge, durable before it is told.', schema: session } },
      handle: async ({ caller }) => {
        const issued = await issueSession(context, caller);
        return created(issued, `/v1/sessions/${issued.id}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/{sessionId}/evidence',
      operationId: 'submitEvidence',
      summary: 'Answer a challenge with evidence',
      description:
        'The first submission that the host proves consumes the nonce, whatever its outcome. The same bytes again get the same answer; other bytes 409 session_already_submitted.',
      tag,
      authorise: { scheme: 'host' },
      params,
      body: bytesBody(
        [BUNDLE_MEDIA_TYPE],
        MAX_BUNDLE_BYTES,
        'A CMW collection (RATS Conceptual Messages Wrapper) in a compact JWS.',
      ),
      responses: { 200: { description: 'The appraisal: every check, and why.', schema: evidenceAnswer } },
      handle: async ({ caller, params, body }) =>
        content(
          'application/json',
          await submitEvidence(context, { host: caller, sessionId: params.sessionId, body }),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/sessions/{sessionId}',
      operationId: 'getSession',
      summary: 'A challenge and what came of it',
      tag,
      authorise: { scheme: 'bearer', scope: 'sessions:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The session, with its appraisal.', schema: sessionRecord } },
      handle: async ({ caller, params }) =>
        ok(presentSession(await getSession(context, caller, params.sessionId), context.clock())),
    }),
    route({
      method: 'GET',
      path: '/v1/sessions/{sessionId}/ear',
      operationId: 'getResult',
      summary: 'The attestation result of a session, by itself',
      description:
        'As it was signed. With `claims=dotted` the same in the names that EAR had before it was a working group’s draft (`ear.status`), signed now.',
      tag,
      authorise: { scheme: 'bearer', scope: 'sessions:read', effect: 'reads' },
      params,
      query: z.strictObject({ claims: z.enum(['current', 'dotted']).optional() }),
      responses: { 200: { description: 'An EAT as a JWT.', mediaType: EAT_MEDIA_TYPE } },
      handle: async ({ caller, params, query }) =>
        content(
          EAT_MEDIA_TYPE,
          await getResult(context, caller, params.sessionId, query.claims ?? 'current'),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/sessions/{sessionId}/evidence',
      operationId: 'getSubmission',
      summary: 'A submission, byte for byte as it was received',
      tag,
      authorise: { scheme: 'bearer', scope: 'evidence:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The submission.', mediaType: BUNDLE_MEDIA_TYPE } },
      handle: async ({ caller, params }) => {
        const { media_type, content: bytes } = await getSubmission(context, caller, params.sessionId);
        return content(media_type, bytes);
      },
    }),
  ];
}
