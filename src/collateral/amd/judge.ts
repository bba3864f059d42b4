import { DerReader } from '../../bytes/der.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { fromHex, fromUtf8 } from '../../bytes/text.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { attributeTexts } from '../../pki/name.ts';
import { OID } from '../../pki/object-identifiers.ts';
import { parsePem } from '../../pki/pem.ts';
import { crlDer, verifyCrl } from '../crl.ts';
import { judging, malformed, unverified } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';
import type { Facts, Received } from '../shelf.ts';
import { anchorsAmong, type CollateralTrust, verifyChain } from '../trust.ts';
import { vcekParts } from './addresses.ts';

/**
 * Whether AMD issued what is said to be a document of its own. The report's verifier asks all of it again; here it keeps strangers'
 * documents, and another chip's, from being stored for good.
 */

const EXTENSION = '1.3.6.1.4.1.3704.1';
/** AMD 57230, table 12: which extension states which SPL. */
const SPL_OIDS = {
  bootLoader: `${EXTENSION}.3.1`,
  tee: `${EXTENSION}.3.2`,
  snp: `${EXTENSION}.3.3`,
} as const;
const MICROCODE_OID = `${EXTENSION}.3.8`;
const FMC_OID = `${EXTENSION}.3.9`;
const HWID_OID = `${EXTENSION}.4`;
const OCTET_STRING = 0x04;

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
    const [product, hwid, spls] = vcekParts(key);
    requireName(key, vcek, 'SEV-VCEK');
    const path = verifyChain(vcek, pemCertificates(chain), trust, at);
    const [bootLoader, tee, snp, microcode] = product === 'Turin' ? spls.slice(1) : spls;
    const expected: [oid: string, spl: number | undefined][] = [
      [SPL_OIDS.bootLoader, bootLoader],
      [SPL_OIDS.tee, tee],
      [SPL_OIDS.snp, snp],
      [MICROCODE_OID, microcode],
      ...(product === 'Turin' ? ([[FMC_OID, spls[0]]] as [string, number][]) : []), // pairs, as the list's type says
    ];
    for (const [oid, spl] of expected) requireSpl(key, vcek, oid, spl);
    requireHwid(key, vcek, fromHex(hwid, 'hwid'));
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
    const root = pemCertificates(chain).at(-1);
    const anchor = anchorsAmong(trust, root === undefined ? [] : [root]).find(
      ({ certificate }) => certificate !== null && certificate.sha256 === root?.sha256,
    );
    if (root === undefined || anchor === undefined) throw unverified(key, 'its issuer is no trusted root');
    const { thisUpdate, nextUpdate } = verifyCrl(key, crlDer(received.body), root);
    const authority = anchor.publicKey.sha256;
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

function requireSpl(
  key: CollateralKey,
  { extensions }: Certificate,
  oid: string,
  spl: number | undefined,
): void {
  const value = extensions.others.get(oid)?.value;
  const actual =
    value === undefined ? null : DerReader.parse(value, 'spl', (reader) => reader.smallInteger('spl', 255));
  if (actual !== spl)
    throw malformed(key, `is for another TCB version (${oid})`, String(spl), String(actual));
}

/** The bytes as they are, or as some certificates have them inside an OCTET STRING. */
function requireHwid(key: CollateralKey, { extensions }: Certificate, hwid: Uint8Array): void {
  const value = extensions.others.get(HWID_OID)?.value ?? new Uint8Array();
  const isWrapped = value.length === hwid.length + 2 && value[0] === OCTET_STRING && value[1] === hwid.length;
  if (!equalBytes(isWrapped ? value.subarray(2) : value, hwid)) throw malformed(key, 'is of another chip');
}
