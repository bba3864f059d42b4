import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { type Certificate, parseCertificate, type TrustAnchor } from '../../pki/index.ts';
import { CheckList } from '../check.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { checkChain, type NitroCertificates } from './chain.ts';
import { unmeasured } from './debug.ts';
import { type NitroDocument, readDocument } from './document.ts';
import { type NitroEnvelope, readEnvelope } from './envelope.ts';
import { documentSignatureHolds } from './signature.ts';

/** How far the hypervisor's clock may be ahead of the caller's. */
export const NITRO_SKEW_MS = 300_000;

export type NitroDocumentInput = {
  /** COSE_Sign1, tagged or not, exactly as received. */
  readonly document: Uint8Array;
  /** The roots that the caller trusts: AWS's, where nothing else is meant. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  /** `authenticity` leaves debug mode to somebody else and says so; `gate` refuses it. */
  readonly policy: 'authenticity' | 'gate';
  /** What the document must answer; absent: freshness is reported as not performed. */
  readonly nonce?: Uint8Array;
};

export type NitroDocumentResult = {
  readonly findings: CheckList;
  readonly verified: Verified<NitroDocument> | null;
};

/**
 * Verifies an attestation document of an AWS Nitro enclave (AWS Nitro Enclaves NSM API, "Attestation Process", 3): the
 * chain from a trusted root, the signature, the time, and under `gate` that the enclave is not in debug mode.
 *
 * @throws FormatError for bytes that are no such document; every other fault is a failed check
 * @remarks `verified` is null unless every check passed. Unproven afterwards: whatever `findings.notPerformed` lists; that
 * the measurements are good ones; and what `publicKey` and `userData` mean, which is the enclave's word.
 */
export function verifyNitroDocument(input: NitroDocumentInput): NitroDocumentResult {
  const checks = new CheckList();
  const envelope = readEnvelope(new Uint8Array(input.document));
  const document = readDocument(envelope.payload);
  const certificates = checkCertificates(checks, document);
  if (certificates === null) return { findings: checks, verified: null };

  const chained = checkChain(checks, certificates, input.anchors, input.at);
  const signed = checkSignature(checks, envelope, certificates.leaf);
  checkTimestamp(checks, document, certificates.leaf, input.at);
  checkNonce(checks, document, input.nonce);
  checkDebug(checks, document, input.policy);

  // Not by the checks alone: what chain and signature prove is proven by having held, whatever was skipped.
  if (!chained || !signed || !checks.passed) return { findings: checks, verified: null };
  return { findings: checks, verified: sealVerified(document) };
}

/** `nitro.certificates`: all of them can be read. */
function checkCertificates(checks: CheckList, document: NitroDocument): NitroCertificates | null {
  const id = 'nitro.certificates';
  const ders = [...document.cabundle, document.certificate];
  try {
    const bundle = document.cabundle.map((der) => parseCertificate(der));
    const leaf = parseCertificate(document.certificate);
    checks.expect(id, true, 'DER certificates', `${ders.length} certificates`);
    return { leaf, bundle };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, 'DER certificates', error.message);
    return null;
  }
}

/** `nitro.signature`: true only if it was asked and holds. */
function checkSignature(checks: CheckList, envelope: NitroEnvelope, leaf: Certificate): boolean {
  const id = 'nitro.signature';
  const { key } = leaf.publicKey;
  if (key.kind !== 'ec' || key.curve !== 'P-384') {
    checks.skip(id, 'the certificate is not of a P-384 key');
    return false;
  }
  const holds = documentSignatureHolds(envelope, leaf);
  return checks.expect(id, holds, "made by the certificate's key", holds ? 'made by it' : 'does not hold');
}

/**
 * `nitro.timestamp.certified`, `nitro.timestamp.future`. The hypervisor certifies a key for three hours and signs with it
 * then; certificates know whole seconds.
 */
function checkTimestamp(checks: CheckList, { timestamp }: NitroDocument, leaf: Certificate, at: Date): void {
  const { notBefore, notAfter } = leaf;
  const seconds = Math.floor(timestamp.getTime() / 1000) * 1000;
  checks.expect(
    'nitro.timestamp.certified',
    notBefore.getTime() <= seconds && seconds <= notAfter.getTime(),
    `${notBefore.toISOString()} to ${notAfter.toISOString()}`,
    timestamp.toISOString(),
    'timestamp',
  );
  const latest = at.getTime() + NITRO_SKEW_MS;
  const expected = Number.isNaN(latest) ? 'an instant' : `at most ${new Date(latest).toISOString()}`;
  const reached = timestamp.getTime() <= latest;
  checks.expect('nitro.timestamp.future', reached, expected, timestamp.toISOString(), 'timestamp');
}

/** `nitro.nonce`. */
function checkNonce(checks: CheckList, { nonce }: NitroDocument, expected: Uint8Array | undefined): void {
  const id = 'nitro.nonce';
  if (expected === undefined) {
    checks.skip(id, 'no nonce was given');
    return;
  }
  const holds = nonce !== null && equalBytes(nonce, expected);
  checks.expect(id, holds, toHex(expected), nonce === null ? 'none' : toHex(nonce), 'nonce');
}

/** `nitro.debug`: what an enclave in debug mode says is genuine, and proves nothing of what runs in it. */
function checkDebug(checks: CheckList, document: NitroDocument, policy: NitroDocumentInput['policy']): void {
  const id = 'nitro.debug';
  const zero = unmeasured(document);
  const actual =
    zero.length === 0 ? 'measured' : `${zero.map((index) => `PCR${index}`).join(', ')} zero or absent`;
  if (zero.length > 0 && policy === 'authenticity') {
    checks.skip(id, `${actual}: debug mode is judged by policy gate`);
    return;
  }
  checks.expect(id, zero.length === 0, 'PCR0, PCR1 and PCR2 measured: not in debug mode', actual, 'pcrs');
}
