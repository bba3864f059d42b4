import { canonicalDigest } from '../../evidence/digest.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import { readConditions } from '../../policy/stored-conditions.ts';

/** A licence's conditions, and what decisions cite them by. */
export type ReadConditions = { readonly conditions: LicenceConditions; readonly sha256: string };

/** By their text: each is parsed and hashed once, however many decisions are made under it. */
const known = new Map<string, ReadConditions>();
let characters = 0;
/** Ten thousand licences of a hundred devices. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** Reads conditions as the register keeps them. */
export function conditionsOf(text: string): ReadConditions {
  const found = known.get(text);
  if (found !== undefined) return found;
  const read = {
    conditions: readConditions(JSON.parse(text)),
    sha256: canonicalDigest('licence-conditions', text),
  };
  if (characters + text.length > MAX_CHARACTERS) {
    known.clear();
    characters = 0;
  }
  known.set(text, read);
  characters += text.length;
  return read;
}
