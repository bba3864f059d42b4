import {
  isFlat,
  isList,
  isObject,
  type Json,
  type JsonObject,
  leavesOf,
  namedBy,
  type Scalar,
  textOf,
} from './leaves.ts';
import { compareLines, type Line } from './lines.ts';

type Path = readonly string[];

/** What one version has and another has not, by the members that lead there. */
export type Difference = { readonly path: Path } & (
  | { readonly kind: 'added' | 'removed'; readonly value: string }
  | { readonly kind: 'changed' | 'order'; readonly before: string; readonly after: string }
  | { readonly kind: 'text'; readonly lines: readonly Line[] }
);

export type Comparison = {
  readonly differences: readonly Difference[];
  /** How many values both have. */
  readonly same: number;
};

/**
 * Compares two contents member by member. Of lists of values it tells which were added and which removed, of lists of objects each by its
 * own name; that only the order differs is a difference too. There is none exactly where both are the same JSON, whatever the order of
 * members.
 */
export function compareContents(before: Json, after: Json): Comparison {
  const found = [...differ(before, after, [])];
  const differences = found.filter((each) => each !== SAME);
  return { differences, same: found.length - differences.length };
}

const SAME = 'same';
type Found = Generator<Difference | typeof SAME>;

function* differ(one: Json, other: Json, path: Path): Found {
  if (isObject(one) && isObject(other)) yield* differInMembers(one, other, path);
  else if (isList(one) && isList(other) && isFlat(one) && isFlat(other))
    yield* differInValues(one, other, path);
  else if (isList(one) && isList(other)) yield* differInObjects(one, other, path);
  else if (isText(one) && isText(other) && one !== other && `${one}${other}`.includes('\n'))
    yield { kind: 'text', path, lines: compareLines(one, other) };
  else if (isScalar(one) && isScalar(other)) {
    if (one === other) yield SAME;
    else yield { kind: 'changed', path, before: shown(one, other), after: shown(other, one) };
  } else {
    yield* only('removed', one, path);
    yield* only('added', other, path);
  }
}

function* only(kind: 'added' | 'removed', value: Json, path: Path): Found {
  for (const leaf of leavesOf(value, path)) yield { kind, path: leaf.path, value: textOf(leaf.value) };
}

function* differInMembers(one: JsonObject, other: JsonObject, path: Path): Found {
  yield* differByName(new Map(Object.entries(one)), new Map(Object.entries(other)), path);
}

/** Objects of lists, by their names; where they have none, by their places from 1. */
function* differInObjects(one: readonly Json[], other: readonly Json[], path: Path): Found {
  const nameOf = namedBy([one, other]);
  const called = (list: readonly Json[]): Map<string, Json> =>
    new Map(list.map((value, place) => [nameOf?.(value) ?? `${place + 1}`, value]));
  const [was, is] = [called(one), called(other)];
  const found = [...differByName(was, is, path)];
  yield* found;
  if (found.every((each) => each === SAME)) yield* differInOrder([...was.keys()], [...is.keys()], path);
}

function* differByName(was: ReadonlyMap<string, Json>, is: ReadonlyMap<string, Json>, path: Path): Found {
  if (was.size + is.size === 0) yield SAME;
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [one, other] = [was.get(name), is.get(name)];
    if (one !== undefined && other !== undefined) yield* differ(one, other, [...path, name]);
    else if (one !== undefined) yield* only('removed', one, [...path, name]);
    else if (other !== undefined) yield* only('added', other, [...path, name]);
  }
}

function* differInValues(one: readonly Scalar[], other: readonly Scalar[], path: Path): Found {
  if (one.length + other.length === 0) yield SAME;
  const [taken, left] = [counted(other), counted(one)];
  const removed = one.filter((value) => !take(taken, value));
  const added = other.filter((value) => !take(left, value));
  yield* one.slice(removed.length).map(() => SAME as typeof SAME);
  for (const value of removed) yield { kind: 'removed', path, value: textOf(value) };
  for (const value of added) yield { kind: 'added', path, value: textOf(value) };
  if (removed.length + added.length === 0) yield* differInOrder(one, other, path);
}

function* differInOrder(one: readonly Scalar[], other: readonly Scalar[], path: Path): Found {
  if (one.every((value, place) => value === other[place])) return;
  yield { kind: 'order', path, before: one.map(textOf).join(', '), after: other.map(textOf).join(', ') };
}

function isScalar(value: Json): value is Scalar {
  return typeof value !== 'object' || value === null;
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

/** `"1"` and `1` are not written alike where they stand against each other. */
function shown(value: Scalar, other: Scalar): string {
  return textOf(value) === textOf(other) ? JSON.stringify(value) : textOf(value);
}

function counted(values: readonly Scalar[]): Map<Scalar, number> {
  const counts = new Map<Scalar, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function take(counts: Map<Scalar, number>, value: Scalar): boolean {
  const count = counts.get(value) ?? 0;
  if (count > 0) counts.set(value, count - 1);
  return count > 0;
}
