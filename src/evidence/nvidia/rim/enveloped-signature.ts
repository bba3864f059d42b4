import { FormatError } from '../../../bytes/errors.ts';
import { fromBase64 } from '../base64.ts';
import { canonicalXml } from '../xml/canonical-xml.ts';
import {
  bad,
  exactChildren,
  isElement,
  onlyAttribute,
  textOf,
  type XmlElement,
  type XmlNode,
} from '../xml/xml-tree.ts';

/**
 * The one form of XML signature (xmldsig-core1) in which NVIDIA signs reference manifests: enveloped, one reference to the
 * whole document, C14N 1.1 throughout, SHA-384, ECDSA with r and s side by side, and the signer's chain beside it.
 */
export type EnvelopedSignature = {
  /** SignedInfo in its canonical form: what the signature is over. */
  readonly signedInfo: Uint8Array;
  readonly signature: Uint8Array;
  /** What the signer says of the document. */
  readonly digest: Uint8Array;
  /** The document without the signature in its canonical form: what the digest must be of. All content is taken from it. */
  readonly document: Uint8Array;
  /** DER, the signer's first. */
  readonly certificates: readonly Uint8Array[];
};

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const C14N_11 = 'http://www.w3.org/2006/12/xml-c14n11';
const ENVELOPED = `${DSIG}enveloped-signature`;
const SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#sha384';
const ECDSA_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384';

const MAX_CERTIFICATES = 6;
const MAX_CERTIFICATE_BYTES = 4096;

/**
 * Takes a signature out of a document, whose child it must be and in which it must be the only one: a second signature, or
 * one that stands deeper, is how other content is wrapped around what was signed.
 *
 * @throws FormatError
 */
export function readEnvelopedSignature(root: XmlElement): EnvelopedSignature {
  const signature = onlySignature(root);
  const [signedInfo, value, keyInfo] = exactChildren(
    signature,
    DSIG,
    'SignedInfo',
    'SignatureValue',
    'KeyInfo',
  );
  if (signedInfo === undefined || value === undefined || keyInfo === undefined)
    throw bad(signature, 'is void');
  refuseAttributes(signature, signedInfo, value, keyInfo);
  return {
    signedInfo: canonicalXml(signedInfo, {
      inherited: new Map([...root.declarations, ...signature.declarations]),
    }),
    signature: fromBase64(textOf(value), 'SignatureValue', 128),
    digest: readReference(signedInfo),
    document: canonicalXml(root, { without: signature }),
    certificates: readCertificates(keyInfo),
  };
}

function onlySignature(root: XmlElement): XmlElement {
  const [only, ...more] = root.children.filter(isSignature);
  if (only === undefined || !isElement(only) || more.length > 0) {
    throw bad(root, 'has not exactly one signature as its child');
  }
  const elsewhere = root.children.some((child) => child !== only && isElement(child) && holdsDsig(child));
  if (root.namespace === DSIG || elsewhere) throw bad(root, 'holds parts of a signature elsewhere');
  return only;
}

function isSignature(node: XmlNode): boolean {
  return isElement(node) && node.namespace === DSIG && node.local === 'Signature';
}

function holdsDsig(element: XmlElement): boolean {
  return element.namespace === DSIG || element.children.some((child) => isElement(child) && holdsDsig(child));
}

/** Returns the digest. The reference's URI is empty: the document that holds it, and no part of it. */
function readReference(signedInfo: XmlElement): Uint8Array {
  const names = ['CanonicalizationMethod', 'SignatureMethod', 'Reference'];
  const [canonicalization, method, reference] = exactChildren(signedInfo, DSIG, ...names);
  demandAlgorithm(canonicalization, C14N_11);
  demandAlgorithm(method, ECDSA_SHA384);
  if (reference === undefined || onlyAttribute(reference, 'URI') !== '') {
    throw bad(signedInfo, 'refers to something else than the whole document');
  }
  const [transforms, digestMethod, digestValue] = exactChildren(
    reference,
    DSIG,
    'Transforms',
    'DigestMethod',
    'DigestValue',
  );
  if (transforms === undefined || digestValue === undefined) throw bad(reference, 'is void');
  refuseAttributes(transforms, digestValue);
  const [first, second] = exactChildren(transforms, DSIG, 'Transform', 'Transform');
  demandAlgorithm(first, ENVELOPED);
  demandAlgorithm(second, C14N_11);
  demandAlgorithm(digestMethod, SHA384);
  return fromBase64(textOf(digestValue), 'DigestValue', 64);
}

/** An algorithm by its name alone: parameters would be somebody's choice. */
function demandAlgorithm(element: XmlElement | undefined, expected: string): void {
  if (element === undefined)
    throw new FormatError('truncated', 'an algorithm is missing', { path: 'xml.Signature' });
  const actual = onlyAttribute(element, 'Algorithm');
  if (actual === expected && element.children.length === 0) return;
  throw new FormatError('unsupported', `${element.local} is ${actual}, not ${expected}`, {
    path: `xml.${element.local}`,
    expected,
    actual,
  });
}

function refuseAttributes(...elements: readonly XmlElement[]): void {
  for (const element of elements) {
    if (element.attributes.length > 0) throw bad(element, 'has attributes');
  }
}

function readCertificates(keyInfo: XmlElement): Uint8Array[] {
  const [data] = exactChildren(keyInfo, DSIG, 'X509Data');
  if (data === undefined) throw bad(keyInfo, 'is void');
  const count = data.children.filter(isElement).length;
  if (count < 1 || count > MAX_CERTIFICATES) throw bad(data, `holds ${count} certificates`);
  const elements = exactChildren(data, DSIG, ...Array.from({ length: count }, () => 'X509Certificate'));
  refuseAttributes(data, ...elements);
  return elements.map((element) => fromBase64(textOf(element), 'X509Certificate', MAX_CERTIFICATE_BYTES));
}
