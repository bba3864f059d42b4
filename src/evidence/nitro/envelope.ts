import { encodeCbor } from '../../bytes/cbor-encode.ts';
import { concatBytes } from '../../bytes/concat.ts';
import { type CoseSign1, parseCoseSign1 } from '../../bytes/cose.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';

/** COSE algorithm: ECDSA with SHA-384; on the curve of the certificate's key, which must be P-384. */
const ES384 = -35;
/** {1: -35}, and nothing else. */
const PROTECTED = encodeCbor(new Map([[1, ES384]]));
/** Tag 18 (RFC 9052, section 2). */
const TAG_18 = 0xd2;
/** r and s, 48 bytes each (RFC 9053, section 2.1). */
const SIGNATURE_BYTES = 96;

/** AWS: `bstr .size (1..16384)`. */
export const MAX_PAYLOAD_BYTES = 16_384;
/** Payload, signature, and the heads of everything. */
export const MAX_ENVELOPE_BYTES = MAX_PAYLOAD_BYTES + SIGNATURE_BYTES + 16;

export type NitroEnvelope = CoseSign1 & { readonly payload: Uint8Array };

/**
 * The COSE_Sign1 of an attestation document ("Attestation Process", 3.1): {1: -35} protected, nothing unprotected, the
 * document attached, 96 bytes of signature. No signature covers the framing, so it must be the one encoding that genuine
 * documents have: two byte strings then never stand for one document.
 *
 * @throws FormatError as `parseCoseSign1`; `unsupported` for another protected header, `bad_value`, `not_canonical`
 */
export function readEnvelope(bytes: Uint8Array): NitroEnvelope {
  const sign1 = parseCoseSign1(bytes, { maxBytes: MAX_ENVELOPE_BYTES });
  const { protectedBytes, unprotectedHeader, payload, signature } = sign1;
  if (!equalBytes(protectedBytes, PROTECTED)) {
    const actual = toHex(protectedBytes.subarray(0, 32));
    throw fault('unsupported', 'protected', `${toHex(PROTECTED)} (ES384 alone)`, actual);
  }
  if (unprotectedHeader.size > 0) {
    throw fault('bad_value', 'unprotected', 'nothing', `${unprotectedHeader.size} parameters`);
  }
  if (payload === null || payload.length === 0) throw fault('bad_value', 'payload', 'a document', 'none');
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw fault('too_long', 'payload', `at most ${MAX_PAYLOAD_BYTES} bytes`, `${payload.length} bytes`);
  }
  if (signature.length !== SIGNATURE_BYTES) {
    throw fault('bad_value', 'signature', `${SIGNATURE_BYTES} bytes`, `${signature.length} bytes`);
  }
  demandFraming(bytes, sign1);
  return { ...sign1, payload };
}

function demandFraming(bytes: Uint8Array, { tagged, protectedBytes, payload, signature }: CoseSign1): void {
  const array = encodeCbor([protectedBytes, new Map(), payload, signature]);
  if (equalBytes(bytes, tagged ? concatBytes([Uint8Array.of(TAG_18), array]) : array)) return;
  throw fault('not_canonical', 'structure', 'the shortest heads', 'another encoding');
}

function fault(code: FormatError['code'], field: string, expected: string, actual: string): FormatError {
  return new FormatError(code, `COSE_Sign1 ${field} is ${actual}, not ${expected}`, {
    path: `coseSign1.${field}`,
    expected,
    actual,
  });
}
