import type { JsonValue } from '../../bytes/json.ts';
import { bold, dim } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import { isObject } from './transport.ts';

/**
 * How an answer is shown: a table of the objects in `items` (or of the answer, where it is an array) with these columns, or
 * one object, member by member.
 */
export type View =
  | { readonly kind: 'object' }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly member?: string;
      readonly empty: string;
    };

export function present(view: View, answer: JsonValue): string {
  if (view.kind === 'object') return object(answer);
  const list = rows(answer, view.member ?? 'items');
  if (list.length === 0) return dim(view.empty);
  const text = table(
    view.columns.map((name) => ({ title: name, max: 60, value: (row: JsonValue) => cell(at(row, name)) })),
    list,
  );
  const more =
    isObject(answer) && typeof answer['next'] === 'string'
      ? `\n${dim('more: --after ')}${printable(answer['next'])}`
      : '';
  return text + more;
}

function rows(answer: JsonValue, member: string): readonly JsonValue[] {
  if (Array.isArray(answer)) return answer;
  const items = isObject(answer) ? answer[member] : undefined;
  return Array.isArray(items) ? items : [];
}

/** `a.b` is the member b of the member a. */
function at(row: JsonValue, path: string): JsonValue {
  return path
    .split('.')
    .reduce<JsonValue>((value, name) => (isObject(value) ? (value[name] ?? null) : null), row);
}

function cell(value: JsonValue): string {
  if (value === null) return '–';
  if (typeof value === 'object') return printable(JSON.stringify(value));
  return printable(String(value));
}

function object(answer: JsonValue, indent = ''): string {
  if (!isObject(answer)) return cell(answer);
  const names = Object.keys(answer);
  const width = Math.max(0, ...names.map((name) => name.length));
  return names
    .map((name) => {
      const value = answer[name] ?? null;
      const title = `${indent}${bold(printable(name).padEnd(width))}`;
      if (isObject(value)) return `${title}\n${object(value, `${indent}  `)}`;
      if (Array.isArray(value) && value.some(isObject)) {
        return `${title}\n${value.map((item) => object(item, `${indent}  `)).join(`\n${indent}  ${dim('·')}\n`)}`;
      }
      return `${title}  ${cell(value)}`;
    })
    .join('\n');
}
