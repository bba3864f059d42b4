/** What JSON is made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

export type JsonObject = { readonly [member: string]: Json };
export type Scalar = Exclude<Json, readonly Json[] | JsonObject>;

/** A value, and the members that lead to it; what stands in a list by its own name has that name in its path. */
export type Leaf = { readonly path: readonly string[]; readonly value: Json };

/** What tells the objects of a list apart, the first that does. */
const NAMES = ['id', 'name', 'model', 'sha256', 'kid', 'x', 'address', 'title'];

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A list of texts, numbers and the like: allowed values, names. */
export function isFlat(list: readonly Json[]): list is readonly Scalar[] {
  return list.every((value) => typeof value !== 'object' || value === null);
}

export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * How the objects of some lists are called by a member of theirs that no two of one list share; null where there is none, and then by
 * their places.
 */
export function namedBy(lists: readonly (readonly Json[])[]): ((value: Json) => string) | null {
  const member = NAMES.find((name) =>
    lists.every((list) => {
      const names = list.map((value) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : null));
      return names.every((each) => typeof each === 'string') && new Set(names).size === names.length;
    }),
  );
  return member === undefined ? null : (value) => textOf(isObject(value) ? (value[member] ?? null) : null);
}

/** Everything below a value, in its order; an empty object or list is a leaf itself. */
export function leavesOf(value: Json, path: readonly string[] = []): Leaf[] {
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
  if (isList(value) && value.length > 0) {
    if (isFlat(value)) return value.map((inner) => ({ path, value: inner }));
    const nameOf = namedBy([value]);
    return value.flatMap((inner, place) => leavesOf(inner, [...path, nameOf?.(inner) ?? `${place + 1}`]));
  }
  return [{ path, value }];
}
