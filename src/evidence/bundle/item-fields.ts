import type { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { type JsonLimits, parseJson } from '../../bytes/json.ts';
import { fromBase64Url } from '../../bytes/text.ts';

/**
 * An item's JSON, read strictly and held against its schema.
 *
 * @param name what errors call the item
 * @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`
 */
export function parseItemJson<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  name: string,
  limits: JsonLimits,
): z.infer<Schema> {
  const result = schema.safeParse(parseJson(bytes, limits));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [name, ...(issue?.path ?? [])].join('.');
  throw new FormatError('bad_value', `${path}: ${issue?.message ?? `not an item ${name}`}`, { path });
}

/**
 * Bytes of an item in their only base64url spelling, at least one of them.
 *
 * @throws FormatError `bad_value`, `too_long`, `not_canonical`
 */
export function sizedBytes(text: string, path: string, ceiling: number): Uint8Array {
  const bytes = fromBase64Url(text, path);
  if (bytes.length > 0 && bytes.length <= ceiling) return bytes;
  throw new FormatError(bytes.length === 0 ? 'bad_value' : 'too_long', `${path} has ${bytes.length} bytes`, {
    path,
    expected: `1 to ${ceiling} bytes`,
    actual: `${bytes.length} bytes`,
  });
}
