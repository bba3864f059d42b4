import { hash } from 'node:crypto';
import { canonicalJsonBytes } from '../bytes/canonical-json.ts';
import { domain } from '../bytes/domain.ts';
import type { JsonValue } from '../bytes/json.ts';
import { toUtf8 } from '../bytes/text.ts';

/**
 * The name of a JSON value by its content: SHA-256 over `sextant/v1/<purpose>\0` and its canonical form (RFC 8785), in
 * hexadecimal. Trust inputs, appraisals and decisions cite each other by such digests.
 *
 * @throws FormatError `bad_value` for what has no canonical JSON
 */
export function contentDigest(purpose: string, value: JsonValue): string {
  return hash('sha256', domain(purpose, canonicalJsonBytes(value)), 'hex');
}

/** {@link contentDigest} of what is canonical JSON already: text is neither read nor written again. */
export function canonicalDigest(purpose: string, canonicalText: string): string {
  return hash('sha256', domain(purpose, toUtf8(canonicalText, 'json')), 'hex');
}

const known = new WeakMap<Uint8Array, string>();

/** SHA-256 of a document, in hexadecimal. Sources hand out the same bytes again and again: each is hashed once. */
export function documentDigest(document: Uint8Array): string {
  const digest = known.get(document) ?? hash('sha256', document, 'hex');
  known.set(document, digest);
  return digest;
}
