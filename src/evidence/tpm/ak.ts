import type { CheckList } from '../check.ts';
import type { HashAlgorithm } from './algorithms.ts';
import type { AttestationKey } from './attestation-key.ts';
import { expectBytes } from './expect-bytes.ts';
import { attributeRule, attributesText, followsRule } from './object-attributes.ts';
import { schemeFitsKey } from './quote-signature.ts';
import type { TpmtSignature } from './signature.ts';

/**
 * What makes a key an attestation key (Part 1, 31.3; TCG TPM 2.0 Keys for Device Identity and Attestation, 7.3.3).
 * `restricted` is the heart: the TPM then signs only what it made itself, or what does not begin like it. Without it
 * the host can have any forged quote signed.
 */
export const AK_ATTRIBUTES = attributeRule(
  ['fixedTPM', 'fixedParent', 'sensitiveDataOrigin', 'restricted', 'sign'],
  ['decrypt'],
);

/** NIST SP 800-131A: 112 bits of strength and more. */
const SMALLEST_RSA_BITS = 2048;
/** With an exponent of 1 anybody signs; public areas with a small one are not even parsed (public.ts), PEM keys are. */
const SMALLEST_RSA_EXPONENT = 65_537n;
const STRONG_KEYS = `RSA of at least ${SMALLEST_RSA_BITS} bits, or P-256, P-384, P-521`;

/** `tpm.ak.attributes`: the key lives in one TPM, was made there and signs only the TPM's own statements. */
export function checkAkAttributes(checks: CheckList, ak: AttestationKey): void {
  const id = 'tpm.ak.attributes';
  if (ak.publicArea === null) {
    checks.skip(id, 'the key was given without its public area');
    return;
  }
  const { objectAttributes } = ak.publicArea;
  const holds = followsRule(objectAttributes, AK_ATTRIBUTES);
  checks.expect(id, holds, AK_ATTRIBUTES.text, holds ? AK_ATTRIBUTES.text : attributesText(objectAttributes));
}

/** `tpm.ak.key`: long enough not to be broken. */
export function checkAkKey(checks: CheckList, { kind }: AttestationKey): void {
  const strong =
    kind.type === 'rsa'
      ? kind.bits >= SMALLEST_RSA_BITS && kind.exponent >= SMALLEST_RSA_EXPONENT && kind.exponent % 2n === 1n
      : kind.curve !== null;
  const actual =
    kind.type === 'rsa'
      ? `RSA of ${kind.bits} bits, exponent ${kind.exponent}`
      : (kind.curve?.name ?? 'another curve');
  checks.expect('tpm.ak.key', strong, STRONG_KEYS, actual);
}

/**
 * `tpm.ak.name-algorithm`: credential activation proves possession of a *name*. Under a hash whose collisions are
 * practical a host makes two public areas of one name: an object that its TPM loads, and a software key that calls itself
 * restricted. A key that is known without its public area has no name, which `tpm.ak.name` says.
 */
export function checkAkNameAlgorithm(
  checks: CheckList,
  { publicArea }: AttestationKey,
  policy: 'authenticity' | 'gate',
): void {
  if (publicArea === null) return;
  const id = 'tpm.ak.name-algorithm';
  const { name, weak } = publicArea.nameAlg;
  if (weak && policy === 'authenticity') checks.skip(id, `${name} is judged by policy gate`);
  else checks.expect(id, !weak, 'sha256, sha384 or sha512', name);
}

/** `tpm.ak.scheme`, before there is any signature: what the key fixes is a scheme whose quotes can be accepted. */
export function checkAkOwnScheme(checks: CheckList, { publicArea }: AttestationKey): void {
  const scheme = publicArea?.scheme ?? null;
  const signs = scheme !== null && ['rsassa', 'rsapss', 'ecdsa'].includes(scheme.scheme);
  const actual = scheme === null ? 'no scheme' : `${scheme.scheme} with ${scheme.hash?.name ?? 'no hash'}`;
  const expected = 'rsassa, rsapss or ecdsa with sha256, sha384 or sha512';
  checks.expect('tpm.ak.scheme', signs && scheme.hash?.weak === false, expected, actual);
}

/**
 * `tpm.ak.scheme`: the signature is of the scheme and hash that the public area fixes. A restricted key signs with no
 * other (Part 2, 12.2.3.5), so anything else was not made by the TPM.
 */
export function checkAkScheme(checks: CheckList, ak: AttestationKey, signature: TpmtSignature): void {
  const id = 'tpm.ak.scheme';
  if (ak.publicArea === null) {
    const expected = `a scheme of ${ak.kind.type} keys`;
    checks.expect(id, schemeFitsKey(signature, ak), expected, schemeText(signature));
    return;
  }
  const { scheme } = ak.publicArea;
  const same = scheme?.scheme === signature.scheme && scheme.hash === signature.hash;
  const actual = schemeText(signature);
  const expected = same ? actual : scheme === null ? 'no scheme' : schemeText(scheme);
  checks.expect(id, same, expected, actual);
}

function schemeText({ scheme, hash }: { scheme: string; hash: HashAlgorithm | null }): string {
  return `${scheme} with ${hash?.name ?? 'no hash'}`;
}

/** `tpm.ak.name`: the key is the one that was enrolled, down to its attributes and policy. */
export function checkAkName(checks: CheckList, ak: AttestationKey, enrolled: Uint8Array | undefined): void {
  const id = 'tpm.ak.name';
  if (enrolled === undefined) {
    checks.skip(id, 'no enrolled key was named: nothing says that a TPM holds this one');
    return;
  }
  if (ak.publicArea === null) {
    checks.skip(id, 'the key was given without its public area');
    return;
  }
  expectBytes(checks, id, enrolled, ak.publicArea.name);
}
