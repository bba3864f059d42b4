import { z } from 'zod';
import type { Context, PublishedKey } from '../../service/context.ts';
import { openApiDocument } from '../openapi.ts';
import { content, ok } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { jwk } from './schema.ts';

type Jwk = z.infer<typeof jwk>;

/** Far less than a key is published before it signs: see service/keys/schedule.ts. */
const JWKS_MAX_AGE_SECONDS = 300;

/**
 * `/.well-known/jwks.json` and `/openapi.json`.
 * @param version of the verifier
 * @param others every other route, for the document to describe
 */
export function wellKnownRoutes(
  { keys, clock }: Context,
  version: string,
  others: readonly Route[],
): Route[] {
  let document: string | undefined;
  const own: Route[] = [
    keySetRoute({
      path: '/.well-known/jwks.json',
      operationId: 'getJwks',
      summary: 'The public keys of attestation results',
      description:
        "What an EAR token's signature is verified with: the key that signs, the next one, and each old one until the last token that it signed has ended. The log's key is not among them: it signs checkpoints and is named in them.",
      keys: () => keys.ear.published(clock()),
    }),
    keySetRoute({
      path: '/.well-known/permit-keys.json',
      operationId: 'getPermitKeys',
      summary: 'The public keys of probe permits',
      description:
        "What landmarks verify this verifier's permits with: a JWK set of its own, so that no key of permits ever passes for one of results.",
      keys: () => keys.permit.published(clock()),
    }),
    keySetRoute({
      path: '/.well-known/grant-keys.json',
      operationId: 'getGrantKeys',
      summary: 'The public keys of grants',
      description:
        'What license servers verify grants with; of the lists of their statuses it is another set.',
      keys: () => keys.grant.published(clock()),
    }),
    keySetRoute({
      path: '/.well-known/status-list-keys.json',
      operationId: 'getStatusListKeys',
      summary: 'The public keys of status lists',
      description: 'What the lists verify with that say which grants are suspended or revoked.',
      keys: () => keys.status.published(clock()),
    }),
    keySetRoute({
      path: '/.well-known/report-keys.json',
      operationId: 'getReportKeys',
      summary: 'The public keys of reports',
      description: 'What reports on licences verify with. An old key stays for as long as reports are kept.',
      keys: () => keys.report.published(clock()),
    }),
    keySetRoute({
      path: '/.well-known/disclosure-keys.json',
      operationId: 'getDisclosureKeys',
      summary: 'The public keys of disclosures',
      description: 'What disclosures of what hosts prove verify with (SD-JWT).',
      keys: () => keys.disclosure.published(clock()),
    }),
    route({
      method: 'GET',
      path: '/openapi.json',
      operationId: 'getOpenApi',
      summary: 'This interface, as OpenAPI 3.1',
      tag: 'Operation',
      authorise: { scheme: 'public' },
      responses: { 200: { description: 'The document.', mediaType: 'application/json' } },
      handle: async () => {
        document ??= JSON.stringify(openApiDocument([...others, ...own], version));
        return content('application/json', document);
      },
    }),
  ];
  return own;
}

type KeySet = Pick<Route, 'path' | 'operationId' | 'summary'> & {
  readonly description: string;
  readonly keys: () => readonly PublishedKey[];
};

/** A set of keys for anybody, of one purpose and no other. */
function keySetRoute({ keys, ...named }: KeySet): Route {
  return route({
    ...named,
    method: 'GET',
    tag: 'Operation',
    authorise: { scheme: 'public' },
    responses: { 200: { description: 'A JWK set.', schema: z.strictObject({ keys: z.array(jwk) }) } },
    handle: async () => ({
      ...ok({ keys: keys().map(publicJwk) }),
      headers: { 'cache-control': `public, max-age=${JWKS_MAX_AGE_SECONDS}` },
    }),
  });
}

function publicJwk({ kid, alg, jwk: { kty = '', crv = '', x = '', y } }: PublishedKey): Jwk {
  const members = { kid, alg, use: 'sig', kty, crv, x } as const;
  return y === undefined ? members : { ...members, y };
}
