import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromUtf8, toUtf8 } from '../../bytes/text.ts';
import {
  type DeviceManifest,
  deviceManifest,
  MANIFEST_TYP,
  MAX_MANIFEST_BYTES,
  MAX_MANIFEST_DEVICES,
} from '../../protocol/device-manifest.ts';

/**
 * A device manifest: a compact JWS (RFC 7515) over the JSON of protocol/device-manifest.ts, with a protected header of exactly
 * `alg`, `typ` and `kid`. ES256, ES384 and EdDSA (RFC 8037; also as Ed25519, RFC 9864) are read, and nothing else.
 *
 * The header's `kid` is the RFC 7638 thumbprint of one of the manufacturer's approved keys: it names a key and brings none.
 */
export type ParsedManifest = {
  readonly manifest: DeviceManifest;
  readonly alg: 'ES256' | 'ES384' | 'EdDSA';
  readonly kid: string;
  readonly signature: Uint8Array;
  /** `<header>.<payload>` exactly as received (RFC 7515, 5.2). */
  readonly signingInput: Uint8Array;
};

/** Octets of a signature by algorithm (RFC 7518, 3.4; RFC 8032). */
const SIGNATURE_OCTETS = { ES256: 64, ES384: 96, EdDSA: 64 } as const;
const ALGORITHMS: ReadonlyMap<string, ParsedManifest['alg']> = new Map([
  ['ES256', 'ES256'],
  ['ES384', 'ES384'],
  ['EdDSA', 'EdDSA'],
  ['Ed25519', 'EdDSA'],
]);
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;
const HEADER_LIMITS = { maxBytes: 1024, maxDepth: 3, maxNodes: 64 };
/** A device has eight names and as many values, and stands in two braces. */
const PAYLOAD_LIMITS = {
  maxBytes: MAX_MANIFEST_BYTES,
  maxDepth: 5,
  maxNodes: 20 * MAX_MANIFEST_DEVICES + 32,
};

/**
 * Unproven afterwards: everything that it says.
 * @throws FormatError `bad_value`, `too_long`, `not_canonical`, `duplicate`, `budget_exceeded`, `unsupported`
 */
export function parseDeviceManifest(bytes: Uint8Array): ParsedManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new FormatError('too_long', `the manifest has ${bytes.length} bytes`, {
      path: 'manifest',
      expected: `at most ${MAX_MANIFEST_BYTES} bytes`,
      actual: `${bytes.length} bytes`,
    });
  }
  const [header, payload, signature, ...more] = fromUtf8(bytes, 'manifest').split('.', 4);
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new FormatError('bad_value', 'the manifest is not a compact JWS', {
      path: 'manifest',
      expected: 'three parts',
      actual: more.length > 0 ? 'more' : 'fewer',
    });
  }
  const { alg, kid } = readHeader(header);
  const signatureBytes = fromBase64Url(signature, 'manifest.signature');
  if (signatureBytes.length !== SIGNATURE_OCTETS[alg]) {
    throw new FormatError('bad_value', `not a signature of ${alg}`, {
      path: 'manifest.signature',
      expected: `${SIGNATURE_OCTETS[alg]} bytes`,
      actual: `${signatureBytes.length} bytes`,
    });
  }
  return {
    manifest: readPayload(payload),
    alg,
    kid,
    signature: signatureBytes,
    // Both parts are base64url by now, hence ASCII.
    signingInput: toUtf8(`${header}.${payload}`, 'manifest'),
  };
}

function readHeader(encoded: string): Pick<ParsedManifest, 'alg' | 'kid'> {
  const header = decode(encoded, 'manifest.protected', HEADER_LIMITS);
  const members = isJsonObject(header) ? header : {};
  // `crit`, `b64`, `jwk`, `x5c` and their like would change what is signed or by whom (RFC 7515, 4.1; RFC 7797).
  const unknown = Object.keys(members).find((name) => !['alg', 'typ', 'kid'].includes(name));
  if (unknown !== undefined) throw unsupported(unknown, 'absent', 'present');
  const alg = ALGORITHMS.get(String(members['alg']));
  if (alg === undefined) throw unsupported('alg', 'ES256, ES384 or EdDSA', String(members['alg']));
  // RFC 8725, 3.11: a signature that this key made for another kind of token is no manifest.
  if (members['typ'] !== MANIFEST_TYP) throw unsupported('typ', MANIFEST_TYP, String(members['typ']));
  const kid = members['kid'];
  if (typeof kid === 'string' && THUMBPRINT.test(kid)) return { alg, kid };
  throw unsupported('kid', 'an RFC 7638 thumbprint', String(kid));
}

function unsupported(member: string, expected: string, actual: string): FormatError {
  const [path, shown] = [`manifest.protected.${member}`, actual.slice(0, 80)];
  return new FormatError('unsupported', `${path} is ${shown}, not ${expected}`, {
    path,
    expected,
    actual: shown,
  });
}

function readPayload(encoded: string): DeviceManifest {
  const result = deviceManifest.safeParse(decode(encoded, 'manifest.payload', PAYLOAD_LIMITS));
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = ['manifest', ...(issue?.path ?? [])].join('.');
    throw new FormatError('bad_value', `${path}: ${issue?.message ?? 'not a manifest'}`, { path });
  }
  const { devices, issuedAt, expiresAt } = result.data;
  requireOnce(
    devices.map(({ kind, serial }) => `${kind} ${serial}`),
    'serial',
  );
  requireOnce(
    devices.map(({ identity }) => identity.sha256),
    'identity',
  );
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(issuedAt)) {
    throw new FormatError('bad_value', 'the manifest ends before it begins', { path: 'manifest.expiresAt' });
  }
  return result.data;
}

/** A serial number with two chips, or a chip with two serial numbers, says nothing. */
function requireOnce(names: readonly string[], member: string): void {
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const before = seen.get(name);
    seen.set(name, index);
    if (before === undefined) continue;
    const path = `manifest.devices.${index}.${member}`;
    throw new FormatError('duplicate', `${path} is that of device ${before} too`, { path });
  }
}

function decode(encoded: string, path: string, limits: Parameters<typeof parseJson>[1]): JsonValue {
  return parseJson(fromUtf8(fromBase64Url(encoded, path), path), limits);
}
