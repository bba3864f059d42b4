import {
  anchorFromCertificate,
  type Certificate,
  DEFAULT_ALGORITHMS,
  HARDWARE_POLICY,
  isSelfIssued,
  OID,
  PathError,
  type PathPolicy,
  parseCertificate,
  SignatureError,
  type TrustAnchor,
  verifyPath,
  verifySignature,
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { commonName } from './certificates.ts';
import { DerCache } from './der-cache.ts';
import type { SnpProduct } from './evidence.ts';

/** Leaf, ASK or ASVK, and ARK, each signed by the next, all of them valid now. */
export type SnpChain = {
  readonly intermediate: Certificate;
  readonly root: TrustAnchor;
  readonly validUntil: Date;
};

/** SHA-384 throughout (AMD 57230, 3.1 to 3.3); the curve of the leaf's key is asked apart. */
const LEAF_POLICY: PathPolicy = {
  ...HARDWARE_POLICY,
  algorithms: { ...DEFAULT_ALGORITHMS, name: 'amd-leaf', hashes: ['sha384'] },
};

/** ARK, ASK and ASVK are keys of RSA-4096. */
export const CA_ALGORITHMS = {
  ...DEFAULT_ALGORITHMS,
  name: 'amd-ca',
  hashes: ['sha384'],
  rsaBits: [4096, 4096],
} as const;
const CA_POLICY: PathPolicy = { ...HARDWARE_POLICY, algorithms: CA_ALGORITHMS };

/** Who signed a certificate, by the digests of issuers' certificates. */
type Signers = WeakMap<Certificate, Set<string>>;
/**
 * Signatures that held. They hold for ever: dates are asked each time, and so is whether the issuer is presented and
 * trusted. A certificate's are forgotten with it.
 */
const held: ReadonlyMap<PathPolicy, Signers> = new Map([
  [LEAF_POLICY, new WeakMap()],
  [CA_POLICY, new WeakMap()],
]);
/** More than reissued certificates of one CA are there; an issuer of his own can make any number. */
const MAX_SIGNERS = 8;
/** Whether a root signed itself. */
const selfSigned = new DerCache(64, (der) => signsItself(parseCertificate(der)));

/**
 * `snp.chain.root`, `snp.chain.ask`, `snp.chain.leaf`, `snp.chain.validity`: the leaf's way up to the ARK of the report's
 * own product line (AMD 57230, 3). Three certificates in a fixed order: no search.
 */
export function checkChain(
  checks: CheckList,
  leaf: Certificate,
  cas: readonly Certificate[],
  product: SnpProduct,
  anchors: readonly TrustAnchor[],
  at: Date,
): SnpChain | null {
  const roots = checkRoot(checks, product, anchors);
  const issuers = cas
    .filter((ca) => ca.subject.canonical === leaf.issuer.canonical && !isSelfIssued(ca))
    .map(anchorFromCertificate);
  const below = issuers.length === 0 ? null : signedBy(leaf, issuers, LEAF_POLICY, at);
  const signer = below instanceof PathError ? issuers[0] : below;
  const intermediate = signer?.certificate ?? null;
  const above =
    intermediate === null || roots.length === 0 ? null : signedBy(intermediate, roots, CA_POLICY, at);

  const ask = `SEV-${product} or SEV-VLEK-${product}, signed by ARK-${product}`;
  expectSigned(checks, 'snp.chain.ask', above, intermediate === null ? 'not presented' : null, ask);
  expectSigned(checks, 'snp.chain.leaf', below, null, `signed by ${commonName(leaf.issuer)}`);
  checkValidity(checks, [below, above], at);
  if (below === null || below instanceof PathError || above === null || above instanceof PathError)
    return null;
  if (intermediate === null) return null;
  const ends = [leaf, intermediate, above.certificate].flatMap((one) => one?.notAfter.getTime() ?? []);
  return { intermediate, root: above, validUntil: new Date(Math.min(...ends)) };
}

/** `snp.chain.root`: the report says which line's root counts; one of another line vouches for nothing here. */
function checkRoot(checks: CheckList, product: SnpProduct, anchors: readonly TrustAnchor[]): TrustAnchor[] {
  const name = `ARK-${product}`;
  const roots = anchors.filter((anchor) => commonName(anchor.name) === name && isSelfSigned(anchor));
  const actual = roots.length > 0 ? name : anchors.map((anchor) => commonName(anchor.name)).join(', ');
  checks.expect('snp.chain.root', roots.length > 0, `${name}, trusted and self-signed`, actual || 'no root');
  return roots;
}

/** An anchor that came as a bare key says nothing of its own that could be asked. */
function isSelfSigned({ certificate }: TrustAnchor): boolean {
  if (certificate === null) return true;
  return selfSigned.read(certificate.der);
}

function signsItself(certificate: Certificate): boolean {
  if (!isSelfIssued(certificate) || !isPss(certificate)) return false;
  try {
    verifySignature(certificate, certificate.publicKey, CA_ALGORITHMS);
    return true;
  } catch (error) {
    if (error instanceof SignatureError) return false;
    throw error;
  }
}

/** The issuer that signed this certificate and may have, both being valid at that instant; or why there is none. */
function signedBy(
  certificate: Certificate,
  issuers: readonly TrustAnchor[],
  policy: PathPolicy,
  at: Date,
): TrustAnchor | PathError {
  if (!isPss(certificate)) {
    const { oid } = certificate.signatureAlgorithm;
    return new PathError('signature_algorithm_refused', `is signed by ${oid}, not RSASSA-PSS`, certificate);
  }
  const signers = held.get(policy)?.get(certificate);
  const known = issuers.find(
    ({ certificate: issuer }) =>
      issuer !== null &&
      signers?.has(issuer.sha256) === true &&
      isCurrent(certificate, at) &&
      isCurrent(issuer, at),
  );
  if (known !== undefined) return known;
  try {
    const { anchor } = verifyPath({ leaf: certificate, intermediates: [], anchors: issuers, at, policy });
    remember(certificate, anchor, policy);
    return anchor;
  } catch (error) {
    if (error instanceof PathError) return error;
    throw error;
  }
}

/** A bare key has no certificate to be named by, and so is never remembered. */
function remember(certificate: Certificate, { certificate: issuer }: TrustAnchor, policy: PathPolicy): void {
  if (issuer === null) return;
  const signers = held.get(policy)?.get(certificate) ?? new Set();
  if (signers.size >= MAX_SIGNERS) signers.clear();
  held.get(policy)?.set(certificate, signers.add(issuer.sha256));
}

/** As path validation reads dates: both ends included, whole seconds. */
function isCurrent(certificate: Certificate, at: Date): boolean {
  const instant = Math.floor(at.getTime() / 1000) * 1000;
  return certificate.notBefore.getTime() <= instant && instant <= certificate.notAfter.getTime();
}

export function isPss({
  signatureAlgorithm,
}: {
  readonly signatureAlgorithm: { readonly oid: string };
}): boolean {
  return signatureAlgorithm.oid === OID.rsassaPss;
}

type Signed = TrustAnchor | PathError | null;

function expectSigned(
  checks: CheckList,
  id: 'snp.chain.ask' | 'snp.chain.leaf',
  outcome: Signed,
  absent: string | null,
  expected: string,
): void {
  if (absent !== null) checks.expect(id, false, expected, absent);
  else if (outcome === null) checks.skip(id, 'there is no issuer to ask it of');
  else if (!(outcome instanceof PathError)) checks.expect(id, true, expected, commonName(outcome.name));
  else if (isOfDates(outcome)) checks.skip(id, 'not asked of a certificate that is not valid now');
  else checks.expect(id, false, outcome.expected ?? expected, `${outcome.code}: ${outcome.message}`);
}

/** `snp.chain.validity`: every certificate of the chain, its root included. */
function checkValidity(checks: CheckList, outcomes: readonly Signed[], at: Date): void {
  const id = 'snp.chain.validity';
  const instant = Number.isNaN(at.getTime()) ? 'no instant' : at.toISOString();
  const fault = outcomes.find((outcome) => outcome instanceof PathError && isOfDates(outcome));
  if (fault instanceof PathError) {
    checks.expect(id, false, `valid at ${instant}`, `${fault.code}: ${fault.message}`);
  } else if (outcomes.some((outcome) => outcome === null || outcome instanceof PathError)) {
    checks.skip(id, 'the chain is not whole');
  } else {
    checks.expect(id, true, `valid at ${instant}`, 'valid');
  }
}

function isOfDates({ code }: PathError): boolean {
  return code === 'expired' || code === 'not_yet_valid' || code === 'validity_inverted';
}
