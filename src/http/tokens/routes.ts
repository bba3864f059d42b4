import { z } from 'zod';
import { mintedToken, type TokenAnswer, token, tokenId, tokenRequest } from '../../protocol/access.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { bindToken } from '../../service/access/bind.ts';
import { endToken, listTokens, mintToken } from '../../service/access/tokens.ts';
import type { Context } from '../../service/context.ts';
import type { BearerTokenTable } from '../../store/registry/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import { pageReply } from '../pages.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';

const tag = 'Access';

export function tokenRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/tokens',
      operationId: 'mintToken',
      summary: 'Mint a bearer token for a principal',
      description:
        'The token is in this answer and nowhere else: only its hash is kept. With `key` it is bound to that key, with `certificate` to that client certificate, with `bindWithinSeconds` its holder may bind it; with none of these it only reads.',
      tag,
      authorise: { scheme: 'bearer', scope: 'tokens:write', effect: 'changes' },
      body: jsonBody(tokenRequest, 8192),
      responses: { 201: { description: 'The token.', schema: mintedToken } },
      handle: async ({ caller, body }) => {
        const minted = await mintToken(context, caller, body);
        return created({ ...presentToken(minted.row), token: minted.token }, `/v1/tokens/${minted.row.id}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/tokens/binding',
      operationId: 'bindToken',
      summary: 'Bind the token that is presented to the key that is proven, once and for good',
      description:
        'While its `bindUntil` lasts. From then on the token takes a proof by this key in every request. The same key again changes nothing; another is a conflict.',
      tag,
      authorise: { scheme: 'binder' },
      responses: { 200: { description: 'The token, bound.', schema: token } },
      handle: async ({ caller }) => ok(presentToken(await bindToken(context, caller))),
    }),
    route({
      method: 'GET',
      path: '/v1/tokens',
      operationId: 'listTokens',
      summary: 'Every token, without its secret',
      tag,
      authorise: { scheme: 'bearer', scope: 'tokens:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of tokens.', schema: pageOf(token) } },
      handle: async ({ query }) => pageReply(await listTokens(context, query), presentToken),
    }),
    route({
      method: 'POST',
      path: '/v1/tokens/{tokenId}/revocation',
      operationId: 'revokeToken',
      summary: 'End a token, from the next request on',
      tag,
      authorise: { scheme: 'bearer', scope: 'tokens:write', effect: 'changes' },
      params: z.strictObject({ tokenId }),
      responses: { 200: { description: 'The token, revoked.', schema: token } },
      handle: async ({ caller, params }) => ok(presentToken(await endToken(context, caller, params.tokenId))),
    }),
  ];
}

function presentToken(row: BearerTokenTable): TokenAnswer {
  return {
    id: row.id,
    principalId: row.principal_id,
    label: row.label,
    scopes: row.scopes.split(' '),
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    expiresAt: shownInstantOrNull(row.expires_at_ms),
    revokedAt: shownInstantOrNull(row.revoked_at_ms),
    lastUsedAt: shownInstantOrNull(row.last_used_at_ms),
    jkt: row.jkt,
    x5tS256: row.x5t_s256,
    bindUntil: shownInstantOrNull(row.bind_until_ms),
  };
}
