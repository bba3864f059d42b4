/** As much of JSON Schema 2020-12 as zod-openapi writes. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
};

const PRIMITIVES: { readonly [type: string]: string } = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** The TypeScript type of a schema, one property a line. What it does not know is `unknown`, never `any`. */
export function schemaType(schema: Schema | boolean | undefined, indent = ''): string {
  if (schema === undefined || typeof schema === 'boolean') return 'unknown';
  if (schema.$ref !== undefined) return referenceName(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined)
    return distinct(
      alternatives.map((each) => schemaType(each, indent)),
      ' | ',
    );
  if (schema.allOf !== undefined)
    return distinct(
      schema.allOf.map((each) => schemaType(each, indent)),
      ' & ',
    );
  const { type } = schema;
  if (Array.isArray(type))
    return distinct(
      type.map((each) => schemaType({ ...schema, type: each }, indent)),
      ' | ',
    );
  if (type === 'array') return arrayType(schema, indent);
  if (type === 'object') return objectType(schema, indent);
  return PRIMITIVES[String(type)] ?? 'unknown';
}

/** `#/components/schemas/__schema0` as an identifier. */
export function referenceName(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1).replace(/\W|^_+/g, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function distinct(types: readonly string[], between: ' | ' | ' & '): string {
  return [...new Set(types)].join(between);
}

function arrayType({ items, prefixItems }: Schema, indent: string): string {
  if (prefixItems !== undefined) {
    return `readonly [${prefixItems.map((item) => schemaType(item, indent)).join(', ')}]`;
  }
  const of = schemaType(items, indent);
  return /[|&]|^readonly/.test(of) ? `readonly (${of})[]` : `readonly ${of}[]`;
}

function objectType(
  { properties = {}, required = [], additionalProperties }: Schema,
  indent: string,
): string {
  const inner = `${indent}  `;
  const names = Object.keys(properties);
  if (names.length === 0) {
    const of = additionalProperties === false ? 'never' : schemaType(additionalProperties, inner);
    return `{ readonly [name: string]: ${of} }`;
  }
  const lines = names.map((name) => {
    const mark = required.includes(name) ? '' : '?';
    const shown = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${inner}readonly ${shown}${mark}: ${schemaType(properties[name], inner)};`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}
