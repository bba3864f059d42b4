import { FormatError } from '../../../bytes/errors.ts';

/**
 * A certificate as it comes out of the TPM's non-volatile memory: an EK's from NV 0x1c00002 (RSA-2048), 0x1c0000a (P-256),
 * 0x1c00016 (P-384) and their neighbours (TCG EK Credential Profile for TPM 2.0, 2.2.1.4 and 2.2.1.5).
 *
 * Some makers define the index larger than the certificate and leave the rest as flash memory is left, 0xFF:
 * STMicroelectronics' are 1600 bytes of which 431 are padding. Virtual TPMs leave zeros. The padding that the caller
 * names is accepted, and nothing else is.
 */

/** The largest index seen is 2048; MAX_NV_INDEX_SIZE of known TPMs is below this. */
const MAX_NV_CERTIFICATE_BYTES = 8192;

export type NvPadding = {
  /** What follows the certificate to the end of the index. */
  readonly octet: 0xff | 0x00;
  /** What errors call the certificate. */
  readonly path: string;
};

const EK_PADDING: NvPadding = { octet: 0xff, path: 'ekCertificate' };

/**
 * The certificate alone, as a view.
 *
 * The end is where the outer SEQUENCE says it is. Cutting off trailing 0xFF would also cut a signature that ends in
 * 0xFF, one in 256.
 *
 * @throws FormatError
 */
export function withoutPadding(nv: Uint8Array, padded: NvPadding = EK_PADDING): Uint8Array {
  const { octet: filling, path } = padded;
  if (nv.length > MAX_NV_CERTIFICATE_BYTES) {
    throw new FormatError('too_long', `${path} is longer than any NV index`, {
      path,
      expected: `at most ${MAX_NV_CERTIFICATE_BYTES} bytes`,
      actual: `${nv.length} bytes`,
    });
  }
  const end = sequenceEnd(nv, path);
  const padding = nv.subarray(end);
  if (padding.some((octet) => octet !== filling)) {
    const hex = `0x${filling.toString(16).padStart(2, '0')}`;
    throw new FormatError('trailing_data', `${path} is followed by bytes other than ${hex}`, {
      path,
      offset: end,
      expected: `nothing, or ${hex} up to the end of the NV index`,
    });
  }
  return nv.subarray(0, end);
}

/** Only the outer header; whether it is canonical, and all the rest, is the certificate parser's to say. */
function sequenceEnd(nv: Uint8Array, path: string): number {
  const [tag, first] = nv;
  if (tag !== undefined && tag !== 0x30) {
    throw new FormatError('unsupported', `${path} is no DER sequence`, {
      path,
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
    throw new FormatError('truncated', `${path} ends early`, {
      path,
      expected: `${end} bytes`,
      actual: `${nv.length} bytes`,
    });
  }
  return end;
}
