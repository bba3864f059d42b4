import type { Type } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonValue } from '../../bytes/json.ts';

/** The part of Cedar's types that a pack may use. What is named is needed: a pack knows no optional attribute. */
export type Shape =
  | { readonly type: 'String' | 'Long' | 'Boolean' }
  | { readonly type: 'Set'; readonly element: Shape }
  | { readonly type: 'Record'; readonly attributes: ReadonlyMap<string, Shape> };

/** What a shape may not have, with where it stands. */
export type ShapeFault = {
  readonly path: string;
  readonly code: 'pack.optional-attribute' | 'pack.unsupported-type';
};

/** Types that a schema declares by name. */
export type NamedTypes = ReadonlyMap<string, Type<string>>;

/** Reads a type. Entities and extension types have no place in aggregates. */
export function shapeOf(type: Type<string>, named: NamedTypes, path: string, faults: ShapeFault[]): Shape {
  if ('attributes' in type && type.type === 'Record') {
    if (type.additionalAttributes === true) faults.push({ path, code: 'pack.unsupported-type' });
    const attributes = Object.entries(type.attributes).map(([name, attribute]) => {
      const inner = path === '' ? name : `${path}.${name}`;
      if (attribute.required === false) faults.push({ path: inner, code: 'pack.optional-attribute' });
      return [name, shapeOf(attribute, named, inner, faults)] as const;
    });
    return { type: 'Record', attributes: new Map(attributes) };
  }
  if ('element' in type && type.type === 'Set') {
    return { type: 'Set', element: shapeOf(type.element, named, `${path}[]`, faults) };
  }
  const name = 'name' in type && type.type === 'EntityOrCommon' ? type.name : type.type;
  const primitive = PRIMITIVES.get(name.replace(/^__cedar::/, ''));
  if (primitive !== undefined) return { type: primitive };
  const declared = named.get(name);
  if (declared !== undefined) {
    // A name is not looked up again within itself: that ends a type which names itself.
    const others = new Map([...named].filter(([other]) => other !== name));
    return shapeOf(declared, others, path, faults);
  }
  faults.push({ path, code: 'pack.unsupported-type' });
  return { type: 'String' };
}

/** No schema can declare a type of these names: Cedar reserves them. */
const PRIMITIVES = new Map<string, 'String' | 'Long' | 'Boolean'>([
  ['String', 'String'],
  ['Long', 'Long'],
  ['Bool', 'Boolean'],
  ['Boolean', 'Boolean'],
]);

export type Fitted = {
  readonly value: JsonValue;
  /** Paths that the shape names and the value lacks, or has in another type. */
  readonly missing: readonly string[];
};

/** The value cut down to what the shape names, and what it lacks. */
export function cutTo(value: JsonValue, shape: Shape, path = ''): Fitted {
  switch (shape.type) {
    case 'Record': {
      const members = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
      const fitted = [...shape.attributes].map(([name, inner]) => {
        const where = path === '' ? name : `${path}.${name}`;
        // Own members alone: `constructor` is no attribute that anybody gave.
        const member = Object.hasOwn(members, name)
          ? (members as { [name: string]: JsonValue })[name]
          : undefined;
        return [name, member === undefined ? lacking(inner, where) : cutTo(member, inner, where)] as const;
      });
      return {
        value: Object.fromEntries(fitted.map(([name, { value: inner }]) => [name, inner])),
        missing: fitted.flatMap(([, { missing }]) => missing),
      };
    }
    case 'Set': {
      if (!Array.isArray(value)) return { value: [], missing: [path] };
      const items = value.map((item: JsonValue) => cutTo(item, shape.element, path));
      return { value: items.map((item) => item.value), missing: items.flatMap(({ missing }) => missing) };
    }
    case 'Long':
      return Number.isSafeInteger(value) ? { value, missing: [] } : { value: 0, missing: [path] };
    case 'String':
      return typeof value === 'string' ? { value, missing: [] } : { value: '', missing: [path] };
    case 'Boolean':
      return typeof value === 'boolean' ? { value, missing: [] } : { value: false, missing: [path] };
    default:
      return unreachable(shape);
  }
}

/** A record that is absent lacks each of its attributes: whoever mends one should not meet the next tomorrow. */
function lacking(shape: Shape, path: string): Fitted {
  return shape.type === 'Record' ? cutTo({}, shape, path) : { value: null, missing: [path] };
}

function unreachable(shape: never): never {
  throw new TypeError(`no such type: ${String(shape)}`);
}
