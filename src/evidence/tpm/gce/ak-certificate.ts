import {
  type Certificate,
  HARDWARE_POLICY,
  OID,
  parseCertificate,
  type TrustAnchor,
  type VerifiedPath,
} from '../../../pki/index.ts';
import { checkPath, type PathChecks } from '../../certificate-path.ts';
import type { CheckList } from '../../check.ts';
import { isSameKey } from '../ek/template.ts';
import type { TpmtPublic } from '../public.ts';
import type { TpmPolicy } from '../verify.ts';
import type { GceInstanceInfo } from './attestation.ts';
import { type GceInstance, gceInstance, instanceText, sameInstance } from './instance.ts';

export type GceCertificateOptions = {
  readonly policy: TpmPolicy;
  readonly at: Date;
  /** Google's CAs that the caller trusts. None: the chain is reported as not performed, and no instance is proven. */
  readonly anchors: readonly TrustAnchor[];
  /** The caller's look at revocation: throws PathError to refuse. Absent: reported as not performed. */
  readonly acceptPath?: (path: VerifiedPath) => void;
};

/** An attestation key that Google certified as one of a virtual machine's. */
export type CertifiedInstance = { readonly instance: GceInstance; readonly path: VerifiedPath };

/**
 * The checks `tpm.ak.certificate` and below, on Google's certificate of an attestation key; null unless all of them, the
 * chain among them, passed.
 *
 * @throws FormatError for bytes that are no certificate
 */
export function checkGceCertificate(
  checks: CheckList,
  der: Uint8Array,
  intermediates: readonly Certificate[],
  ak: TpmtPublic | null,
  stated: GceInstanceInfo | null,
  options: GceCertificateOptions,
): CertifiedInstance | null {
  const certificate = parseCertificate(der);
  const own = [
    checkKey(checks, certificate, ak),
    checkPurpose(checks, certificate),
    checkKeyUsage(checks, certificate),
  ];
  const instance = checkInstance(checks, certificate, stated);
  const isProduction = checkProduction(checks, instance, options.policy);
  const path = checkChain(checks, certificate, intermediates, options);
  const holds = own.every((one) => one) && isProduction;
  return holds && instance !== null && path !== null ? { instance, path } : null;
}

/** `tpm.ak.certificate`: it is about the key that signed the quotes. */
function checkKey(checks: CheckList, { publicKey }: Certificate, ak: TpmtPublic | null): boolean {
  const same = ak !== null && isSameKey(ak, publicKey);
  const expected = 'about the attestation key';
  return checks.expect('tpm.ak.certificate', same, expected, same ? expected : 'about another key');
}

/**
 * `tpm.ak.certificate.purpose`: Google's older certificates of attestation keys bear the purpose of endorsement keys, so
 * that key usage alone tells the two apart.
 */
function checkPurpose(checks: CheckList, { extensions }: Certificate): boolean {
  const purposes = extensions.extKeyUsage?.value;
  const wanted: readonly string[] = [OID.tcgAikCertificate, OID.tcgEkCertificate];
  const holds = purposes?.some((purpose) => wanted.includes(purpose)) === true;
  const actual = purposes?.join(', ') ?? 'none stated';
  return checks.expect('tpm.ak.certificate.purpose', holds, wanted.join(' or '), actual);
}

/** `tpm.ak.certificate.key-usage`: the key signs, and does nothing else; it is no CA's. */
function checkKeyUsage(checks: CheckList, { extensions }: Certificate): boolean {
  const usages = [...(extensions.keyUsage?.value ?? [])];
  const isCa = extensions.basicConstraints?.value.cA === true;
  const holds = !isCa && usages.length === 1 && usages[0] === 'digitalSignature';
  const actual = `${isCa ? 'a CA: ' : ''}${usages.length === 0 ? 'none stated' : usages.join(', ')}`;
  return checks.expect('tpm.ak.certificate.key-usage', holds, 'digitalSignature', actual);
}

/** `tpm.ak.certificate.instance`: which machine, and the one that the guest says it is. */
function checkInstance(
  checks: CheckList,
  certificate: Certificate,
  stated: GceInstanceInfo | null,
): GceInstance | null {
  const id = 'tpm.ak.certificate.instance';
  const instance = gceInstance(certificate);
  if (instance === null) {
    checks.expect(id, false, 'an instance of GCE', 'none');
    return null;
  }
  const same = stated === null || sameInstance(stated, instance);
  checks.expect(
    id,
    same,
    stated === null ? 'an instance of GCE' : instanceText(stated),
    instanceText(instance),
  );
  return same ? instance : null;
}

/** `tpm.ak.certificate.production`: Google's test systems certify keys of their own. */
function checkProduction(checks: CheckList, instance: GceInstance | null, policy: TpmPolicy): boolean {
  if (instance === null) return false;
  const id = 'tpm.ak.certificate.production';
  const { isProduction } = instance;
  if (isProduction !== true && policy === 'authenticity') {
    checks.skip(id, 'the certificate does not say production; judged by policy gate');
    return true;
  }
  const actual = isProduction === null ? 'not stated' : isProduction ? 'production' : 'a test system';
  return checks.expect(id, isProduction === true, 'production', actual);
}

/** RFC 5280, section 6, and what the caller knows beyond it; the path's own question of purposes is left out: see `tpm.ak.certificate.purpose`. */
const AK_PATH: PathChecks = {
  ids: {
    expired: 'tpm.ak.certificate.expired',
    chain: 'tpm.ak.certificate.chain',
    revocation: 'tpm.ak.certificate.revocation',
  },
  expected: "a path to one of Google's CAs",
  policy: { ...HARDWARE_POLICY, understoodExtensions: [OID.subjectDirectoryAttributes] },
  listsUnasked: true,
};

function checkChain(
  checks: CheckList,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  options: GceCertificateOptions,
): VerifiedPath | null {
  if (options.anchors.length > 0) return checkPath(checks, AK_PATH, leaf, intermediates, options);
  const reason = "none of Google's roots is at hand: nothing says that Google certified the key";
  for (const id of Object.values(AK_PATH.ids)) checks.skip(id, reason);
  return null;
}
