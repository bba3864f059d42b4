import { FormatError } from '../../../bytes/errors.ts';

/**
 * An EK certificate as it comes out of the TPM's non-volatile memory: NV 0x1c00002 (RSA-2048), 0x1c0000a (P-256),
 * 0x1c00016 (P-384) and their neighbours (TCG EK Credential Profile for TPM 2.0, 2.2.1.4 and 2.2.1.5).
 *
 * Some makers define the index larger than the certificate and leave the rest as flash memory is left, 0xFF:
 * STMicroelectronics' are 1600 bytes of which 431 are padding. That padding is accepted, and nothing else is.
 */

/** The largest index seen is 2048; MAX_NV_INDEX_SIZE of known TPMs is below this. */
const MAX_NV_CERTIFICATE_BYTES = 8192;

/**
 * The certificate alone, as a view.
 *
 * The end is where the outer SEQUENCE says it is. Cutting off trailing 0xFF would also cut a signature that ends in
 * 0xFF, one in 256.
 *
 * @throws FormatError
 */
export function withoutPadding(nv: Uint8Array): Uint8Array {
  if (nv.length > MAX_NV_CERTIFICATE_BYTES) {
    throw new FormatError('too_long', 'the EK certificate is longer than any NV index', {
      path: 'ekCertificate',
      expected: `at most ${MAX_NV_CERTIFICATE_BYTES} bytes`,
      actual: `${nv.length} bytes`,
    });
  }
  const end = sequenceEnd(nv);
  const padding = nv.subarray(end);
  if (padding.some((octet) => octet !== 0xff)) {
    throw new FormatError('trailing_data', 'the EK certificate is followed by bytes other than 0xFF', {
      path: 'ekCertificate',
      offset: end,
      expected: 'nothing, or 0xFF up to the end of the NV index',
    });
  }
  return nv.subarray(0, end);
}

/** Only the outer header; whether it is canonical, and all the rest, is the certificate parser's to say. */
function sequenceEnd(nv: Uint8Array): number {
  const [tag, first] = nv;
  if (tag !== undefined && tag !== 0x30) {
    throw new FormatError('unsupported', 'the EK certificate is no DER sequence', {
      path: 'ekCertificate',
      offset: 0,
      expected: '30',
      actual: tag.toString(16),
    });
  }
  const octets = first === undefined || first < 0x80 ? 0 : first & 0x7f;
  const contents = 2 + octets;
  let length = octets === 0 ? (first ?? 0) : 0;
  for (const octet of nv.subarray(2, contents)) length = length * 256 + octet;
  // An indefinite or absurdly long length lands here too: its end lies outside, or its octets do.
  const end = contents + length;
  if (tag === undefined || first === undefined || first === 0x80 || octets > 3 || end > nv.length) {
    throw new FormatError('truncated', 'the EK certificate ends early', {
      path: 'ekCertificate',
      expected: `${end} bytes`,
      actual: `${nv.length} bytes`,
    });
  }
  return end;
}
