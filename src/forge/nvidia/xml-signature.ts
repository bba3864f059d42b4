import { hash } from 'node:crypto';
import { canonicalXml } from '../../evidence/nvidia/xml/canonical-xml.ts';
import { parseXml } from '../../evidence/nvidia/xml/xml-reader.ts';
import { isElement } from '../../evidence/nvidia/xml/xml-tree.ts';
import type { Issued } from './certificate.ts';
import { signSideBySide } from './signing-key.ts';

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const C14N_11 = 'http://www.w3.org/2006/12/xml-c14n11';
const SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#sha384';
const ECDSA_SHA384 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384';
const LINE = 64;

/**
 * Puts an enveloped signature (xmldsig-core1) at the end of a document, over all of it, in the one form that NVIDIA's
 * manifests have.
 *
 * @param chain the signer first; all of it is written into the signature
 */
export function signEnveloped(document: string, chain: readonly Issued[]): string {
  const [signer] = chain;
  if (signer === undefined) throw new TypeError('nobody signs');
  const digest = hash('sha384', canonicalXml(parseXml(Buffer.from(document))), 'base64');
  const signature = writeSignature(digest, chain);
  const whole = enclose(document, signature(''));
  const value = Buffer.from(signSideBySide(signedInfoOf(whole), signer.key)).toString('base64');
  return enclose(document, signature(value));
}

/** As the last child: what stands before it stays as it was, byte for byte. */
function enclose(document: string, signature: string): string {
  const end = document.lastIndexOf('</');
  return `${document.slice(0, end)}${signature}${document.slice(end)}`;
}

function writeSignature(digest: string, chain: readonly Issued[]): (value: string) => string {
  const certificates = chain.map(
    ({ certificate }) =>
      `<ds:X509Certificate>${lines(Buffer.from(certificate).toString('base64'))}</ds:X509Certificate>`,
  );
  return (value) =>
    `<ds:Signature xmlns:ds="${DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${C14N_11}"/>` +
    `<ds:SignatureMethod Algorithm="${ECDSA_SHA384}"/><ds:Reference URI=""><ds:Transforms>` +
    `<ds:Transform Algorithm="${DSIG}enveloped-signature"/><ds:Transform Algorithm="${C14N_11}"/></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${SHA384}"/><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>` +
    `<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>${certificates.join('')}</ds:X509Data>` +
    `</ds:KeyInfo></ds:Signature>`;
}

/** The bytes that the signature is over: SignedInfo as it is where it stands. */
function signedInfoOf(whole: string): Uint8Array {
  const root = parseXml(Buffer.from(whole));
  const envelope = root.children.filter(isElement).at(-1);
  const info = envelope?.children.filter(isElement)[0];
  if (envelope === undefined || info === undefined) throw new TypeError('no signature was written');
  return canonicalXml(info, { inherited: new Map([...root.declarations, ...envelope.declarations]) });
}

function lines(base64: string): string {
  return base64.replace(new RegExp(`.{1,${LINE}}`, 'g'), '$&\n');
}
