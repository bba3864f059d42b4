import { type Certificate, parseCertificate } from '../../../pki/index.ts';
import { Recent } from '../recent.ts';
import { parseXml } from '../xml/xml-reader.ts';
import { type EnvelopedSignature, readEnvelopedSignature } from './enveloped-signature.ts';

/** A manifest taken apart: nothing in it is to be believed before `verifyRim` says so. */
export type ParsedRim = EnvelopedSignature & {
  /** The signer's first. */
  readonly chain: readonly [Certificate, ...Certificate[]];
};

/** One host's devices share two manifests, and a fleet not many more. */
const rims = new Recent<ParsedRim>(256);

/** @throws FormatError */
export function parseRim(bytes: Uint8Array): ParsedRim {
  return rims.read(bytes, parse);
}

function parse(bytes: Uint8Array): ParsedRim {
  const enveloped = readEnvelopedSignature(parseXml(bytes));
  const [signer, ...above] = enveloped.certificates.map((der) => parseCertificate(der));
  if (signer === undefined) throw new TypeError('a signature without certificates was read');
  return { ...enveloped, chain: [signer, ...above] };
}
