import { FormatError } from '../../bytes/errors.ts';
import { type ProtobufField, parseProtobuf } from '../../bytes/protobuf.ts';
import { hashAlgorithmById } from './algorithms.ts';
import { type AttestationKey, attestationKeyFromPublic } from './attestation-key.ts';
import type { PcrValues } from './pcrs.ts';

/**
 * The Attestation message of go-tpm-tools (proto/attest.proto), as GCE's agents send it: the public area of the attestation key, a
 * quote of each bank, the event log, and the key's certificate.
 */
export type GoAttestation = {
  readonly ak: AttestationKey;
  readonly quotes: readonly {
    readonly quote: Uint8Array;
    readonly signature: Uint8Array;
    readonly pcrs: PcrValues;
  }[];
  readonly eventLog: Uint8Array | null;
  /** DER. */
  readonly akCertificate: Uint8Array | null;
  readonly intermediates: readonly Uint8Array[];
};

const FIELD = { akPub: 1, quotes: 2, eventLog: 3, akCert: 6, intermediateCerts: 7 } as const;
const MAX_QUOTES = 8;
const MAX_PCR = 23;

/** @throws FormatError; TpmError `tpm_key_unusable` */
export function parseGoAttestation(bytes: Uint8Array): GoAttestation {
  const fields = parseProtobuf(bytes, 'attestation');
  const area = one(fields, FIELD.akPub, 'attestation.akPub');
  const quotes = all(fields, FIELD.quotes);
  if (area === null || quotes.length === 0 || quotes.length > MAX_QUOTES) {
    throw bad(
      'attestation',
      `a key and 1 to ${MAX_QUOTES} quotes`,
      `${area === null ? 'no key' : 'a key'} and ${quotes.length}`,
    );
  }
  const read = quotes.map(readQuote);
  const banks = new Set(read.flatMap(({ pcrs }) => [...pcrs.banks.keys()]));
  // Of two quotes of one bank, each well signed, it would stay open which was appraised.
  if (banks.size < read.length) {
    throw new FormatError('duplicate', 'two quotes are of one bank', { path: 'attestation.quotes' });
  }
  return {
    // TPMT_PUBLIC here; TPM2B_PUBLIC puts its size before it (Part 2, 12.2.5).
    ak: attestationKeyFromPublic(Uint8Array.of(area.length >> 8, area.length & 0xff, ...area)),
    quotes: read,
    eventLog: one(fields, FIELD.eventLog, 'attestation.eventLog'),
    akCertificate: one(fields, FIELD.akCert, 'attestation.akCert'),
    intermediates: all(fields, FIELD.intermediateCerts),
  };
}

/** Quote: the attested structure, its signature, and the PCRs of one bank. */
function readQuote(bytes: Uint8Array, index: number): GoAttestation['quotes'][number] {
  const path = `attestation.quotes[${index}]`;
  const fields = parseProtobuf(bytes, path);
  const [quote, signature, pcrs] = [1, 2, 3].map((number) => one(fields, number, path));
  if (!quote || !signature || !pcrs) throw bad(path, 'quote, raw_sig and pcrs', 'less');
  return { quote, signature, pcrs: readPcrs(pcrs, `${path}.pcrs`) };
}

/** PCRs: TPM_ALG_ID of the bank, and a map of numbers and values in no particular order. */
function readPcrs(bytes: Uint8Array, path: string): PcrValues {
  const fields = parseProtobuf(bytes, path);
  const bank = hashAlgorithmById(number(fields, 1) ?? 0);
  if (bank === undefined) throw bad(path, 'a bank that is read here', `${number(fields, 1)}`);
  const values = new Map<number, Uint8Array>();
  for (const entry of all(fields, 2)) {
    const pair = parseProtobuf(entry, path);
    // A map entry leaves its key out where that is 0.
    const pcr = number(pair, 1) ?? 0;
    const value = one(pair, 2, path);
    if (value?.length !== bank.digestBytes || pcr > MAX_PCR || values.has(pcr)) {
      throw bad(path, `each of PCR 0 to ${MAX_PCR} once, with ${bank.digestBytes} bytes`, `PCR ${pcr}`);
    }
    values.set(pcr, value);
  }
  const mask = [...values.keys()].reduce((bits, pcr) => (bits | (1 << pcr)) >>> 0, 0);
  return { selection: [{ hash: bank, mask }], banks: new Map([[bank.name, values]]) };
}

function all(fields: readonly ProtobufField[], wanted: number): Uint8Array[] {
  return fields.flatMap((field) => (field.number === wanted && field.kind === 'bytes' ? [field.value] : []));
}

/** Protocol Buffers take the last of several; here a second one is refused, for two readers would differ. */
function one(fields: readonly ProtobufField[], wanted: number, path: string): Uint8Array | null {
  const found = all(fields, wanted);
  if (found.length > 1) throw new FormatError('duplicate', `${path} stands there twice`, { path });
  return found[0] ?? null;
}

function number(fields: readonly ProtobufField[], wanted: number): number | null {
  const found = fields.filter((field) => field.number === wanted);
  const [only] = found;
  return found.length === 1 && only?.kind === 'varint' ? Number(only.value) : null;
}

function bad(path: string, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `${path} is ${actual}, not ${expected}`, { path, expected, actual });
}
