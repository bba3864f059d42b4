import { referenceName, type Schema, schemaType } from './schema-type.ts';

type Content = { readonly [mediaType: string]: { readonly schema?: Schema } };

type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: { readonly [status: string]: { readonly content?: Content } };
};

/** As much of an OpenAPI 3.1 document as types are made of. */
export type Document = {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components?: { readonly schemas?: { readonly [name: string]: Schema } };
};

const HEAD = `// Written by \`npm run types:api\` from the OpenAPI document: not edited, and held equal to it by a test.
`;

/**
 * The source of api/operations.ts: of each operation its method and path, and the types of its parameters, query, body and answer. The
 * \`Idempotency-Key\` and proofs are not among them: the client sends them.
 */
export function operationsSource({ paths, components }: Document): string {
  const operations = Object.entries(paths)
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    )
    .sort((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1));
  const table = operations.map(
    ({ path, method, operation }) => `  ${operation.operationId}: '${method} ${path}',`,
  );
  const types = operations.map(({ operation }) => operationType(operation));
  const shared = Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) => `export type ${referenceName(name)} = ${schemaType(schema)};\n`,
  );
  return [
    HEAD,
    'export const OPERATIONS = {',
    ...table,
    '} as const;\n',
    ...shared,
    'type None = { readonly [name: string]: never };\n',
    'export type Operations = {',
    ...types,
    '};\n',
  ].join('\n');
}

function operationType({ operationId, parameters = [], requestBody, responses }: Operation): string {
  const body = jsonOf(requestBody?.content);
  const answer = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => jsonOf(content))
    .find((schema) => schema !== undefined);
  return [
    `  ${operationId}: {`,
    `    params: ${parametersType(parameters, 'path')};`,
    `    query: ${parametersType(parameters, 'query')};`,
    `    body: ${body === undefined ? 'undefined' : schemaType(body, '    ')};`,
    `    answer: ${answer === undefined ? 'undefined' : schemaType(answer, '    ')};`,
    '  };',
  ].join('\n');
}

function jsonOf(content: Content | undefined): Schema | undefined {
  return content?.['application/json']?.schema;
}

function parametersType(all: NonNullable<Operation['parameters']>, place: string): string {
  const own = all.filter((parameter) => parameter.in === place);
  if (own.length === 0) return 'None';
  const required = own.filter((parameter) => parameter.required === true).map(({ name }) => name);
  const properties = Object.fromEntries(own.map(({ name, schema = {} }) => [name, schema]));
  return schemaType({ type: 'object', properties, required }, '    ');
}
