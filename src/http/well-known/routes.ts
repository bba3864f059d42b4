import { z } from 'zod';
import type { KeyRing, SigningKey } from '../../service/context.ts';
import { openApiDocument } from '../openapi.ts';
import { content, ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

const jwk = z.strictObject({
  kid: z.string(),
  alg: z.string(),
  use: z.literal('sig'),
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  y: z.string().optional(),
});
type Jwk = z.infer<typeof jwk>;

/**
 * `/.well-known/jwks.json` and `/openapi.json`.
 * @param version of the verifier
 * @param others every other route, for the document to describe
 */
export function wellKnownRoutes(keys: KeyRing, version: string, others: readonly Route[]): Route[] {
  const jwks = { keys: [publicJwk(keys.ear)] };
  let document: string | undefined;
  const own: Route[] = [
    route({
      method: 'GET',
      path: '/.well-known/jwks.json',
      operationId: 'getJwks',
      summary: 'The public keys of attestation results',
      description:
        "What an EAR token's signature is verified with. The log's key is not among them: it signs checkpoints and is named in them.",
      tag: 'Operation',
      authorise: { scheme: 'public' },
      responses: { 200: { description: 'A JWK set.', schema: z.strictObject({ keys: z.array(jwk) }) } },
      handle: async () => ok(jwks),
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

function publicJwk(key: SigningKey): Jwk {
  const { kty = '', crv = '', x = '', y } = key.publicKey.export({ format: 'jwk' });
  const members = { kid: key.kid, alg: key.alg, use: 'sig', kty, crv, x } as const;
  return y === undefined ? members : { ...members, y };
}
