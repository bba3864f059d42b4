import type { KeyObject } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import {
  anchorFromCertificate,
  attributeTexts,
  type Certificate,
  type CertifiedPath,
  chainDigest,
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
import { Examinations, type Examined, type Period, sha256 } from './examined.ts';
import type { CollateralUse } from './verdict.ts';

/** A chain of Intel's SGX PKI, found to be authentic up to a root that the caller trusts. */
export type Chain = {
  /** Its certificates' common period, for the record. */
  readonly use: CollateralUse;
  readonly leaf: Certificate;
  readonly root: Certificate;
  /** P-256; the leaf's. */
  readonly key: KeyObject;
  /** Each certificate below the root with its way up to it, leaf first: what revocation is asked of. */
  readonly paths: readonly ChainPath[];
};

/** `digest` names the path, for caches. */
export type ChainPath = CertifiedPath & { readonly digest: string };

/** Which chain it is: the common names that its certificates must have, leaf first, and the ids of its checks. */
export type ChainRole = {
  readonly name: string;
  readonly names: readonly (readonly string[])[];
  readonly ids: { readonly chain: string; readonly root: string; readonly validity: string };
};

const ROOT_CA = ['Intel SGX Root CA'];
const TCB_SIGNING = [['Intel SGX TCB Signing'], ROOT_CA];

export const PLATFORM_CA = 'Intel SGX PCK Platform CA';
export const PROCESSOR_CA = 'Intel SGX PCK Processor CA';

export const PCK_CHAIN: ChainRole = {
  name: 'pckChain',
  names: [['Intel SGX PCK Certificate'], [PLATFORM_CA, PROCESSOR_CA], ROOT_CA],
  ids: { chain: 'intel.pck.chain', root: 'intel.pck.root', validity: 'intel.pck.validity' },
};
export const TCB_INFO_CHAIN: ChainRole = {
  name: 'tcbInfoChain',
  names: TCB_SIGNING,
  ids: {
    chain: 'intel.tcb-info.chain',
    root: 'intel.tcb-info.root',
    validity: 'intel.tcb-info.chain-validity',
  },
};
export const QE_IDENTITY_CHAIN: ChainRole = {
  name: 'qeIdentityChain',
  names: TCB_SIGNING,
  ids: {
    chain: 'intel.qe-identity.chain',
    root: 'intel.qe-identity.root',
    validity: 'intel.qe-identity.chain-validity',
  },
};

/** A machine has one PCK chain, a service thousands of machines; one takes about 20 KiB. */
const chains = new Examinations<Chain>(2048);

const POLICY: PathPolicy = { ...HARDWARE_POLICY, keyUsages: ['digitalSignature'], maxIntermediates: 1 };

/**
 * Verifies a chain to the last certificate's being one of the anchors, whole and in its order: RFC 5280, section 6, and
 * Intel's PCK Certificate and CRL Profile 1.5. Nothing that is not asked here is passed over: no more certificates, no other names.
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
  if (pem === null) {
    checks.expect(role.ids.chain, false, `a chain of ${role.names.length} certificates`, 'none');
    return null;
  }
  const digest = sha256(pem);
  const examined = chains.examine(checks, `${role.ids.chain} ${digest}`, at, (own) => {
    const certificates = readChain(own, role, pem);
    // Before any signature: who trusts no such root pays for none.
    if (certificates === null || !isTrusted(own, role, certificates, anchors)) return null;
    return validate(own, role, certificates, digest, at);
  });
  // What was remembered may have been found under other anchors.
  if (examined === null || matches(examined.value.root, anchors)) return examined;
  expectRoot(checks, role, false, examined.value.root);
  return null;
}

/** Forgets all chains, so that measurements can begin with nothing. */
export function forgetChains(): void {
  chains.clear();
}

function readChain(checks: CheckList, role: ChainRole, pem: Uint8Array): readonly Certificate[] | null {
  const expected = role.names.map((names) => names.join(' or ')).join(' < ');
  let certificates: readonly Certificate[];
  try {
    certificates = parsePem(fromUtf8(pem, 'chain')).map((der) => parseCertificate(der));
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

/** One common name, and one of these. */
function isNamed({ subject }: Certificate, names: readonly string[]): boolean {
  const [name, ...more] = attributeTexts(subject, OID.commonName);
  return typeof name === 'string' && more.length === 0 && names.includes(name);
}

function isTrusted(
  checks: CheckList,
  role: ChainRole,
  certificates: readonly Certificate[],
  anchors: readonly TrustAnchor[],
): boolean {
  const root = certificates.at(-1);
  return root !== undefined && expectRoot(checks, role, matches(root, anchors), root);
}

function expectRoot(checks: CheckList, { ids }: ChainRole, trusted: boolean, root: Certificate): boolean {
  return checks.expect(
    ids.root,
    trusted,
    'a trusted root',
    `${root.sha256}${trusted ? '' : ', not trusted'}`,
  );
}

/** The very certificate; of an anchor without one, its name and key. */
function matches(root: Certificate, anchors: readonly TrustAnchor[]): boolean {
  return anchors.some(({ certificate, name, publicKey }) =>
    certificate === null
      ? name.canonical === root.subject.canonical && publicKey.sha256 === root.publicKey.sha256
      : certificate.sha256 === root.sha256,
  );
}

function validate(
  checks: CheckList,
  { ids, name }: ChainRole,
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
  const { key } = leaf.publicKey;
  // A path that leaves one of them out would be valid, and not be this chain.
  const isWhole = length === certificates.length - 1 && key.kind === 'ec' && key.curve === 'P-256';
  const expected = `a valid path of ${certificates.length} certificates to a P-256 key`;
  if (!checks.expect(ids.chain, isWhole, expected, isWhole ? expected : 'another path, or another key'))
    return null;
  const period = periodOf(certificates);
  const [issuedAt, nextUpdate] = [instantText(period.from), instantText(period.until)];
  checks.expect(ids.validity, true, 'valid certificates', `valid until ${nextUpdate}`);
  const below = [leaf, ...above];
  const paths = below.map((_, index) => {
    const chain = below.slice(index);
    return { chain, anchor, digest: chainDigest(chain, anchor) };
  });
  const use = { name, sha256: digest, issuedAt, nextUpdate };
  return { value: { use, leaf, root, key: importPublicKey(leaf.publicKey), paths }, period };
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
