import type { KeyObject } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import {
  anchorFromCertificate,
  attributeTexts,
  type Certificate,
  type CertifiedPath,
  HARDWARE_POLICY,
  importPublicKey,
  nameText,
  OID,
  PathError,
  type PathPolicy,
  parseCertificate,
  parsePem,
  type TrustAnchor,
  verifyPath,
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { sha256, sha256OfShared } from './digest.ts';
import { type Examined, isWithin, type Period } from './examined.ts';
import { Recent } from './recent.ts';

/** A chain of Intel's SGX PKI, found to be authentic up to a root that the caller trusts. */
export type Chain = {
  /** SHA-256 of the PEM text as received. */
  readonly sha256: string;
  /** The certificates' common period, as text. */
  readonly issuedAt: string;
  readonly nextUpdate: string;
  readonly leaf: Certificate;
  readonly root: Certificate;
  /** P-256; the leaf's. */
  readonly key: KeyObject;
  /** Each certificate below the root with its issuer, leaf first: what revocation is asked of. */
  readonly paths: readonly ChainPath[];
};

/** One certificate, and as its anchor whoever issued it, whose own place in the chain is settled. `digest` names both. */
export type ChainPath = CertifiedPath & { readonly digest: string };

/** Which chain it is: the common names that its certificates must have, leaf first, and the ids of its checks. */
export type ChainRole = {
  readonly kind: 'pck' | 'tcb-signing';
  readonly names: readonly (readonly string[])[];
  readonly ids: { readonly chain: string; readonly root: string; readonly validity: string };
};

const ROOT_CA = ['Intel SGX Root CA'];
const TCB_SIGNING = [['Intel SGX TCB Signing'], ROOT_CA];

export const PLATFORM_CA = 'Intel SGX PCK Platform CA';
export const PROCESSOR_CA = 'Intel SGX PCK Processor CA';

export const PCK_CHAIN: ChainRole = {
  kind: 'pck',
  names: [['Intel SGX PCK Certificate'], [PLATFORM_CA, PROCESSOR_CA], ROOT_CA],
  ids: { chain: 'intel.pck.chain', root: 'intel.pck.root', validity: 'intel.pck.validity' },
};
export const TCB_INFO_CHAIN: ChainRole = {
  kind: 'tcb-signing',
  names: TCB_SIGNING,
  ids: {
    chain: 'intel.tcb-info.chain',
    root: 'intel.tcb-info.root',
    validity: 'intel.tcb-info.chain-validity',
  },
};
export const QE_IDENTITY_CHAIN: ChainRole = {
  kind: 'tcb-signing',
  names: TCB_SIGNING,
  ids: {
    chain: 'intel.qe-identity.chain',
    root: 'intel.qe-identity.root',
    validity: 'intel.qe-identity.chain-validity',
  },
};

/** A machine has one PCK chain, a service thousands of machines. */
const chains = new Recent<Examined<Chain>>(4096);
/** CAs and roots of chains that were found to be authentic: thousands of chains share them. */
const authorities = new Recent<Certificate>(64);

const POLICY: PathPolicy = { ...HARDWARE_POLICY, keyUsages: ['digitalSignature'], maxIntermediates: 1 };

/**
 * Verifies a chain to the last certificate's being one of the anchors, whole and in its order: RFC 5280, section 6, and
 * Intel's PCK Certificate and CRL Profile 1.5. Nothing that is not asked here is passed over: no more certificates, no other
 * names. A chain that was found authentic is not verified twice; its dates are looked at each time.
 *
 * @returns null unless every check passed. Revocation has not been looked at.
 */
export function verifyChain(
  checks: CheckList,
  role: ChainRole,
  pem: Uint8Array | null,
  anchors: readonly TrustAnchor[],
  at: Date,
): Examined<Chain> | null {
  const { ids, kind } = role;
  if (pem === null) {
    checks.expect(ids.chain, false, `a chain of ${role.names.length} certificates`, 'none');
    return null;
  }
  // A quote's chain is another array each time, a document's mostly the same.
  const digest = kind === 'pck' ? sha256(pem) : sha256OfShared(pem);
  const key = `${kind} ${digest}`;
  const known = chains.get(key);
  const isKnown = known !== undefined && isWithin(known.period, at);
  const examined = isKnown ? known : examineChain(checks, role, pem, digest, anchors, at);
  // What is known may have been found under other anchors.
  if (examined === null || !expectTrusted(checks, role, examined.value.root, anchors)) return null;
  if (!isKnown) chains.set(key, examined);
  const path = `a valid path of ${role.names.length} certificates to a P-256 key`;
  checks.expect(ids.chain, true, path, path);
  checks.expect(ids.validity, true, 'valid certificates', `valid until ${examined.value.nextUpdate}`);
  return examined;
}

/** Whether a root is one of the anchors: the very certificate, or of an anchor without one, its name and key. */
export function isTrusted(root: Certificate, anchors: readonly TrustAnchor[]): boolean {
  return anchors.some(({ certificate, name, publicKey }) =>
    certificate === null
      ? name.canonical === root.subject.canonical && publicKey.sha256 === root.publicKey.sha256
      : certificate.sha256 === root.sha256,
  );
}

/** Forgets all chains, so that measurements can begin with nothing. */
export function forgetChains(): void {
  chains.clear();
  authorities.clear();
}

function expectTrusted(
  checks: CheckList,
  { ids }: ChainRole,
  root: Certificate,
  anchors: readonly TrustAnchor[],
): boolean {
  const trusted = isTrusted(root, anchors);
  const actual = trusted ? root.sha256 : `${root.sha256}, not trusted`;
  return checks.expect(ids.root, trusted, 'a trusted root', actual);
}

function examineChain(
  checks: CheckList,
  role: ChainRole,
  pem: Uint8Array,
  digest: string,
  anchors: readonly TrustAnchor[],
  at: Date,
): Examined<Chain> | null {
  const certificates = readChain(checks, role, pem, anchors);
  const root = certificates?.at(-1);
  if (certificates === null || root === undefined) return null;
  // Before any signature: who trusts no such root pays for none.
  if (!isTrusted(root, anchors)) {
    expectTrusted(checks, role, root, anchors);
    return null;
  }
  return validate(checks, role, certificates, digest, at);
}

function readChain(
  checks: CheckList,
  role: ChainRole,
  pem: Uint8Array,
  anchors: readonly TrustAnchor[],
): readonly Certificate[] | null {
  const expected = role.names.map((names) => names.join(' or ')).join(' < ');
  let certificates: readonly Certificate[];
  try {
    const text = fromUtf8(pem, 'chain');
    if (role.kind === 'pck') requireBare(text);
    certificates = parsePem(text).map((der, index) =>
      index === 0 ? parseCertificate(der) : parseAuthority(der, anchors),
    );
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(role.ids.chain, false, expected, `${error.code}: ${error.message}`);
    return null;
  }
  const holds =
    certificates.length === role.names.length &&
    certificates.every((certificate, index) => isNamed(certificate, role.names[index] ?? []));
  if (holds) return certificates;
  const actual = certificates.map(({ subject }) => nameText(subject).slice(0, 80)).join(' < ');
  checks.expect(role.ids.chain, false, expected, actual);
  return null;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Nobody signed the chain's text in a quote: line ends and a final NUL say nothing, other bytes around the certificates might
 * be meant to.
 */
function requireBare(text: string): void {
  if (/^[\r\n]*\0*$/.test(text.replace(BLOCK, ''))) return;
  throw new FormatError('bad_value', 'text stands around the certificates', { path: 'chain' });
}

/** One common name, and one of these. */
function isNamed({ subject }: Certificate, names: readonly string[]): boolean {
  const [name, ...more] = attributeTexts(subject, OID.commonName);
  return name !== undefined && more.length === 0 && names.includes(name);
}

/** Each of the few CAs is parsed once, however many chains it stands in. */
function parseAuthority(der: Uint8Array, anchors: readonly TrustAnchor[]): Certificate {
  const digest = sha256(der);
  const anchor = anchors.find(({ certificate }) => certificate?.sha256 === digest);
  return anchor?.certificate ?? authorities.get(digest) ?? parseCertificate(der);
}

function validate(
  checks: CheckList,
  { ids }: ChainRole,
  certificates: readonly Certificate[],
  digest: string,
  at: Date,
): Examined<Chain> | null {
  const [leaf, ...above] = certificates;
  const root = above.pop();
  if (leaf === undefined || root === undefined) return null;
  const anchor = anchorFromCertificate(root);
  let length: number;
  try {
    ({ length } = verifyPath({ leaf, intermediates: above, anchors: [anchor], at, policy: POLICY }).chain);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const failed = VALIDITY_CODES.has(error.code) ? ids.validity : ids.chain;
    checks.expect(failed, false, error.expected ?? 'a valid path', `${error.code}: ${error.message}`);
    return null;
  }
  const { key: material } = leaf.publicKey;
  // A path that leaves one of them out would be valid, and not be this chain.
  const isWhole = length === certificates.length - 1 && material.kind === 'ec' && material.curve === 'P-256';
  if (!isWhole) {
    checks.expect(
      ids.chain,
      false,
      'a path of all certificates to a P-256 key',
      'another path, or another key',
    );
    return null;
  }
  for (const authority of [...above, root]) authorities.set(authority.sha256, authority);
  const period = periodOf(certificates);
  const dates = { issuedAt: instantText(period.from), nextUpdate: instantText(period.until) };
  const paths = [leaf, ...above].map((certificate, index) => {
    const issuer = above[index];
    const holder = issuer === undefined ? anchor : anchorFromCertificate(issuer);
    return {
      chain: [certificate],
      anchor: holder,
      digest: `${certificate.sha256} ${holder.publicKey.sha256}`,
    };
  });
  const key = importPublicKey(leaf.publicKey);
  return { value: { sha256: digest, ...dates, leaf, root, key, paths }, period };
}

const VALIDITY_CODES: ReadonlySet<string> = new Set(['expired', 'not_yet_valid', 'validity_inverted']);

/** Certificates know whole seconds and include both ends: the last second lasts until the next. */
function periodOf(certificates: readonly Certificate[]): Period {
  return {
    from: Math.max(...certificates.map(({ notBefore }) => notBefore.getTime())),
    until: Math.min(...certificates.map(({ notAfter }) => notAfter.getTime() + 999)),
  };
}

/** To the second, as certificates have it. */
function instantText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
