import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';
import { nearest } from './nearest.ts';
import type { Form, Settings } from './setting.ts';

const MAX_FILE_BYTES = 64 * 1024;

/**
 * A file of settings: one JSON object, its members named like the options in camel case. Each as the texts that an option
 * would have brought.
 *
 * @throws UsageError `unreadable`; `bad_setting` for JSON that is none, a member twice or of another type; `unknown_setting`
 */
export function readSettingsFile(path: string, settings: Settings): ReadonlyMap<string, readonly string[]> {
  const members = readObject(path);
  const found = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(members)) {
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (setting === undefined) throw unknown(path, name, Object.keys(settings));
    found.set(name, textsOf(value, setting.form, `${path}: ${name}`));
  }
  return found;
}

function readObject(path: string): { readonly [name: string]: JsonValue } {
  const bytes = readInput(path, 'Name an existing file of settings: docs/configuration.md.');
  let value: JsonValue;
  try {
    value = parseJson(bytes, { maxBytes: MAX_FILE_BYTES, maxDepth: 4 });
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new UsageError('bad_setting', `${path}: ${cause.message}`, 'Write one JSON object.', cause);
  }
  if (isJsonObject(value)) return value;
  throw new UsageError('bad_setting', `${path} holds no JSON object`, 'Write {"port": 8443} and the like.');
}

function unknown(path: string, name: string, known: readonly string[]): UsageError {
  const meant = nearest(name, known);
  return new UsageError(
    'unknown_setting',
    `${path}: there is no setting ${name.slice(0, 64)}`,
    `${meant === undefined ? '' : `Did you mean ${meant}? `}docs/configuration.md lists them.`,
  );
}

const EXPECTED: { readonly [F in Form]: string } = {
  text: 'a string',
  number: 'a number',
  switch: 'true or false',
  list: 'an array of strings',
};

function textsOf(value: JsonValue, form: Form, where: string): readonly string[] {
  if (form === 'text' && typeof value === 'string') return [value];
  if (form === 'number' && typeof value === 'number') return [String(value)];
  if (form === 'switch' && typeof value === 'boolean') return [String(value)];
  if (form === 'list' && Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value;
  throw new UsageError('bad_setting', `${where}: expected ${EXPECTED[form]}`, 'See docs/configuration.md.');
}
