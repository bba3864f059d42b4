import { hash } from 'node:crypto';
import { equalBytes } from '../../../bytes/equal.ts';
import { FormatError } from '../../../bytes/errors.ts';
import { toHex } from '../../../bytes/text.ts';
import { PathError, type TrustAnchor } from '../../../pki/index.ts';
import { CheckList } from '../../check.ts';
import { sealVerified, type Verified } from '../../verified.ts';
import { isOfDates, type ValidatedChain, validateChain } from '../chain.ts';
import { p384SignatureHolds } from '../p384.ts';
import { expectSignerUnrevoked } from '../revocation.ts';
import { type RimContent, readRimContent } from './content.ts';
import { type ParsedRim, parseRim } from './parse.ts';

export type RimInput = {
  /** The XML, exactly as NVIDIA's service gave it. */
  readonly rim: Uint8Array;
  /** Roots of NVIDIA's manifests, never of its devices. */
  readonly anchors: readonly TrustAnchor[];
  /** OCSPResponses in DER; without them revocation is reported as not performed. */
  readonly ocsp?: readonly Uint8Array[];
  readonly at: Date;
};

export type NvidiaRim = RimContent & {
  /** The first end among its signer's chain and, where they were asked, the OCSP responses. */
  readonly validUntil: Date;
};

export type RimResult = {
  readonly findings: CheckList;
  readonly verified: Verified<NvidiaRim> | null;
};

/** What does not depend on the hour or on whom one trusts is asked once of each manifest, and forgotten with it. */
const asked = new WeakMap<ParsedRim, { readonly digestHolds: boolean; readonly signatureHolds: boolean }>();
const contents = new WeakMap<ParsedRim, RimContent>();

/**
 * Verifies a reference integrity manifest: form of the signature, digest, chain, signature, content.
 *
 * Throws nothing for what the bytes hold. Unproven afterwards: whatever `findings.notPerformed` lists; and that it is the
 * manifest of a given device, which `appraiseMeasurements` asks.
 */
export function verifyRim({ rim, anchors, ocsp = [], at }: RimInput): RimResult {
  const checks = new CheckList();
  const parsed = readRim(checks, rim);
  if (parsed === null) return { findings: checks, verified: null };
  const { digestHolds, signatureHolds } = asked.get(parsed) ?? ask(parsed);

  const sha384 = toHex(parsed.digest);
  checks.expect('nvidia.rim.digest', digestHolds, sha384, digestHolds ? sha384 : digestOf(parsed));
  const chain = checkChain(checks, parsed, anchors, at);
  const freshUntil = expectSignerUnrevoked(checks, chain, ocsp, at);
  const actual = signatureHolds ? 'made by it' : 'does not hold';
  checks.expect('nvidia.rim.signature', signatureHolds, "made by the first certificate's key", actual);
  const content = checkContent(checks, parsed);
  if (content === null || chain === null || !checks.passed) return { findings: checks, verified: null };
  const ends = [chain.validUntil, ...(freshUntil === null ? [] : [freshUntil])];
  const validUntil = new Date(Math.min(...ends.map((end) => end.getTime())));
  return { findings: checks, verified: sealVerified({ ...content, validUntil }) };
}

/** `nvidia.rim.well-formed`: XML as it is read here, with the one signature in the one form. */
function readRim(checks: CheckList, bytes: Uint8Array): ParsedRim | null {
  const id = 'nvidia.rim.well-formed';
  const expected = 'XML with one enveloped signature over all of it';
  try {
    const parsed = parseRim(bytes);
    checks.expect(id, true, expected, 'well formed');
    return parsed;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, expected, `${error.code}: ${error.message}`);
    return null;
  }
}

function ask(parsed: ParsedRim): { readonly digestHolds: boolean; readonly signatureHolds: boolean } {
  const { signedInfo, signature, document, digest, chain } = parsed;
  const answers = {
    digestHolds: equalBytes(hash('sha384', document, 'buffer'), digest),
    signatureHolds: p384SignatureHolds(signedInfo, signature, chain[0].publicKey),
  };
  asked.set(parsed, answers);
  return answers;
}

function digestOf({ document }: ParsedRim): string {
  return hash('sha384', document, 'hex');
}

/** `nvidia.rim.chain` and `nvidia.rim.validity`. */
function checkChain(
  checks: CheckList,
  { chain }: ParsedRim,
  anchors: readonly TrustAnchor[],
  at: Date,
): ValidatedChain | null {
  const expected = 'a signer under a trusted root of NVIDIA manifests';
  const instant = Number.isNaN(at.getTime()) ? 'no instant' : at.toISOString();
  const outcome = validateChain(chain, anchors, at);
  if (!(outcome instanceof PathError)) {
    checks.expect('nvidia.rim.chain', true, expected, expected);
    const until = outcome.validUntil.toISOString();
    checks.expect('nvidia.rim.validity', true, `valid at ${instant}`, `valid until ${until}`);
    return outcome;
  }
  const actual = `${outcome.code}: ${outcome.message}`;
  if (isOfDates(outcome)) {
    checks.skip('nvidia.rim.chain', 'not asked of a certificate that is not valid now');
    checks.expect('nvidia.rim.validity', false, `valid at ${instant}`, actual);
  } else {
    checks.expect('nvidia.rim.chain', false, expected, actual);
    checks.skip('nvidia.rim.validity', 'the chain does not hold');
  }
  return null;
}

/** `nvidia.rim.content`: read from the canonical bytes that the digest is of, and from nothing else. */
function checkContent(checks: CheckList, parsed: ParsedRim): RimContent | null {
  const id = 'nvidia.rim.content';
  const expected = 'a SWID tag with reference measurements';
  try {
    const content = contents.get(parsed) ?? readRimContent(parsed.document);
    contents.set(parsed, content);
    checks.expect(id, true, expected, `${content.product} ${content.colloquialVersion}`);
    return content;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, expected, `${error.code}: ${error.message}`);
    return null;
  }
}
