import { z } from 'zod';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { reasoned } from '../../protocol/registry.ts';
import {
  trustApproval,
  trustInput,
  trustInputId,
  trustInputWithContent,
  trustPreview,
} from '../../protocol/trust.ts';
import type { Context } from '../../service/context.ts';
import { previewTrustChange, type ReadMeasuredHosts } from '../../service/trust/preview.ts';
import { proposeTrustInput } from '../../service/trust/propose.ts';
import { getTrustInput, listTrustInputs } from '../../service/trust/read.ts';
import { approveTrustInput, refuseTrustInput } from '../../service/trust/rule.ts';
import { withdrawTrustInput } from '../../service/trust/withdraw.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok, type Reply } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentTrustInput, presentWithContent } from './present.ts';
import { previewRequest, proposal } from './schema.ts';

const tag = 'Trust';
const params = z.strictObject({ trustInputId });
const answers = { 200: { description: 'The trust input.', schema: trustInput } };
/** A set with 256 values for each of 24 registers, or some dozens of certificates. */
const MAX_PROPOSAL_BYTES = 2 * 1024 * 1024;

/** @param readHosts what a preview compares with: the latest verified measurements */
export function trustInputRoutes(context: Context, readHosts: ReadMeasuredHosts): Route[] {
  const changed = async (row: TrustInputTable): Promise<Reply> =>
    ok(await withReceipt(context, presentTrustInput(row)));
  return [
    route({
      method: 'POST',
      path: '/v1/trust-inputs',
      operationId: 'proposeTrustInput',
      summary: 'Propose a version of anchors, a reference set, a rule pack or another trust input',
      description: [
        'It takes effect when another principal approves it. Operators may propose reference sets; the others',
        'take the scope `trust:propose`. A reference set signed by an approved publisher takes effect at once.',
      ].join(' '),
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:propose-reference-set', effect: 'changes' },
      body: jsonBody(proposal, MAX_PROPOSAL_BYTES),
      responses: { 201: { description: 'The trust input.', schema: trustInput } },
      handle: async ({ caller, body }) => {
        const publication = body.kind === 'reference-set' ? (body.publication ?? null) : null;
        const row = await proposeTrustInput(context, caller, body, publication);
        return created(await withReceipt(context, presentTrustInput(row)), `/v1/trust-inputs/${row.id}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/trust-inputs/preview',
      operationId: 'previewTrustChange',
      summary: 'Which hosts a change would gain and lose',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:read', effect: 'reads' },
      body: jsonBody(previewRequest, MAX_PROPOSAL_BYTES),
      responses: { 200: { description: 'The comparison; nothing was changed.', schema: trustPreview } },
      handle: async ({ caller, body }) => ok(await previewTrustChange(context, caller, body, readHosts)),
    }),
    route({
      method: 'GET',
      path: '/v1/trust-inputs',
      operationId: 'listTrustInputs',
      summary: 'Every version of every trust input, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page, without contents.', schema: pageOf(trustInput) } },
      handle: async ({ caller, query }) =>
        pageReply(await listTrustInputs(context, caller, query), presentTrustInput),
    }),
    route({
      method: 'GET',
      path: '/v1/trust-inputs/{trustInputId}',
      operationId: 'getTrustInput',
      summary: 'One version, with its content',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The trust input.', schema: trustInputWithContent } },
      handle: async ({ caller, params }) =>
        ok(presentWithContent(await getTrustInput(context, caller, params.trustInputId))),
    }),
    route({
      method: 'POST',
      path: '/v1/trust-inputs/{trustInputId}/approval',
      operationId: 'approveTrustInput',
      summary: 'Approve what another principal proposed',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:approve', effect: 'changes' },
      params,
      body: jsonBody(trustApproval, 1024),
      responses: answers,
      handle: async ({ caller, params, body }) =>
        changed(await approveTrustInput(context, caller, params.trustInputId, body.digest)),
    }),
    route({
      method: 'POST',
      path: '/v1/trust-inputs/{trustInputId}/refusal',
      operationId: 'refuseTrustInput',
      summary: 'Turn a proposal down, for good',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:approve', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses: answers,
      handle: async ({ caller, params, body }) =>
        changed(await refuseTrustInput(context, caller, params.trustInputId, body.reason)),
    }),
    route({
      method: 'POST',
      path: '/v1/trust-inputs/{trustInputId}/withdrawal',
      operationId: 'withdrawTrustInput',
      summary:
        'Take an input out of force; with a publisher goes what it signed, but for the values that it declared bad',
      tag,
      authorise: { scheme: 'bearer', scope: 'trust:approve', effect: 'changes' },
      params,
      body: jsonBody(reasoned, 8192),
      responses: answers,
      handle: async ({ caller, params, body }) =>
        changed(await withdrawTrustInput(context, caller, params.trustInputId, body.reason)),
    }),
  ];
}
