import { hash } from 'node:crypto';
import { canonicalJson } from '../bytes/canonical-json.ts';
import { domainText } from '../bytes/domain.ts';
import type { JsonValue } from '../bytes/json.ts';

/**
 * The name of a JSON value by its content: SHA-256 over `sextant/v1/<purpose>\0` and its canonical form (RFC 8785), in
 * hexadecimal. Trust inputs, appraisals and decisions cite each other by such digests.
 *
 * @throws FormatError `bad_value` for what has no canonical JSON
 */
export function contentDigest(purpose: string, value: JsonValue): string {
  return canonicalDigest(purpose, canonicalJson(value));
}

/** {@link contentDigest} of what is canonical JSON already: text is neither read nor written again. */
export function canonicalDigest(purpose: string, canonicalText: string): string {
  return hash('sha256', domainText(purpose, canonicalText), 'hex');
}

const known = new WeakMap<Uint8Array, string>();

/** SHA-256 of a document, in hexadecimal. Sources hand out the same bytes again and again: each is hashed once. */
export function documentDigest(document: Uint8Array): string {
  const digest = known.get(document) ?? hash('sha256', document, 'hex');
  known.set(document, digest);
  return digest;
}
