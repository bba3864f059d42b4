import { concatBytes } from '../../bytes/concat.ts';
import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromHex, toUtf8 } from '../../bytes/text.ts';
import { type PcrValues, parsePcrMap } from '../tpm/index.ts';

/**
 * Evidence as the attesters of Confidential Containers write it for Azure VMs (guest-components, az-snp-vtpm-attester and
 * az-tdx-vtpm-attester): one JSON object, in the spellings of versions 0, 1 and 2.
 *
 * | member | version 0 | 1 and 2 |
 * |---|---|---|
 * | tpm_quote (SNP 0: quote) {message, signature, pcrs} | arrays of octets | hexadecimal |
 * | hcl_report (SNP 0: report) | array of octets | base64url |
 * | td_quote | array of octets | base64url |
 * | vcek | PEM | base64url of DER |
 *
 * The signature is the RSASSA signature alone, the PCRs are those of SHA-256 from 0 on. What else stands there is packaging
 * that nobody signed, and is passed over.
 */
export type AttesterEvidence = {
  readonly hclReport: Uint8Array;
  /** TPMS_ATTEST. */
  readonly quote: Uint8Array;
  /** TPMT_SIGNATURE. */
  readonly signature: Uint8Array;
  readonly pcrs: PcrValues;
  readonly tdQuote: Uint8Array | null;
  /** A certificate in DER or PEM. */
  readonly vcek: Uint8Array | null;
};

/** A TD quote as an array of octets takes most of it. */
const LIMITS = { maxBytes: 1 << 19, maxDepth: 4, maxNodes: 50_000 };
const MAX_PCRS = 32;

/** @throws FormatError */
export function parseAttesterEvidence(bytes: Uint8Array): AttesterEvidence {
  const evidence = object(parseJson(bytes, LIMITS), 'evidence');
  const quote = object(evidence['tpm_quote'] ?? evidence['quote'], 'evidence.tpm_quote');
  const { td_quote: tdQuote, vcek } = evidence;
  return {
    hclReport: octets(evidence['hcl_report'] ?? evidence['report'], 'evidence.hcl_report', base64),
    quote: octets(quote['message'], 'evidence.tpm_quote.message', fromHex),
    signature: tpmtSignature(octets(quote['signature'], 'evidence.tpm_quote.signature', fromHex)),
    pcrs: pcrValues(quote['pcrs']),
    tdQuote: tdQuote === undefined ? null : octets(tdQuote, 'evidence.td_quote', base64),
    vcek: vcek === undefined ? null : octets(vcek, 'evidence.vcek', pemOrBase64),
  };
}

/**
 * TPMT_SIGNATURE (TPM 2.0 Part 2, 11.3.4) around the signature: the attester drops what stands before it. Azure's key has one scheme,
 * RSASSA with SHA-256, and a signature of any other does not hold.
 */
function tpmtSignature(rsassa: Uint8Array): Uint8Array {
  return concatBytes([
    Uint8Array.of(0x00, 0x14, 0x00, 0x0b, rsassa.length >>> 8, rsassa.length & 0xff),
    rsassa,
  ]);
}

function pcrValues(value: JsonValue | undefined): PcrValues {
  const path = 'evidence.tpm_quote.pcrs';
  if (!Array.isArray(value) || value.length > MAX_PCRS)
    throw bad(path, `an array of at most ${MAX_PCRS} values`);
  const list: readonly JsonValue[] = value;
  const entries = list.map((pcr, index) => {
    const bytes = octets(pcr, `${path}.${index}`, fromHex);
    return [`${index}`, Buffer.from(bytes).toString('hex')] as const;
  });
  return parsePcrMap({ sha256: Object.fromEntries(entries) });
}

type Decode = (text: string, path: string) => Uint8Array;

function octets(value: JsonValue | undefined, path: string, decode: Decode): Uint8Array {
  if (typeof value === 'string') return decode(value, path);
  if (!Array.isArray(value)) throw bad(path, 'octets, as text or as an array of numbers');
  const numbers = value.filter(
    (octet) => typeof octet === 'number' && Number.isInteger(octet) && octet >= 0 && octet <= 255,
  );
  if (numbers.length !== value.length) throw bad(path, 'numbers from 0 to 255');
  return Uint8Array.from(numbers);
}

/** Base64url whose padding, which some of these writers leave in place, is as RFC 4648 has it. */
function base64(text: string, path: string): Uint8Array {
  const [, digits = '', padding = ''] = /^(.*?)(={0,2})$/s.exec(text) ?? [];
  if (padding !== '' && (digits.length + padding.length) % 4 !== 0)
    throw bad(path, 'padding to a multiple of four');
  return fromBase64Url(digits, path);
}

function pemOrBase64(text: string, path: string): Uint8Array {
  return text.startsWith('-----BEGIN') ? toUtf8(text, path) : base64(text, path);
}

function object(value: JsonValue | undefined, path: string): { readonly [name: string]: JsonValue } {
  if (isJsonObject(value)) return value;
  throw bad(path, 'an object');
}

function bad(path: string, expected: string): FormatError {
  return new FormatError('bad_value', `${path} is not ${expected}`, { path, expected });
}
