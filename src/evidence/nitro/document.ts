import { type CborKey, type CborMap, type CborValue, parseCbor } from '../../bytes/cbor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { MAX_PAYLOAD_BYTES, readEnvelope } from './envelope.ts';

/**
 * What an enclave's hypervisor signs (AWS Nitro Enclaves NSM API, "Attestation Process", 2.2 and 3.2.2): exactly these
 * fields. Genuine documents carry null, or nothing, for an optional one that the enclave did not ask for.
 */
export type NitroDocument = {
  readonly moduleId: string;
  /** The hash of the PCRs, the only one that AWS defines. */
  readonly digest: 'SHA384';
  /** When the document was made, by the hypervisor's clock. */
  readonly timestamp: Date;
  /** By index: 0 to 31, each of 32, 48 or 64 bytes. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  /** DER, of the key that signs. */
  readonly certificate: Uint8Array;
  /** DER: the root first, then each issuer after the one above it. */
  readonly cabundle: readonly Uint8Array[];
  /** 1 to 1,024 bytes, the enclave's; said to be a DER key, which nobody checked. */
  readonly publicKey: Uint8Array | null;
  /** At most 512 bytes, the enclave's. */
  readonly userData: Uint8Array | null;
  /** At most 512 bytes, the enclave's answer to a challenge. */
  readonly nonce: Uint8Array | null;
};

const MANDATORY = ['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle'] as const;
const OPTIONAL = ['public_key', 'user_data', 'nonce'] as const;
const FIELDS: ReadonlySet<CborKey> = new Set([...MANDATORY, ...OPTIONAL]);

/** AWS asks for no more than one character; genuine ones have about forty. */
const MAX_MODULE_ID = 256;
/** The last instant of the year 9999: what RFC 3339, and so our answers, can say. */
const MAX_TIMESTAMP_MS = 253_402_300_799_999;
const PCR_COUNT = 32;
const PCR_BYTES: ReadonlySet<number> = new Set([32, 48, 64]);
const MAX_CERTIFICATE_BYTES = 1024;
/** Genuine bundles hold four; path validation goes through eight intermediates at most. */
const MAX_CABUNDLE = 16;
/** Fields, 32 PCRs and a full bundle come to some 110 items. */
const MAX_ITEMS = 256;

/**
 * Reads an attestation document: COSE_Sign1, tagged or not, around a CBOR map of definite or indefinite length. The input
 * is copied.
 *
 * @throws FormatError as `parseCbor` and `parseCoseSign1`; `bad_value`, `too_long`, `unsupported` (algorithm, digest, an
 *   unknown field), `not_canonical` (the envelope)
 * @remarks Unproven afterwards: everything that the document says.
 */
export function parseNitroDocument(input: Uint8Array): NitroDocument {
  return readDocument(readEnvelope(new Uint8Array(input)).payload);
}

/** @param payload of a document; what is returned are views of it */
export function readDocument(payload: Uint8Array): NitroDocument {
  const map = parseCbor(payload, {
    deterministic: false,
    indefiniteMaps: true,
    maxBytes: MAX_PAYLOAD_BYTES,
    maxDepth: 4,
    maxItems: MAX_ITEMS,
  });
  if (!isMap(map)) throw bad('attestationDocument', 'a map', map);
  demandFields(map);
  return {
    moduleId: readModuleId(map.get('module_id')),
    digest: readDigest(map.get('digest')),
    timestamp: readTimestamp(map.get('timestamp')),
    pcrs: readPcrs(map.get('pcrs')),
    certificate: readBytes('certificate', map.get('certificate'), 1, MAX_CERTIFICATE_BYTES),
    cabundle: readCabundle(map.get('cabundle')),
    publicKey: readOptional('public_key', map, 1, 1024),
    userData: readOptional('user_data', map, 0, 512),
    nonce: readOptional('nonce', map, 0, 512),
  };
}

/** Where AWS's documents of an instance's NitroTPM have their registers: those of the guest's firmware and system, in the place of an enclave's. */
const NITROTPM_PCRS = 'nitrotpm_pcrs';

/** 3.2.2.1. A field that nobody here knows could change what the others mean. */
function demandFields(map: CborMap): void {
  // Signed under the same root, and about something else: a register of a TPM says nothing of an enclave's image.
  if (map.has(NITROTPM_PCRS)) {
    throw new FormatError(
      'unsupported',
      'it is the document of a NitroTPM, not of an enclave: not read here',
      {
        path: `attestationDocument.${NITROTPM_PCRS}`,
        expected: 'pcrs, as enclaves have them',
        actual: NITROTPM_PCRS,
      },
    );
  }
  const missing = MANDATORY.find((name) => !map.has(name));
  if (missing !== undefined) throw bad(missing, 'present', undefined);
  const unknown = [...map.keys()].find((key) => !FIELDS.has(key));
  if (unknown === undefined) return;
  const actual = String(unknown).slice(0, 64);
  throw new FormatError('unsupported', `the attestation document has an unknown field ${actual}`, {
    path: 'attestationDocument',
    expected: [...FIELDS].join(', '),
    actual,
  });
}

function readModuleId(value: CborValue): string {
  if (typeof value !== 'string' || value.length === 0)
    throw bad('module_id', 'a text that is not empty', value);
  demandLength('module_id', value.length, 1, MAX_MODULE_ID);
  return value;
}

function readDigest(value: CborValue): 'SHA384' {
  if (value === 'SHA384') return value;
  if (typeof value !== 'string') throw bad('digest', 'SHA384', value);
  throw new FormatError('unsupported', 'the digest of the PCRs is not SHA384', {
    path: 'digest',
    expected: 'SHA384',
    actual: value.slice(0, 64),
  });
}

/** Milliseconds. A bigint is one beyond 2^53, and so beyond any date. */
function readTimestamp(value: CborValue): Date {
  if (typeof value !== 'number' || value <= 0 || value > MAX_TIMESTAMP_MS) {
    throw bad('timestamp', `1 to ${MAX_TIMESTAMP_MS}`, value);
  }
  return new Date(value);
}

function readPcrs(value: CborValue): ReadonlyMap<number, Uint8Array> {
  if (!isMap(value) || value.size === 0) throw bad('pcrs', 'a map that is not empty', value);
  const pcrs = new Map<number, Uint8Array>();
  for (const [index, pcr] of value) {
    if (typeof index !== 'number' || index < 0 || index >= PCR_COUNT) {
      throw bad('pcrs', 'an index of 0 to 31', index);
    }
    if (!(pcr instanceof Uint8Array) || !PCR_BYTES.has(pcr.length)) {
      throw bad(`pcrs[${index}]`, '32, 48 or 64 bytes', pcr);
    }
    pcrs.set(index, pcr);
  }
  return pcrs;
}

function readCabundle(value: CborValue): readonly Uint8Array[] {
  if (!isArray(value) || value.length === 0) throw bad('cabundle', 'certificates', value);
  demandLength('cabundle', value.length, 1, MAX_CABUNDLE);
  return value.map((der, index) => readBytes(`cabundle[${index}]`, der, 1, MAX_CERTIFICATE_BYTES));
}

function readOptional(
  field: (typeof OPTIONAL)[number],
  map: CborMap,
  least: number,
  most: number,
): Uint8Array | null {
  const value = map.has(field) ? map.get(field) : null;
  return value === null ? null : readBytes(field, value, least, most);
}

function readBytes(field: string, value: CborValue, least: number, most: number): Uint8Array {
  if (!(value instanceof Uint8Array)) throw bad(field, 'a byte string', value);
  demandLength(field, value.length, least, most);
  return value;
}

function demandLength(field: string, length: number, least: number, most: number): void {
  if (length >= least && length <= most) return;
  throw new FormatError(length > most ? 'too_long' : 'bad_value', `${field} has a length of ${length}`, {
    path: `attestationDocument.${field}`,
    expected: `${least} to ${most}`,
    actual: `${length}`,
  });
}

function isMap(value: CborValue): value is CborMap {
  return value instanceof Map;
}

function isArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

function bad(field: string, expected: string, value: CborValue): FormatError {
  const actual = describe(value);
  return new FormatError('bad_value', `${field} is ${actual}, not ${expected}`, {
    path: `attestationDocument.${field}`,
    expected,
    actual,
  });
}

/** Short, whatever an attacker put there. */
function describe(value: CborValue): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value === undefined) return 'absent or undefined';
  if (typeof value === 'number' || typeof value === 'bigint') return `${value}`;
  return value === null ? 'null' : isMap(value) ? `a map of ${value.size}` : `a ${typeof value}`;
}
