import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { bold, dim } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import { terminalColumns, wrap } from '../terminal/wrap.ts';
import type { Describe } from './described.ts';

/**
 * How an answer is shown: a table of the objects in `items` (or of the answer, where it is an array) with these columns,
 * one object, member by member, or a description of its own. What describes is loaded when there is something to describe.
 */
export type View =
  | { readonly kind: 'object' }
  | { readonly kind: 'described'; readonly describe: () => Promise<Describe> }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly member?: string;
      readonly empty: string;
      /** Lines below the table about a row that needs more room. */
      readonly remarks?: () => Promise<Remarks>;
    };

/** Lines about one row. */
export type Remarks = (row: JsonValue) => readonly string[];

export async function present(view: View, answer: JsonValue): Promise<string> {
  if (view.kind === 'described') return (await view.describe())(answer) ?? object(answer);
  if (view.kind === 'object') return object(answer);
  const list = rows(answer, view.member ?? 'items');
  if (list.length === 0) return dim(view.empty);
  const text = table(
    view.columns.map((name) => ({ title: name, max: 60, value: (row: JsonValue) => cell(at(row, name)) })),
    list,
  );
  const more =
    isJsonObject(answer) && typeof answer['next'] === 'string'
      ? `\n${dim('more: --after ')}${printable(answer['next'])}`
      : '';
  const remarksOn = await view.remarks?.();
  const remarks = list.flatMap((row) => remarksOn?.(row) ?? []);
  return [text, ...(remarks.length === 0 ? [] : ['', ...remarks])].join('\n') + more;
}

/** One member of an answer as plain text, for scripts; null where there is none. */
export function only(answer: JsonValue, path: string): string | null {
  const value = at(answer, path);
  if (value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function rows(answer: JsonValue, member: string): readonly JsonValue[] {
  if (Array.isArray(answer)) return answer;
  const items = isJsonObject(answer) ? answer[member] : undefined;
  return Array.isArray(items) ? items : [];
}

/** `a.b` is the member b of the member a; in an array a number is a place: `items.0.id`. */
function at(row: JsonValue, path: string): JsonValue {
  return path.split('.').reduce<JsonValue>((value, name) => {
    if (Array.isArray(value)) return /^\d{1,9}$/.test(name) ? (value[Number(name)] ?? null) : null;
    return isJsonObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  }, row);
}

function cell(value: JsonValue): string {
  if (value === null) return '–';
  if (Array.isArray(value) && !value.some((item) => typeof item === 'object')) {
    return value.length === 0 ? '–' : value.map((item) => printable(String(item))).join(', ');
  }
  if (typeof value === 'object') return printable(JSON.stringify(value));
  return printable(String(value));
}

function object(answer: JsonValue, indent = ''): string {
  if (!isJsonObject(answer)) return cell(answer);
  const names = Object.keys(answer);
  const width = Math.max(0, ...names.map((name) => name.length));
  return names
    .filter((name) => !isReceipt(name, answer[name]))
    .map((name) => {
      const value = answer[name] ?? null;
      const title = `${indent}${bold(printable(name).padEnd(width))}`;
      if (isJsonObject(value)) return `${title}\n${object(value, `${indent}  `)}`;
      if (Array.isArray(value) && value.some(isJsonObject)) {
        return `${title}\n${value.map((item) => object(item, `${indent}  `)).join(`\n${indent}  ${dim('·')}\n`)}`;
      }
      const text = cell(value);
      if (indent.length + width + 2 + text.length <= (terminalColumns() ?? 100)) return `${title}  ${text}`;
      return `${title}  ${wrap(text, ' '.repeat(indent.length + width + 2)).trimStart()}`;
    })
    .join('\n');
}

/** Proof for whoever checks it by program, and long: people see its leaf's index, and find it whole with --json. */
function isReceipt(name: string, value: JsonValue | undefined): boolean {
  return name === 'receipt' && isJsonObject(value) && 'inclusionProof' in value;
}
