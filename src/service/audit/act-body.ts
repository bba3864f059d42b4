import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, parseJson } from '../../bytes/json.ts';
import type { ActBody } from '../../record/leaf.ts';

/** The body of an act; null for what is no JSON object. */
export function bodyOf(text: string): ActBody | null {
  try {
    const value = parseJson(text, { maxBytes: 1 << 24, maxNodes: 1_000_000 });
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
