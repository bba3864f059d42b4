import { concatBytes } from '../../bytes/concat.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { type Certificate, parseCertificate } from '../../pki/index.ts';
import { Recent } from './recent.ts';

export type DeviceChain = readonly [leaf: Certificate, device: Certificate, ...Certificate[]];

const LEAST = 4;
const MOST = 5;

/** A chip's certificates come with every report of it. */
const chains = new Recent<DeviceChain>(2048);

/** The chain of a device, leaf first; the fifth, the root, may be left out. @throws FormatError */
export function readDeviceChain(ders: readonly Uint8Array[]): DeviceChain {
  if (ders.length < LEAST || ders.length > MOST) {
    throw new FormatError('bad_value', `${ders.length} certificates, not ${LEAST} or ${MOST}`, {
      path: 'certificates',
      expected: `${LEAST} or ${MOST}`,
      actual: `${ders.length}`,
    });
  }
  // Every DER certificate says where it ends: what is put together can be taken apart in one way only.
  return chains.read(concatBytes(ders), () => parse(ders));
}

function parse(ders: readonly Uint8Array[]): DeviceChain {
  const [leaf, device, ...cas] = ders.map((der) => parseCertificate(der));
  if (leaf === undefined || device === undefined)
    throw new TypeError('a chain has four certificates or more');
  return [leaf, device, ...cas];
}

/**
 * What a chip is known by: SHA-256 of the SubjectPublicKeyInfo in certificate 1, which NVIDIA issued to it. Of the key and not of
 * the certificate: to an ECDSA signature (r, s) anybody can write (r, n - s), which holds as well, so that one chip would pass
 * for two. The certificate's signature covers the key in its one encoding.
 */
export function chipIdentity({ publicKey }: Certificate): string {
  return publicKey.sha256;
}

const ueids = new WeakMap<Certificate, string>();

/** EAT's ueid as NVIDIA's own verifiers write it: the leaf's serial number, in decimal. */
export function ueidOf(leaf: Certificate): string {
  const known = ueids.get(leaf);
  if (known !== undefined) return known;
  const ueid = BigInt(`0x${toHex(leaf.serialNumber)}`).toString();
  ueids.set(leaf, ueid);
  return ueid;
}
