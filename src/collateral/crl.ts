import { fromHex, fromUtf8 } from '../bytes/text.ts';
import { DEFAULT_ALGORITHMS } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { type Crl, parseCrl } from '../pki/crl.ts';
import { equalNames } from '../pki/name.ts';
import { parsePem } from '../pki/pem.ts';
import { verifySignature } from '../pki/signature.ts';
import { malformed, unverified } from './malformed.ts';
import type { CollateralKey } from './port.ts';

const DER_SEQUENCE = 0x30;
export const MAX_CRL_BYTES = 4 << 20;

/**
 * A CRL's DER, from any of the forms in which PCS, PCCS and KDS send it: DER, PEM, or the DER in hexadecimal.
 * @throws FormatError
 */
export function crlDer(body: Uint8Array): Uint8Array {
  if (body[0] === DER_SEQUENCE) return body;
  const text = fromUtf8(body, 'crl').trim();
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return fromHex(text, 'crl');
  return text.startsWith('-----') ? (parsePem(text, 'X509 CRL')[0] ?? body) : body;
}

/**
 * A complete CRL that this issuer signed. Its dates are not asked.
 * @throws CollateralError, FormatError, SignatureError
 */
export function verifyCrl(key: CollateralKey, der: Uint8Array, issuer: Certificate): Crl {
  const crl = parseCrl(der, { maxBytes: MAX_CRL_BYTES });
  if (!equalNames(crl.issuer, issuer.subject)) throw unverified(key, 'is the CRL of another issuer');
  const usages = issuer.extensions.keyUsage?.value;
  if (usages !== undefined && !usages.has('cRLSign')) throw unverified(key, 'its issuer may not sign CRLs');
  if (crl.extensions.deltaBase !== null) throw malformed(key, 'is a delta CRL');
  verifySignature(crl, issuer.publicKey, DEFAULT_ALGORITHMS);
  if (crl.nextUpdate === null) throw malformed(key, 'has no nextUpdate, so that it would never grow old');
  return crl;
}
