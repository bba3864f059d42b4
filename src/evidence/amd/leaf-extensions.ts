import { DerReader } from '../../bytes/der.ts';
import { TAG } from '../../bytes/der-tag.ts';
import type { Certificate } from '../../pki/index.ts';

/**
 * What a VCEK or VLEK certificate says in AMD's own extensions (AMD 57230, table 8), 1.3.6.1.4.1.3704.1.x. Null is what
 * is not there: which must be there is for leaf-checks.ts to ask.
 */
export type LeafExtensions = {
  readonly structVersion: number | null;
  readonly productName: string | null;
  /** By the last arc of 3.x: security patch levels, 0 to 255. */
  readonly levels: ReadonlyMap<number, number>;
  /** As raw bytes, whether or not the certificate wraps them in an OCTET STRING of their own. */
  readonly hwid: Uint8Array | null;
  readonly cspId: string | null;
};

const ARC = '1.3.6.1.4.1.3704.1';
const LEVEL_ARCS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const MAX_TEXT_BYTES = 256;
/** Raw lengths: 64 bytes until Genoa, 8 on Turin. An OCTET STRING around them adds two. */
const HWID_BYTES = [64, 8] as const;

/** Chips present the same certificate with every report; its object lives as long as the cache of certificates keeps it. */
const read = new WeakMap<Certificate, LeafExtensions>();

/** @throws FormatError for a value that is not of its type */
export function readLeafExtensions(certificate: Certificate): LeafExtensions {
  const known = read.get(certificate);
  if (known !== undefined) return known;
  const { others } = certificate.extensions;
  const value = <T>(arc: string, parse: (bytes: Uint8Array) => T): T | null => {
    const extension = others.get(`${ARC}.${arc}`);
    return extension === undefined ? null : parse(extension.value);
  };
  const levels = new Map<number, number>();
  for (const arc of LEVEL_ARCS) {
    const level = value(`3.${arc}`, (bytes) => readLevel(bytes, `spl ${arc}`));
    if (level !== null) levels.set(arc, level);
  }
  const extensions: LeafExtensions = {
    structVersion: value('1', (bytes) => readLevel(bytes, 'structVersion')),
    productName: value('2', (bytes) => readText(bytes, 'productName')),
    levels,
    hwid: value('4', readHwid),
    cspId: value('5', (bytes) => readText(bytes, 'cspId')),
  };
  read.set(certificate, extensions);
  return extensions;
}

/** An INTEGER of one byte: above 127 DER puts a zero before it. */
function readLevel(bytes: Uint8Array, field: string): number {
  return DerReader.parse(bytes, 'amdExtension', (reader) => reader.smallInteger(field, 255));
}

function readText(bytes: Uint8Array, field: string): string {
  return DerReader.parse(bytes, 'amdExtension', (reader) =>
    reader.string(field, MAX_TEXT_BYTES, TAG.ia5String),
  );
}

/** Raw bytes, which no DER type encloses, or an OCTET STRING: their lengths tell them apart. */
function readHwid(bytes: Uint8Array): Uint8Array {
  if (HWID_BYTES.some((length) => length === bytes.length)) return bytes;
  return DerReader.parse(bytes, 'amdExtension', (reader) => {
    const hwid = reader.octetString('hwid', 64);
    if (HWID_BYTES.some((length) => length === hwid.length)) return hwid;
    throw reader.error('bad_value', 'hwid', `has ${hwid.length} bytes`, {
      expected: HWID_BYTES.join(' or '),
    });
  });
}
