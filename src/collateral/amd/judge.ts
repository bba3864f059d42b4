import { fromUtf8, toHex } from '../../bytes/text.ts';
import { readLeafExtensions } from '../../evidence/amd/leaf-extensions.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { attributeTexts } from '../../pki/name.ts';
import { OID } from '../../pki/object-identifiers.ts';
import { parsePem } from '../../pki/pem.ts';
import { crlDer, verifyCrl } from '../crl.ts';
import { judging, malformed, unverified } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';
import type { Facts, Received } from '../shelf.ts';
import { type CollateralTrust, trustedRoot, verifyChain } from '../trust.ts';
import { vcekParts } from './addresses.ts';

/**
 * Whether AMD issued what is said to be a document of its own. The report's verifier asks all of it again; here it keeps strangers'
 * documents, and another chip's, from being stored for good.
 */

/** The last arc of 1.3.6.1.4.1.3704.1.3.x by the name that the SPL has in URLs (AMD 57230, tables 8 and 11). */
const ARCS = { fmcSPL: 9, blSPL: 1, teeSPL: 2, snpSPL: 3, ucodeSPL: 8 } as const;

/** `<ASK or ASVK>, <ARK>` in PEM, as `cert_chain` answers. @throws CollateralError */
export function judgeAmdChain(
  key: CollateralKey,
  received: Received,
  trust: CollateralTrust,
  at: Date,
): Facts {
  return judging(key, () => {
    const [intermediate, root, ...more] = pemCertificates(received.body);
    if (intermediate === undefined || root === undefined || more.length > 0) {
      throw malformed(key, 'is not a chain of two certificates');
    }
    const [kind = '', product = ''] = key.name.split('/');
    requireName(key, intermediate, kind === 'vlek' ? `SEV-VLEK-${product}` : `SEV-${product}`);
    requireName(key, root, `ARK-${product}`);
    // Byte for byte: it is kept for good, and handed to whoever looks for a pinned root.
    if (trustedRoot(trust, [root]) === null) throw unverified(key, 'its root is not a trusted one');
    const path = verifyChain(intermediate, [root], trust, at);
    return { ...UNDATED, authority: path.anchor.publicKey.sha256 };
  });
}

/** A chip's certificate for one TCB version, issued by this chain. @throws CollateralError */
export function judgeVcek(
  key: CollateralKey,
  received: Received,
  chain: Uint8Array,
  trust: CollateralTrust,
  at: Date,
): Facts {
  return judging(key, () => {
    const vcek = parseCertificate(received.body);
    const { hwid, spls } = vcekParts(key);
    requireName(key, vcek, 'SEV-VCEK');
    const path = verifyChain(vcek, pemCertificates(chain), trust, at);
    const extensions = readLeafExtensions(vcek);
    for (const [name, spl] of spls) {
      const actual = extensions.levels.get(ARCS[name]);
      if (actual !== spl)
        throw malformed(key, `is for another TCB version (${name})`, String(spl), String(actual));
    }
    if (extensions.hwid === null || toHex(extensions.hwid) !== hwid)
      throw malformed(key, 'is of another chip');
    return { ...UNDATED, authority: path.anchor.publicKey.sha256 };
  });
}

/** The ARK's CRL; `chain` holds the ARK. @throws CollateralError */
export function judgeAmdCrl(
  key: CollateralKey,
  received: Received,
  chain: Uint8Array,
  trust: CollateralTrust,
): Facts {
  return judging(key, () => {
    const root = trustedRoot(trust, pemCertificates(chain));
    if (root === null) throw unverified(key, 'its issuer is no trusted root');
    const { thisUpdate, nextUpdate } = verifyCrl(key, crlDer(received.body), root);
    const authority = root.publicKey.sha256;
    return {
      issuedAt: thisUpdate,
      nextUpdate,
      evaluationNumber: null,
      version: thisUpdate.getTime(),
      authority,
    };
  });
}

const UNDATED = { issuedAt: null, nextUpdate: null, evaluationNumber: null, version: null } as const;

export function pemCertificates(pem: Uint8Array): Certificate[] {
  return parsePem(fromUtf8(pem, 'cert_chain')).map(parseCertificate);
}

function requireName(key: CollateralKey, certificate: Certificate, name: string): void {
  const [actual = ''] = attributeTexts(certificate.subject, OID.commonName);
  if (actual !== name) throw malformed(key, 'is of another subject', name, actual);
}
