import { hash } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromUtf8, toUtf8 } from '../../bytes/text.ts';

/**
 * SD-JWT (RFC 9901) in the compact form, digests by SHA-256 alone: the issuer-signed JWT, disclosures, and a key binding behind the last `~`.
 */
export type SdJwt = {
  /** The issuer-signed JWT. */
  readonly jwt: string;
  readonly disclosures: readonly string[];
  /** null where nothing stands behind the last `~`. */
  readonly keyBinding: string | null;
  /** What a key binding is over: everything before it, its `~` included (RFC 9901, 4.3.1). */
  readonly bound: string;
};

const MAX_CHARACTERS = 8 << 20;
const MAX_DISCLOSURES = 20_000;

/** @throws FormatError `too_long`, `bad_value` */
export function splitSdJwt(text: string): SdJwt {
  const parts = text.length > MAX_CHARACTERS ? [] : text.split('~');
  if (parts.length > MAX_DISCLOSURES + 2 || text.length > MAX_CHARACTERS)
    throw new FormatError('too_long', 'more than any disclosure has', { path: 'sdJwt' });
  const [jwt = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined || jwt === '') {
    throw new FormatError('bad_value', 'not an SD-JWT', {
      path: 'sdJwt',
      expected: '<JWT>~<disclosure>~…~<key binding>',
    });
  }
  const bound = text.slice(0, text.length - last.length);
  return { jwt, disclosures: rest, keyBinding: last === '' ? null : last, bound };
}

/** Of a disclosure as it is sent, not of what it decodes to (RFC 9901, 4.2.3). */
export function digestOf(disclosure: string): string {
  return hash('sha256', toUtf8(disclosure, 'disclosure'), 'base64url');
}

type Disclosure =
  | { readonly of: 'object'; readonly name: string; readonly value: JsonValue }
  | { readonly of: 'array'; readonly value: JsonValue };

const RESERVED: ReadonlySet<string> = new Set(['_sd', '...']);

/** @throws FormatError `bad_value`, `not_canonical`, `duplicate`, `budget_exceeded` */
export function parseDisclosure(text: string): Disclosure {
  const value = parseJson(fromUtf8(fromBase64Url(text, 'disclosure'), 'disclosure'), { maxNodes: 100_000 });
  if (Array.isArray(value) && typeof value[0] === 'string') {
    const [, second, third] = value as readonly JsonValue[];
    if (value.length === 2 && second !== undefined) return { of: 'array', value: second };
    const isNamed = typeof second === 'string' && !RESERVED.has(second);
    if (value.length === 3 && isNamed && third !== undefined)
      return { of: 'object', name: second, value: third };
  }
  throw refuse('a disclosure is neither of a claim nor of an element');
}

/**
 * Puts what was disclosed in its place, and takes away what stands for the rest: the steps of RFC 9901, 7.1, 3 to 5.
 *
 * Refused is whatever could be read in two ways: a digest that stands twice, a disclosure that no digest stands for, or twice; a name that is
 * there already, one that is reserved, and another hash than SHA-256.
 *
 * @param payload of the issuer-signed JWT, whose signature was verified
 * @throws FormatError `bad_value`, `duplicate`, `unsupported`, and as {@link parseDisclosure}
 */
export function unfold(
  payload: JsonValue,
  disclosures: readonly string[],
): { readonly [name: string]: JsonValue } {
  if (!isJsonObject(payload)) throw refuse('the payload is no object');
  const { _sd_alg: algorithm = 'sha-256', ...claims } = payload;
  if (algorithm !== 'sha-256') {
    throw new FormatError('unsupported', 'digests are by SHA-256 alone', {
      path: '_sd_alg',
      expected: 'sha-256',
      actual: typeof algorithm === 'string' ? algorithm.slice(0, 64) : 'no text',
    });
  }
  const unfolding = new Unfolding(disclosures);
  const unfolded = unfolding.object(claims);
  unfolding.requireAllUsed();
  return unfolded;
}

class Unfolding {
  readonly #disclosed = new Map<string, Disclosure>();
  readonly #seen = new Set<string>();

  constructor(disclosures: readonly string[]) {
    for (const text of disclosures) {
      const digest = digestOf(text);
      if (this.#disclosed.has(digest)) throw twice('a disclosure');
      this.#disclosed.set(digest, parseDisclosure(text));
    }
  }

  object(value: { readonly [name: string]: JsonValue }): { readonly [name: string]: JsonValue } {
    const { _sd: digests = [], ...plain } = value;
    if (!Array.isArray(digests)) throw refuse('_sd is no list');
    const made = new Map<string, JsonValue>();
    for (const [name, member] of Object.entries(plain)) {
      if (RESERVED.has(name)) throw refuse(`the name ${name}`);
      made.set(name, this.#value(member));
    }
    for (const digest of digests as readonly JsonValue[]) {
      const found = this.#take(digest);
      if (found === undefined) continue;
      if (found.of !== 'object') throw refuse('an element where a claim belongs');
      if (made.has(found.name)) throw twice(`the claim ${found.name}`);
      made.set(found.name, this.#value(found.value));
    }
    return Object.fromEntries(made);
  }

  requireAllUsed(): void {
    for (const digest of this.#disclosed.keys())
      if (!this.#seen.has(digest)) throw refuse('a disclosure that no digest stands for');
  }

  #value(value: JsonValue): JsonValue {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((item) => this.#element(item));
    return isJsonObject(value) ? this.object(value) : value;
  }

  #element(item: JsonValue): readonly JsonValue[] {
    if (!isJsonObject(item) || !Object.hasOwn(item, '...')) return [this.#value(item)];
    if (Object.keys(item).length !== 1) throw refuse('an element that is disclosed has one member');
    const found = this.#take(item['...'] ?? null);
    if (found === undefined) return [];
    if (found.of !== 'array') throw refuse('a claim where an element belongs');
    return [this.#value(found.value)];
  }

  #take(digest: JsonValue): Disclosure | undefined {
    if (typeof digest !== 'string') throw refuse('a digest is no text');
    if (this.#seen.has(digest)) throw twice('a digest');
    this.#seen.add(digest);
    return this.#disclosed.get(digest);
  }
}

function refuse(what: string): FormatError {
  return new FormatError('bad_value', what, { path: 'sdJwt' });
}

function twice(what: string): FormatError {
  return new FormatError('duplicate', `${what} is there twice`, { path: 'sdJwt' });
}
