import { isSettled } from '../../bytes/canonical-json.ts';
import type { JsonValue } from '../../bytes/json.ts';
import { contextOf } from './context.ts';
import type { PackInput } from './input.ts';
import type { LoadedPack } from './loaded.ts';
import type { Shape } from './shape.ts';

/** What is counted before rules read it, by the data of the pack: see {@link contextOf}. */
const COUNTED: ReadonlySet<string> = new Set(['chips', 'ledger']);

/**
 * Everything that the answer to a valid input can depend on, as text: the pack's own data stand in its digest, and rules that name
 * neither the consignee nor the licence answer alike for all of them. Null where anything is missing that the pack needs.
 */
export function questionOf(loaded: LoadedPack, input: PackInput): string | null {
  const { action, consignee, licence } = input;
  const shape = loaded.shapes.get(action);
  if (shape?.type !== 'Record' || consignee?.id === undefined || licence?.id === undefined) return null;
  let counted: { readonly [name: string]: JsonValue } | undefined;
  const memberOf = (name: string): unknown => {
    if (!COUNTED.has(name)) return Object.hasOwn(input, name) ? input[name as keyof PackInput] : undefined;
    counted ??= contextOf(input, loaded.pack.data).context;
    return Object.hasOwn(counted, name) ? counted[name] : undefined;
  };
  let text = `${loaded.digest} ${action}`;
  if (loaded.namesEntities) text += ` ${JSON.stringify([consignee.id, licence.id])}`;
  for (const [name, inner] of shape.attributes) {
    if (name === 'data') continue;
    const member = textOfMember(memberOf(name), inner);
    if (member === null) return null;
    text += ` ${member}`;
  }
  return text;
}

/** Texts of what nobody changes any more, by the shape that it was cut down to. */
const texts = new WeakMap<object, { readonly shape: Shape; readonly text: string | null }>();

function textOfMember(member: unknown, shape: Shape): string | null {
  if (typeof member !== 'object' || member === null || !isSettled(member)) return textOf(member, shape);
  const known = texts.get(member);
  if (known?.shape === shape) return known.text;
  const text = textOf(member, shape);
  texts.set(member, { shape, text });
  return text;
}

/** Of a value cut down to its shape, in the order of the shape; null where it lacks anything, or has it in another type. */
function textOf(value: unknown, shape: Shape): string | null {
  switch (shape.type) {
    case 'Record': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
      return textOfRecord(value as { readonly [name: string]: unknown }, shape.attributes); // an object that is no array
    }
    case 'Set':
      return Array.isArray(value) ? textOfAll(value.map((item) => textOf(item, shape.element))) : null;
    case 'Long':
      return Number.isSafeInteger(value) ? String(value) : null;
    case 'String':
      return typeof value === 'string' ? JSON.stringify(value) : null;
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : null;
  }
}

/** Own members alone: `constructor` is no attribute that anybody gave. */
function textOfRecord(
  members: { readonly [name: string]: unknown },
  attributes: ReadonlyMap<string, Shape>,
): string | null {
  let whole = '';
  for (const [name, shape] of attributes) {
    const text = Object.hasOwn(members, name) ? textOf(members[name], shape) : null;
    if (text === null) return null;
    whole += whole === '' ? text : `,${text}`;
  }
  return `[${whole}]`;
}

function textOfAll(parts: readonly (string | null)[]): string | null {
  return parts.includes(null) ? null : `[${parts.join()}]`;
}
