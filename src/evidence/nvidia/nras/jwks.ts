import { createPublicKey } from 'node:crypto';
import { equalBytes } from '../../../bytes/equal.ts';
import { FormatError } from '../../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../../bytes/json.ts';
import { fromBase64Url } from '../../../bytes/text.ts';
import {
  type Certificate,
  type PublicKeyInfo,
  parseCertificate,
  parsePublicKeyInfo,
} from '../../../pki/index.ts';
import { fromBase64 } from '../base64.ts';

/** A key of NVIDIA's attestation service: whose it is, nobody here has asked. */
export type NrasKey = {
  readonly kid: string;
  readonly publicKey: PublicKeyInfo;
  /** Its certificate, and issuers above; empty where none came along. */
  readonly certificates: readonly Certificate[];
};

export type NrasKeys = ReadonlyMap<string, NrasKey>;

/** Genuine ones have 80 KB and 32 keys, of which one signs on a given day. */
export const MAX_JWKS_BYTES = 1 << 20;
const MAX_KEYS = 256;
const MAX_CERTIFICATES = 6;
const MAX_CERTIFICATE_BYTES = 16 << 10;
const COORDINATE_BYTES = 48;
const UNCOMPRESSED = 4;

/**
 * Reads a JWK Set (RFC 7517) by what NVIDIA's has: EC keys on P-384, each with a kid, coordinates, and its certificates
 * (`x5c`) or none. Keys of other kinds are passed over. A private member is refused: such a set is not one to be trusted.
 *
 * @throws FormatError `bad_value`, `duplicate`, `not_canonical`, `too_long`, `unsupported`, `budget_exceeded`
 */
export function parseJwks(bytes: Uint8Array): NrasKeys {
  const set = parseJson(bytes, { maxBytes: MAX_JWKS_BYTES, maxDepth: 6, maxNodes: 20_000 });
  const list = isJsonObject(set) ? set['keys'] : undefined;
  if (!Array.isArray(list) || list.length > MAX_KEYS) {
    throw new FormatError('bad_value', `there is no list of up to ${MAX_KEYS} keys`, { path: 'keys' });
  }
  const keys = new Map<string, NrasKey>();
  for (const [index, value] of list.entries()) {
    const key = readKey(value, `keys[${index}]`);
    if (key === null) continue;
    if (keys.has(key.kid)) {
      throw new FormatError('duplicate', `two keys are called ${key.kid}`, { path: `keys[${index}].kid` });
    }
    keys.set(key.kid, key);
  }
  return keys;
}

function readKey(value: JsonValue, path: string): NrasKey | null {
  if (!isJsonObject(value)) throw new FormatError('bad_value', `${path} is no object`, { path });
  if (value['d'] !== undefined) {
    throw new FormatError('unsupported', `${path} is a private key`, { path: `${path}.d` });
  }
  const { kty, crv, kid, use, alg, x5c } = value;
  const isOurs = kty === 'EC' && crv === 'P-384' && (use ?? 'sig') === 'sig' && (alg ?? 'ES384') === 'ES384';
  if (!isOurs || typeof kid !== 'string') return null;
  const certificates = readCertificates(x5c, `${path}.x5c`);
  const publicKey = publicKeyOf(coordinate(value, 'x', path), coordinate(value, 'y', path), path);
  const [own] = certificates;
  if (own !== undefined && !equalBytes(own.publicKey.keyBytes, publicKey.keyBytes)) {
    throw new FormatError('bad_value', `${path}: its certificate is of another key`, { path: `${path}.x5c` });
  }
  return { kid, publicKey, certificates };
}

function readCertificates(value: JsonValue | undefined, path: string): Certificate[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_CERTIFICATES) {
    throw new FormatError('bad_value', `${path} is no list of up to ${MAX_CERTIFICATES} certificates`, {
      path,
    });
  }
  return value.map((text: JsonValue, index) => {
    const at = `${path}[${index}]`;
    if (typeof text !== 'string') throw new FormatError('bad_value', `${at} is no text`, { path: at });
    return parseCertificate(fromBase64(text, at, MAX_CERTIFICATE_BYTES));
  });
}

function coordinate(key: { readonly [name: string]: JsonValue }, name: 'x' | 'y', path: string): Uint8Array {
  const text = key[name];
  const at = `${path}.${name}`;
  const bytes = typeof text === 'string' ? fromBase64Url(text, at) : new Uint8Array();
  if (bytes.length === COORDINATE_BYTES) return bytes;
  throw new FormatError('bad_value', `${at} is no coordinate of P-384`, { path: at });
}

/** By way of the engine, which knows whether the point lies on the curve. */
function publicKeyOf(x: Uint8Array, y: Uint8Array, path: string): PublicKeyInfo {
  try {
    const jwk = {
      kty: 'EC',
      crv: 'P-384',
      x: Buffer.from(x).toString('base64url'),
      y: Buffer.from(y).toString('base64url'),
    };
    const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
    const info = parsePublicKeyInfo(new Uint8Array(der));
    // What was read is what is used.
    if (equalBytes(info.keyBytes, Uint8Array.of(UNCOMPRESSED, ...x, ...y))) return info;
  } catch (cause) {
    throw new FormatError('bad_value', `${path} is no point of P-384`, { path, cause });
  }
  throw new FormatError('bad_value', `${path} is read as another key`, { path });
}
