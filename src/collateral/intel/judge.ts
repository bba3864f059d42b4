import { fromUtf8 } from '../../bytes/text.ts';
import { type Certificate, parseCertificate } from '../../pki/certificate.ts';
import { type Crl, findEntry } from '../../pki/crl.ts';
import { attributeTexts } from '../../pki/name.ts';
import { OID } from '../../pki/object-identifiers.ts';
import { parsePem } from '../../pki/pem.ts';
import { crlDer, verifyCrl } from '../crl.ts';
import { judging, malformed, unverified } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';
import type { Facts, Received } from '../shelf.ts';
import { type CollateralTrust, trustedRoot, verifyChain } from '../trust.ts';
import {
  evaluationNumberOf,
  readSignedDocument,
  type SignedDocument,
  verifySignedDocument,
} from './signed-document.ts';

/**
 * Whether Intel signed what is said to be a document of its own, and what the document says of itself. The quote's verifier asks
 * all of it again, and more; here it keeps strangers' documents from being stored, and from raising a high-water mark.
 */

const TCB_SIGNING = 'Intel SGX TCB Signing';
const PCK_CA = { platform: 'Intel SGX PCK Platform CA', processor: 'Intel SGX PCK Processor CA' } as const;

/** A document as it came, and by what it is judged. */
export type IntelQuestion = {
  readonly key: CollateralKey;
  readonly received: Received;
  /** DER. */
  readonly rootCrl: Uint8Array;
  readonly trust: CollateralTrust;
  readonly at: Date;
};

/** @throws CollateralError `collateral_malformed`, `collateral_unverified` */
export function judgeTcbInfo(question: IntelQuestion): Facts {
  const { key, received } = question;
  return judging(key, () => {
    const document = readSignedDocument(key, received.body, 'tcbInfo');
    const [tee = '', fmspc = '', channel = ''] = key.name.split('/');
    requireField(key, document, 'id', tee.toUpperCase());
    requireField(key, document, 'version', 3);
    requireField(key, document, 'fmspc', fmspc);
    requireChannel(key, document, channel);
    return ofEvaluation(key, document, judgeSigned(question, document));
  });
}

/** @throws CollateralError `collateral_malformed`, `collateral_unverified` */
export function judgeQeIdentity(question: IntelQuestion): Facts {
  const { key, received } = question;
  return judging(key, () => {
    const document = readSignedDocument(key, received.body, 'enclaveIdentity');
    const [tee = '', channel = ''] = key.name.split('/');
    requireField(key, document, 'id', tee === 'tdx' ? 'TD_QE' : 'QE');
    requireField(key, document, 'version', 2);
    requireChannel(key, document, channel);
    return ofEvaluation(key, document, judgeSigned(question, document));
  });
}

/** Which evaluations Intel serves. Its issueDate is what orders it. @throws CollateralError */
export function judgeEvaluations(question: IntelQuestion): Facts {
  const { key, received } = question;
  return judging(key, () => {
    const document = readSignedDocument(key, received.body, 'tcbEvaluationDataNumbers');
    requireField(key, document, 'id', key.name.toUpperCase());
    requireField(key, document, 'version', 1);
    return judgeSigned(question, document);
  });
}

/** The root's CRL; `received.chain` holds the root, alone or with what it signed. */
export function judgeRootCrl(key: CollateralKey, received: Received, trust: CollateralTrust): Facts {
  return judging(key, () => {
    const root = demandRoot(key, chainOf(key, received.chain), trust);
    return crlFacts(verifyCrl(key, crlDer(received.body), root), root.publicKey.sha256);
  });
}

/** @throws CollateralError `collateral_malformed`, `collateral_unverified` */
export function requireTrustedRoot(
  key: CollateralKey,
  chain: Uint8Array | null,
  trust: CollateralTrust,
): void {
  judging(key, () => demandRoot(key, chainOf(key, chain), trust));
}

function demandRoot(key: CollateralKey, chain: readonly Certificate[], trust: CollateralTrust): Certificate {
  const root = trustedRoot(trust, chain);
  if (root === null) throw unverified(key, 'its chain ends in no trusted root');
  return root;
}

/** The CRL of the CA that issued PCK certificates; that CA is not in the root's own CRL. */
export function judgePckCrl(question: IntelQuestion): Facts {
  const { key, received } = question;
  return judging(key, () => {
    const name = PCK_CA[key.name === 'processor' ? 'processor' : 'platform'];
    const { issuer, authority } = requireIssuer(question, name, 'comes without its issuer');
    return crlFacts(verifyCrl(key, crlDer(received.body), issuer), authority);
  });
}

function judgeSigned(question: IntelQuestion, document: SignedDocument): Facts {
  const { key } = question;
  const { issuer, authority } = requireIssuer(question, TCB_SIGNING, 'comes without its signer');
  verifySignedDocument(key, document, issuer);
  const { issuedAt, nextUpdate } = document;
  return { issuedAt, nextUpdate, evaluationNumber: null, version: null, authority };
}

type Issuer = { readonly issuer: Certificate /** SHA-256 of the root's key. */; readonly authority: string };

/** Whoever signed the document: of that name, under a trusted root whose CRL does not list it. */
function requireIssuer(
  { key, received, rootCrl, trust, at }: IntelQuestion,
  name: string,
  missing: string,
): Issuer {
  const [issuer, ...others] = chainOf(key, received.chain);
  if (issuer === undefined) throw malformed(key, missing);
  requireName(key, issuer, name);
  const { anchor } = verifyChain(issuer, others, trust, at);
  requireUnrevoked(key, issuer, rootCrl, anchor.certificate);
  return { issuer, authority: anchor.publicKey.sha256 };
}

/** TCB Info and identities are ordered by their evaluation. */
function ofEvaluation(key: CollateralKey, { fields }: SignedDocument, facts: Facts): Facts {
  const evaluationNumber = evaluationNumberOf(key, fields);
  return { ...facts, evaluationNumber, version: evaluationNumber };
}

function crlFacts({ thisUpdate, nextUpdate }: Crl, authority: string): Facts {
  // Intel's crlNumber stays 1: thisUpdate is what orders its CRLs.
  return {
    issuedAt: thisUpdate,
    nextUpdate,
    evaluationNumber: null,
    version: thisUpdate.getTime(),
    authority,
  };
}

function requireUnrevoked(
  key: CollateralKey,
  certificate: Certificate,
  rootCrl: Uint8Array,
  root: Certificate | null,
): void {
  if (root === null) throw unverified(key, 'the trusted root is a bare key, whose CRL cannot be asked');
  const crl = verifyCrl(key, rootCrl, root);
  if (findEntry(crl, certificate.issuer, certificate.serialNumber) !== undefined) {
    throw unverified(key, 'its signer is revoked');
  }
}

/** The certificates of an issuer chain, as they came. */
function chainOf(key: CollateralKey, chain: Uint8Array | null): Certificate[] {
  if (chain === null) throw malformed(key, 'comes without an issuer chain');
  return parsePem(fromUtf8(chain, 'issuerChain')).map(parseCertificate);
}

function requireName(key: CollateralKey, certificate: Certificate, name: string): void {
  const [actual = ''] = attributeTexts(certificate.subject, OID.commonName);
  if (actual !== name) throw unverified(key, `is signed by ${actual.slice(0, 64)}, not by ${name}`);
}

function requireField(
  key: CollateralKey,
  { fields }: SignedDocument,
  name: string,
  expected: string | number,
): void {
  const actual = fields[name];
  const isSame =
    typeof expected === 'string' && typeof actual === 'string'
      ? actual.toLowerCase() === expected.toLowerCase()
      : actual === expected;
  if (!isSame) throw malformed(key, `is of another ${name}`, String(expected), String(actual));
}

function requireChannel(key: CollateralKey, { fields }: SignedDocument, channel: string): void {
  const evaluationNumber = evaluationNumberOf(key, fields);
  if (/^\d+$/.test(channel) && Number(channel) !== evaluationNumber) {
    throw malformed(key, 'is another evaluation', channel, String(evaluationNumber));
  }
}
