import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromHex } from '../../bytes/text.ts';

/**
 * The runtime claims of an HCL report: what the paravisor says of the VM that it runs, and above all which key its vTPM
 * attests with. (Azure's "Confidential VM Guest Attestation Design Detail", Runtime Claims.)
 *
 * Read are the keys HCLAkPub and HCLEkPub (RSA, JWK of RFC 7518), `vm-configuration` and `user-data`. What else a newer
 * paravisor may say is measured with the rest and decides nothing here; a member that occurs twice is refused, and so is a second
 * HCLAkPub, for two readers would take two different keys.
 */
export type RuntimeClaims = {
  readonly ak: RsaJwk;
  /** Absent from reports that were asked for without it. */
  readonly ek: RsaJwk | null;
  readonly vmConfiguration: VmConfiguration;
  /** What the guest wrote to NV index 0x01400002 before the report was made, 64 bytes; null where it is not told. */
  readonly userData: Uint8Array | null;
};

/** An RSA public key: big-endian magnitudes without leading zeros. */
export type RsaJwk = { readonly modulus: Uint8Array; readonly exponent: Uint8Array };

/** What the VM was started with, in the paravisor's words; null is what it does not tell. */
export type VmConfiguration = {
  readonly consoleEnabled: boolean | null;
  readonly secureBoot: boolean | null;
  readonly tpmEnabled: boolean | null;
  readonly tpmPersisted: boolean | null;
  readonly vmUniqueId: string | null;
};

const LIMITS = { maxDepth: 8, maxNodes: 256 };
/** RSA-4096. */
const MAX_MODULUS_BYTES = 512;
const MAX_EXPONENT_BYTES = 4;
const USER_DATA_BYTES = 64;

/** @throws FormatError */
export function parseRuntimeClaims(bytes: Uint8Array): RuntimeClaims {
  const document = object(parseJson(bytes, { ...LIMITS, maxBytes: bytes.length }), 'claims');
  const keys = list(document['keys'], 'claims.keys');
  const ak = jwk(keys, 'HCLAkPub', 'sign');
  if (ak === null) throw bad('claims.keys', 'a key HCLAkPub', 'none');
  return {
    ak,
    ek: jwk(keys, 'HCLEkPub', 'encrypt'),
    vmConfiguration: vmConfiguration(object(document['vm-configuration'], 'claims.vm-configuration')),
    userData: userData(document['user-data']),
  };
}

type JsonObject = { readonly [name: string]: JsonValue };

function jwk(keys: readonly JsonValue[], kid: string, operation: string): RsaJwk | null {
  const named = keys.map((key) => object(key, 'claims.keys')).filter((key) => key['kid'] === kid);
  const [key, another] = named;
  if (another !== undefined) throw bad('claims.keys', `${kid} once`, `${named.length} times`);
  if (key === undefined) return null;
  const path = `claims.keys.${kid}`;
  if (key['kty'] !== 'RSA') throw bad(`${path}.kty`, 'RSA', shown(key['kty']));
  if (!list(key['key_ops'], `${path}.key_ops`).includes(operation)) {
    throw bad(`${path}.key_ops`, operation, shown(key['key_ops']));
  }
  return {
    modulus: magnitude(key['n'], `${path}.n`, MAX_MODULUS_BYTES),
    exponent: magnitude(key['e'], `${path}.e`, MAX_EXPONENT_BYTES),
  };
}

/** Base64urlUInt (RFC 7518, 2): the shortest form, so that no key has two spellings. */
function magnitude(value: JsonValue | undefined, path: string, ceiling: number): Uint8Array {
  const bytes = fromBase64Url(text(value, path), path);
  if (bytes.length === 0 || bytes.length > ceiling) {
    throw bad(path, `1 to ${ceiling} bytes`, `${bytes.length} bytes`);
  }
  if (bytes[0] === 0) throw bad(path, 'no leading zeros', 'a leading zero');
  return bytes;
}

function vmConfiguration(members: JsonObject): VmConfiguration {
  const flag = (name: string): boolean | null => {
    const value = members[name];
    if (value === undefined || typeof value === 'boolean') return value ?? null;
    throw bad(`claims.vm-configuration.${name}`, 'true or false', shown(value));
  };
  const id = members['vmUniqueId'];
  return {
    consoleEnabled: flag('console-enabled'),
    secureBoot: flag('secure-boot'),
    tpmEnabled: flag('tpm-enabled'),
    tpmPersisted: flag('tpm-persisted'),
    vmUniqueId: id === undefined ? null : text(id, 'claims.vm-configuration.vmUniqueId'),
  };
}

function userData(value: JsonValue | undefined): Uint8Array | null {
  const path = 'claims.user-data';
  if (value === undefined || value === '') return null;
  const bytes = fromHex(text(value, path), path);
  if (bytes.length !== USER_DATA_BYTES) throw bad(path, `${USER_DATA_BYTES} bytes`, `${bytes.length} bytes`);
  return bytes;
}

function object(value: JsonValue | undefined, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw bad(path, 'an object', shown(value));
}

function list(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  throw bad(path, 'an array', shown(value));
}

function text(value: JsonValue | undefined, path: string): string {
  if (typeof value === 'string') return value;
  throw bad(path, 'a string', shown(value));
}

function bad(path: string, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `${path} is ${actual}, not ${expected}`, { path, expected, actual });
}

function shown(value: JsonValue | undefined): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 64);
}
