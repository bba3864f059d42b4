import fc from 'fast-check';

/** JSON Schema 2020-12, as far as the OpenAPI document uses it. */
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
  readonly items?: Schema;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
};

/** What no schema asks for and strangers send. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  -1,
  0.1,
  1e308,
  2 ** 53,
  '',
  '\u0000',
  '\ud800',
  '\u202e\u2066',
  "' or 1=1 --",
  '../../../etc/passwd',
  '{{7*7}}<script>',
  'a'.repeat(5_000),
  '9999-12-31T23:59:59.999Z',
  '-271821-04-20T00:00:00Z',
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, constructor: { prototype: {} } },
  { toString: 'x', valueOf: 1, length: -1 },
];

const INSTANT = fc
  .date({ min: new Date('1971-01-01T00:00:00Z'), max: new Date('2199-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().replace(/\.\d+Z$/, 'Z'));

/** Values that match a schema, but for some members: one in `oneIn` is replaced, taken away or added to. */
export function fromSchema(
  schema: Schema,
  schemas: ReadonlyMap<string, Schema>,
  oneIn: number,
  depth = 0,
): fc.Arbitrary<unknown> {
  const inner = (next: Schema): fc.Arbitrary<unknown> => fromSchema(next, schemas, oneIn, depth + 1);
  const sane = depth > 8 ? fc.constant(null) : saneFrom(schema, schemas, inner);
  return fc.oneof({ weight: oneIn, arbitrary: sane }, { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) });
}

function saneFrom(
  schema: Schema,
  schemas: ReadonlyMap<string, Schema>,
  inner: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, allOf, items } = schema;
  if ($ref !== undefined) return inner(schemas.get($ref) ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(inner));
  if (allOf !== undefined)
    return fc.tuple(...allOf.map(inner)).map((parts) => Object.assign({}, ...parts.filter(isObject)));
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'object':
      return objectOf(schema, inner);
    case 'array':
      return fc.array(inner(items ?? {}), { minLength: Math.min(schema.minItems ?? 0, 3), maxLength: 3 });
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -1e6),
        max: Math.max(schema.minimum ?? 0, Math.min(schema.maximum ?? 1000, 1e6)),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? -180, max: schema.maximum ?? 180, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(
  { properties = {}, required = [] }: Schema,
  inner: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, inner(each)]));
  return fc.record(model, { requiredKeys: required.filter((name) => name in model) });
}

function textOf({ pattern, format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return INSTANT;
  if (format === 'date') return INSTANT.map((text) => text.slice(0, 10));
  if (format === 'uri') return fc.webUrl();
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern));
    } catch {
      // Assertions that the generator does not know: any text, then.
    }
  }
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
