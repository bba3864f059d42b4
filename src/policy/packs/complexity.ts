import type { PackFinding } from './findings.ts';

/**
 * Cedar reads and asks by recursion on a stack of a megabyte, and expands every type that a schema names. A chain of 400 `||`, or 150
 * brackets, ends that stack, and whatever is asked of Cedar afterwards in the process fails; twenty types that each name the next one
 * twice take a minute. So texts are measured before Cedar is handed any of them: what is allowed here takes half of that stack.
 */
export const MAX_DEPTH = 200;
/** Of types within types, names followed. Aggregates are three deep. */
export const MAX_TYPE_DEPTH = 32;
/** Types of a schema with every name replaced by what it stands for. The packs that ship have 60. */
export const MAX_TYPES = 5_000;

/** A bracket costs Cedar three to four times as much of its stack as an operator. */
const BRACKET = 4;

/** Comments, texts, names and numbers, operators of two characters, and everything else one by one. As Cedar's own grammar parts them. */
const TOKENS = /\/\/[^\n\r]*|"(?:[^"\\]|\\[\s\S])*"?|[A-Za-z_0-9]+|\|\||&&|[=!<>]=|::|\S/g;
const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);
/** What parts operands that do not stand within each other. */
const LOGICAL = new Set(['||', '&&', 'if']);
const OPERATORS = new Set([
  '.',
  '+',
  '-',
  '*',
  '!',
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '::',
  'in',
  'has',
  'like',
  'is',
]);

/** What stands between two brackets, up to where it was read. */
type Level = {
  logical: number;
  /** Of the operand that is being read. */
  operators: number;
  brackets: number;
  /** Of the operands before it. */
  operand: number;
  /** Of what was parted from it by a comma or semicolon. */
  before: number;
};

const newLevel = (): Level => ({ logical: 0, operators: 0, brackets: 0, operand: 0, before: 0 });
const operandOf = ({ operand, operators, brackets }: Level): number =>
  Math.max(operand, operators + brackets);
const depthOf = (level: Level): number => Math.max(level.before, level.logical + operandOf(level));

/**
 * At most how deep expressions stand within each other in a text of Cedar's, in operators: never less than Cedar's own tree is deep.
 *
 * @param angled whether `<` and `>` are brackets, as in a schema
 */
export function expressionDepth(text: string, angled = false): number {
  const levels: Level[] = [newLevel()];
  for (const [token] of text.matchAll(TOKENS)) {
    const level = levels.at(-1) ?? newLevel();
    if (OPENING.has(token) || (angled && token === '<')) levels.push(newLevel());
    else if (CLOSING.has(token) || (angled && token === '>')) close(levels);
    else if (token === ',' || token === ';')
      levels[levels.length - 1] = { ...newLevel(), before: depthOf(level) };
    else if (LOGICAL.has(token)) {
      level.operand = operandOf(level);
      level.logical += 1;
      level.operators = 0;
      level.brackets = 0;
    } else if (OPERATORS.has(token)) level.operators += 1;
  }
  // What was never closed does not parse, and is measured all the same.
  while (levels.length > 1) close(levels);
  const [all = newLevel()] = levels;
  return depthOf(all);
}

function close(levels: Level[]): void {
  const [outer, inner] = levels.slice(-2);
  if (outer === undefined || inner === undefined) return;
  levels.pop();
  outer.brackets = Math.max(outer.brackets, BRACKET + depthOf(inner));
}

/** Says of a text what {@link expressionDepth} forbids; false where Cedar must not be handed it. */
export function demandDepth(text: string, where: 'schema' | 'policies', findings: PackFinding[]): boolean {
  const depth = expressionDepth(text, where === 'schema');
  if (depth <= MAX_DEPTH) return true;
  const message = `expressions stand ${depth} deep within each other, above ${MAX_DEPTH}: part the rule, or name a set`;
  findings.push({ code: 'pack.too-complex', where, message });
  return false;
}

type Extent = { readonly types: number; readonly depth: number };
const NOTHING: Extent = { types: 0, depth: 0 };
/** Of members within members: a type takes three. */
const MAX_NESTING = 10 * MAX_TYPE_DEPTH;
const ENDLESS: Extent = { types: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };

/**
 * How large what a resolved schema says is once every name stands for its type, counted without expanding anything. Endless where a type
 * names itself.
 *
 * @param json of a schema, or of a part of one
 * @param named the types that it declares
 */
export function extentOf(json: unknown, named: ReadonlyMap<string, unknown>): Extent {
  const known = new Map<string, Extent>();
  const ofName = (name: string, within: number): Extent => {
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, ENDLESS); // until it is known: whoever comes by here on the way stands within itself
    const extent = measure(named.get(name), within);
    known.set(name, extent);
    return extent;
  };
  const measure = (value: unknown, within: number): Extent => {
    if (within > MAX_NESTING) return ENDLESS;
    if (typeof value === 'string') return named.has(value) ? ofName(value, within) : NOTHING;
    if (typeof value !== 'object' || value === null) return NOTHING;
    let [types, depth] = [0, 0];
    for (const inner of Object.values(value)) {
      const extent = measure(inner, within + 1);
      types += extent.types;
      depth = Math.max(depth, extent.depth);
    }
    const isType = 'type' in value && typeof value.type === 'string';
    return isType ? { types: types + 1, depth: depth + 1 } : { types, depth };
  };
  return measure(json, 0);
}

/** Says of a schema what its types forbid; false where Cedar must not be asked to validate by it. */
export function demandExtent(
  json: unknown,
  named: ReadonlyMap<string, unknown>,
  findings: PackFinding[],
): boolean {
  const { types, depth } = extentOf(json, named);
  if (types <= MAX_TYPES && depth <= MAX_TYPE_DEPTH) return true;
  const message = `${types} types, ${depth} deep, with every name replaced: at most ${MAX_TYPES}, ${MAX_TYPE_DEPTH} deep`;
  findings.push({ code: 'pack.too-complex', where: 'schema', message });
  return false;
}
