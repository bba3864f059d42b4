import {
  type Certificate,
  DEFAULT_ALGORITHMS,
  HARDWARE_POLICY,
  type KeyUsage,
  nameText,
  PathError,
  type PathPolicy,
  type TrustAnchor,
  type VerifiedPath,
  verifyPath,
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';

/** P-384 and SHA-384 throughout, as AWS issues. */
const NITRO_POLICY: PathPolicy = {
  ...HARDWARE_POLICY,
  algorithms: {
    ...DEFAULT_ALGORITHMS,
    name: 'aws-nitro',
    hashes: ['sha384'],
    curves: ['P-384'],
    edwards: false,
  },
};

/** The certificates of a document: the one whose key signs, and the bundle, root first. */
export type NitroCertificates = {
  readonly leaf: Certificate;
  readonly bundle: readonly Certificate[];
};

/**
 * `nitro.chain.root`, `nitro.chain.key-usage`, `nitro.chain.path`, `nitro.chain.order`, `nitro.chain.validity`: from the
 * trusted root down to the key that signs ("Attestation Process", 3.2.3 and 3.2.4). AWS publishes no revocation for
 * verifiers to ask ("We do not use CRL"): leaves live three hours instead.
 *
 * @returns whether all of it holds
 */
export function checkChain(
  checks: CheckList,
  { leaf, bundle }: NitroCertificates,
  anchors: readonly TrustAnchor[],
  at: Date,
): boolean {
  const root = checkRoot(checks, bundle, anchors);
  const used = checkKeyUsage(checks, { leaf, bundle });
  const intermediates = bundle.slice(1);
  const path = root === null ? null : findPath({ leaf, intermediates, root }, at);
  const led = checkPath(checks, path);
  const ordered = checkOrder(checks, path, [leaf, ...intermediates.toReversed()]);
  const valid = checkValidity(checks, path, at);
  return root !== null && used && led && ordered && valid;
}

/** `nitro.chain.root`: the bundle begins with a root that the caller trusts, and with none that merely bears its name. */
function checkRoot(
  checks: CheckList,
  [first]: readonly Certificate[],
  anchors: readonly TrustAnchor[],
): TrustAnchor | null {
  const root = anchors.find((anchor) => first !== undefined && isOf(anchor, first)) ?? null;
  const actual = first === undefined ? 'none' : `${nameText(first.subject)}, SHA-256 ${first.sha256}`;
  checks.expect('nitro.chain.root', root !== null, 'a trusted root', actual, 'cabundle[0]');
  return root;
}

function isOf({ certificate, name, publicKey }: TrustAnchor, first: Certificate): boolean {
  if (certificate !== null) return certificate.sha256 === first.sha256;
  return name.canonical === first.subject.canonical && publicKey.sha256 === first.publicKey.sha256;
}

/**
 * `nitro.chain.key-usage` (3.2.3.3): unlike RFC 5280, AWS demands that the usages be stated: keyCertSign of every issuer,
 * digitalSignature of the leaf, which is no CA.
 */
function checkKeyUsage(checks: CheckList, { leaf, bundle }: NitroCertificates): boolean {
  const states = ({ extensions }: Certificate, usage: KeyUsage): boolean =>
    extensions.keyUsage?.value.has(usage) === true;
  const issuer = bundle.findIndex((certificate) => !states(certificate, 'keyCertSign'));
  const fault =
    issuer >= 0
      ? `cabundle[${issuer}] does not state keyCertSign`
      : !states(leaf, 'digitalSignature')
        ? 'certificate does not state digitalSignature'
        : leaf.extensions.basicConstraints?.value.cA === true
          ? 'certificate is of a CA'
          : null;
  const expected = 'keyCertSign above, digitalSignature for the key that signs';
  return checks.expect('nitro.chain.key-usage', fault === null, expected, fault ?? 'stated');
}

/** More than one host's enclaves have at a time; an issuer of his own can make any number. */
const MAX_PATHS = 256;
/** Paths that held, by every certificate in question. Their signatures hold for ever; dates are asked each time. */
const held = new Map<string, VerifiedPath>();

type Question = {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly root: TrustAnchor;
};

function findPath({ leaf, intermediates, root }: Question, at: Date): VerifiedPath | PathError {
  const trusted = root.certificate === null ? `key ${root.publicKey.sha256}` : root.certificate.sha256;
  const name = [trusted, ...intermediates.map(({ sha256 }) => sha256), leaf.sha256].join(' ');
  const known = held.get(name);
  if (known !== undefined && isCurrent(known, at)) return known;
  try {
    const path = verifyPath({ leaf, intermediates, anchors: [root], at, policy: NITRO_POLICY });
    if (held.size >= MAX_PATHS) held.clear();
    held.set(name, path);
    return path;
  } catch (error) {
    if (error instanceof PathError) return error;
    throw error;
  }
}

/** As path validation reads dates: both ends included, whole seconds. */
function isCurrent({ chain, anchor: { certificate: root } }: VerifiedPath, at: Date): boolean {
  const instant = Math.floor(at.getTime() / 1000) * 1000;
  return [...chain, ...(root === null ? [] : [root])].every(
    ({ notBefore, notAfter }) => notBefore.getTime() <= instant && instant <= notAfter.getTime(),
  );
}

type Path = VerifiedPath | PathError | null;

/** `nitro.chain.path`: signatures, algorithms, CAs and path lengths (RFC 5280, section 6). */
function checkPath(checks: CheckList, path: Path): boolean {
  const id = 'nitro.chain.path';
  const expected = 'a path of P-384 keys from the root to the certificate';
  if (path === null) checks.skip(id, 'there is no trusted root to begin at');
  else if (!(path instanceof PathError))
    return checks.expect(id, true, expected, `${path.chain.length} certificates`);
  else if (isOfDates(path)) checks.skip(id, 'not asked of a certificate that is not valid then');
  else checks.expect(id, false, path.expected ?? expected, `${path.code}: ${path.message}`);
  return false;
}

/** `nitro.chain.order` (3.2.3): the bundle is the path, whole and in AWS's order, and nothing besides. */
function checkOrder(checks: CheckList, path: Path, expected: readonly Certificate[]): boolean {
  const id = 'nitro.chain.order';
  if (path === null || path instanceof PathError) {
    checks.skip(id, 'there is no path to compare with');
    return false;
  }
  const holds =
    path.chain.length === expected.length &&
    path.chain.every((certificate, index) => certificate.sha256 === expected[index]?.sha256);
  const actual = holds
    ? 'just that'
    : `${path.chain.length} of ${expected.length} certificates lead there, or in another order`;
  return checks.expect(id, holds, 'root, then each issuer under the one before it', actual, 'cabundle');
}

/** `nitro.chain.validity`: every certificate, the root included (3.2.3.1). */
function checkValidity(checks: CheckList, path: Path, at: Date): boolean {
  const id = 'nitro.chain.validity';
  const expected = `valid at ${Number.isNaN(at.getTime()) ? 'no instant' : at.toISOString()}`;
  if (path === null) checks.skip(id, 'there is no trusted root to begin at');
  else if (!(path instanceof PathError)) return checks.expect(id, true, expected, 'valid');
  else if (isOfDates(path)) checks.expect(id, false, expected, `${path.code}: ${path.message}`);
  else checks.skip(id, 'the chain is not whole');
  return false;
}

function isOfDates({ code }: PathError): boolean {
  return code === 'expired' || code === 'not_yet_valid' || code === 'validity_inverted';
}
