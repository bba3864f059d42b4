import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathItemObject,
  type ZodOpenApiSecuritySchemeObject,
} from 'zod-openapi';
import { componentSchemas } from './components.ts';
import { withoutUnused } from './openapi-unused.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import type { Authorise, BytesBody, JsonBody, Route } from './route.ts';

const problem = z
  .object({
    type: z.string().meta({ examples: ['urn:sextant:problem:not_found'] }),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable; what programs switch on.'),
    detail: z.string().optional().describe('For people; may be reworded at any time.'),
    errors: z
      .array(z.object({ path: z.string(), expected: z.string(), actual: z.string().optional() }))
      .optional(),
    requestId: z.string().describe("Names this request in the verifier's logs."),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

type Security = readonly { readonly [name: string]: string[] }[];

/** How OpenAPI names each scheme; a public route names none. */
function securityOf(rule: Authorise): Security {
  switch (rule.scheme) {
    case 'public':
      return [];
    case 'bearer':
      return rule.effect === 'changes' ? [BOUND, PAGE] : [{ bearerToken: [] }, BOUND, PAGE];
    case 'binder':
      return [BOUND];
    case 'host':
    case 'key':
    case 'browser':
      return [{ dpop: [] }];
    case 'page':
      return [PAGE];
    case 'enrolment':
      return [{ enrolmentToken: [], dpop: [] }];
  }
}

const BOUND = { boundToken: [], dpop: [] };
const PAGE = { pageSession: [], dpop: [] };

const SECURITY_SCHEMES: { readonly [name: string]: ZodOpenApiSecuritySchemeObject } = {
  bearerToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      "A principal's token, `sxt_<id>_<secret>`, that is bound to no key: it only reads. Each operation names the scope that it takes.",
  },
  boundToken: {
    type: 'http',
    scheme: 'dpop',
    description:
      "A principal's token that is bound to a key: `Authorization: DPoP sxt_…`, with a proof whose `ath` is the token's SHA-256.",
  },
  pageSession: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-sextant',
    description:
      'A person’s session in the page, with a proof by the browser’s key whose `ath` is the SHA-256 of the cookie’s value. Without TLS, on this machine alone, the cookie is called `sextant-<port>`.',
  },
  enrolmentToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A single-use token minted by an operator.',
  },
  dpop: {
    type: 'apiKey',
    in: 'header',
    name: 'DPoP',
    description:
      'Proof of possession of a key for this very request (RFC 9449): of a token, a host or a landmark.',
  },
};

/** Of whatever changes something. */
const IDEMPOTENCY_KEY = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{8,128}$/)
    .describe(
      'Drawn at random for each request, the same when it is repeated: within 24 hours the same request gets the same answer and is not done again; another is 422 idempotency_key_reused, and 409 idempotency_in_flight says that the first is under way.',
    ),
});

/** The OpenAPI 3.1 document of the declarations that the server routes by: neither can be without the other. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const paths: { [path: string]: ZodOpenApiPathItemObject } = {};
  for (const route of routes) {
    const item: ZodOpenApiPathItemObject = paths[route.path] ?? {};
    paths[route.path] = { ...item, [route.method.toLowerCase()]: operationOf(route) };
  }
  return withoutUnused(
    createDocument({
      openapi: '3.1.0',
      info: {
        title: 'Sextant',
        version,
        description: 'Attestation and location verification for AI chips.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      paths,
      components: { schemas: { ...componentSchemas() }, securitySchemes: { ...SECURITY_SCHEMES } },
    }),
  );
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const operation: ZodOpenApiOperationObject = {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    security: [...securityOf(route.authorise)],
    responses: responsesOf(route),
  };
  const description = describe(route);
  if (description !== '') operation.description = description;
  const params = objectSchema(route.params);
  const query = objectSchema(route.query);
  const { authorise } = route;
  const changes = authorise.scheme === 'bearer' && authorise.effect === 'changes';
  if (params !== undefined || query !== undefined || changes) {
    operation.requestParams = {
      ...(changes ? { header: IDEMPOTENCY_KEY } : {}),
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query }),
    };
  }
  if (route.body !== undefined) operation.requestBody = bodyOf(route.body);
  return operation;
}

function describe(route: Route): string {
  const scope = route.authorise.scheme === 'bearer' ? `Takes the scope \`${route.authorise.scope}\`.` : '';
  return [route.description ?? '', scope].filter((part) => part !== '').join('\n\n');
}

function objectSchema(schema: z.ZodType | undefined): z.ZodObject | undefined {
  if (schema === undefined) return undefined;
  if (schema instanceof z.ZodObject) return schema;
  throw new TypeError('parameters are declared by an object schema');
}

function bodyOf(
  body: JsonBody<unknown> | BytesBody<unknown>,
): NonNullable<ZodOpenApiOperationObject['requestBody']> {
  if (body.kind === 'json') {
    return { required: true, content: { 'application/json': { schema: body.schema } } };
  }
  return {
    required: true,
    description: `${body.description} At most ${body.maxBytes} bytes.`,
    content: Object.fromEntries(body.mediaTypes.map((mediaType) => [mediaType, {}])),
  };
}

function responsesOf(route: Route): ZodOpenApiOperationObject['responses'] {
  const responses: { [status: string]: { description: string; content?: { [type: string]: object } } } = {};
  for (const [status, { description, schema, mediaType }] of Object.entries(route.responses)) {
    const type = mediaType ?? (schema === undefined ? undefined : 'application/json');
    responses[status] = {
      description,
      ...(type === undefined ? {} : { content: { [type]: schema === undefined ? {} : { schema } } }),
    };
  }
  responses['default'] = {
    description: 'A problem, named by its code.',
    content: { [PROBLEM_MEDIA_TYPE]: { schema: problem } },
  };
  return responses as ZodOpenApiOperationObject['responses']; // status codes are its keys
}
