import { type CborMap, CborTag, type CborValue, parseCbor } from './cbor.ts';
import { encodeCbor } from './cbor-encode.ts';
import { FormatError } from './errors.ts';

/** The tag of COSE_Sign1 (RFC 9052, section 2). */
const COSE_SIGN1 = 18;

/** Common header parameters (RFC 9052, section 3.1). */
const ALG = 1;
const CRIT = 2;

/**
 * A COSE_Sign1 structure (RFC 9052, section 4.2), read and not verified: nothing in it is authentic until the caller has
 * checked `signature` over {@link sigStructure} with a key that it trusts, for the algorithm `alg`.
 *
 * Read: one signer, tagged (18) or bare. The headers may be in any definite encoding; the protected ones are kept exactly
 * as received. Refused: an algorithm that is missing from the protected header (an attacker could then choose it), a
 * label in both headers (section 3), and critical parameters (`crit`) that the caller does not declare to understand.
 */
export type CoseSign1 = {
  readonly tagged: boolean;
  /** The protected header exactly as received: part of what is signed. */
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: CborMap;
  /** Covered by no signature: hints at most. */
  readonly unprotectedHeader: CborMap;
  /** The algorithm, from the protected header (IANA COSE Algorithms: -7 ES256, -35 ES384, -36 ES512, …). */
  readonly alg: number | string;
  /** Null where it is detached. */
  readonly payload: Uint8Array | null;
  readonly signature: Uint8Array;
};

export type CoseOptions = {
  /** Ceiling of the whole structure; 1 MiB unless given. */
  readonly maxBytes?: number;
  /** Labels that the caller processes if `crit` lists them; none unless given. */
  readonly understood?: readonly (number | string)[];
};

/** @throws FormatError as `parseCbor`; `bad_value` and `unsupported` for what {@link CoseSign1} says is refused */
export function parseCoseSign1(bytes: Uint8Array, options: CoseOptions = {}): CoseSign1 {
  const { maxBytes = 1 << 20, understood = [] } = options;
  const item = parseCbor(bytes, { deterministic: false, maxBytes });
  const tagged = item instanceof CborTag;
  if (tagged && item.tag !== COSE_SIGN1) throw bad('tag', `${COSE_SIGN1}`, `${item.tag}`);
  const parts = tagged ? item.content : item;
  if (!isArray(parts) || parts.length !== 4) throw bad('structure', 'an array of four', 'another item');
  const [protectedBytes, unprotectedHeader, payload, signature] = parts;
  if (!(protectedBytes instanceof Uint8Array)) throw bad('protected', 'a byte string', 'another item');
  if (!isMap(unprotectedHeader)) throw bad('unprotected', 'a map', 'another item');
  if (payload !== null && !(payload instanceof Uint8Array))
    throw bad('payload', 'bytes or null', 'another item');
  if (!(signature instanceof Uint8Array)) throw bad('signature', 'a byte string', 'another item');
  const protectedHeader = parseProtected(protectedBytes);
  for (const label of protectedHeader.keys()) {
    if (unprotectedHeader.has(label)) throw bad('unprotected', 'labels that are not protected', `${label}`);
  }
  requireUnderstood(protectedHeader, unprotectedHeader, understood);
  const alg = protectedHeader.get(ALG);
  if (typeof alg !== 'number' && typeof alg !== 'string')
    throw bad('protected.alg', 'an algorithm', 'absent');
  return { tagged, protectedBytes, protectedHeader, unprotectedHeader, alg, payload, signature };
}

/**
 * The bytes that a COSE_Sign1 signature covers: Sig_structure with the context `Signature1` (RFC 9052, section 4.4).
 *
 * @param payload the detached payload; required exactly where the structure carries none
 * @throws FormatError `bad_value` if there is no payload, or two
 */
export function sigStructure(
  sign1: Pick<CoseSign1, 'protectedBytes' | 'payload'>,
  externalAad: Uint8Array = new Uint8Array(),
  payload?: Uint8Array,
): Uint8Array {
  const content = payload ?? sign1.payload;
  if (content === null || (payload !== undefined && sign1.payload !== null)) {
    throw bad('payload', 'exactly one, attached or detached', content === null ? 'none' : 'both');
  }
  return encodeCbor(['Signature1', sign1.protectedBytes, externalAad, content]);
}

/** The protected header: a map in a byte string, or a byte string of length zero for none (section 3). */
function parseProtected(bytes: Uint8Array): CborMap {
  if (bytes.length === 0) return new Map();
  const header = parseCbor(bytes, { deterministic: false, maxDepth: 8, maxItems: 1000 });
  if (!isMap(header)) throw bad('protected', 'a map', 'another item');
  return header;
}

/** `crit` (section 3.1): not empty, protected, and naming only protected labels that somebody will process. */
function requireUnderstood(
  protectedHeader: CborMap,
  unprotectedHeader: CborMap,
  understood: readonly (number | string)[],
): void {
  if (unprotectedHeader.has(CRIT)) throw bad('unprotected.crit', 'in the protected header', 'unprotected');
  if (!protectedHeader.has(CRIT)) return;
  const crit = protectedHeader.get(CRIT);
  if (!Array.isArray(crit) || crit.length === 0)
    throw bad('protected.crit', 'a list of labels', 'empty or none');
  for (const label of crit) {
    if (!isLabel(label) || !protectedHeader.has(label)) {
      throw bad('protected.crit', 'protected labels', `${label}`);
    }
    if (understood.includes(label)) continue;
    throw new FormatError('unsupported', `critical COSE header ${label} is not understood`, {
      path: 'coseSign1.protected.crit',
      actual: `${label}`,
    });
  }
}

function isLabel(value: CborValue): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}

function isArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

function isMap(value: CborValue): value is CborMap {
  return value instanceof Map;
}

function bad(field: string, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `COSE_Sign1 ${field} is ${actual}, not ${expected}`, {
    path: `coseSign1.${field}`,
    expected,
    actual,
  });
}
