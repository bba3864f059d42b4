import { equalBytes } from '../../../bytes/equal.ts';
import type { PublicKeyInfo } from '../../../pki/index.ts';
import type { CheckList } from '../../check.ts';
import { attributeRule, attributesText, followsRule } from '../object-attributes.ts';
import type { TpmtPublic } from '../public.ts';
import { leftPad } from '../public-key.ts';

/**
 * What every EK template of the TCG EK Credential Profile (appendix B) has in common: a storage key, made by this TPM,
 * for this TPM alone. Templates differ in who authorises its use (userWithAuth or adminWithPolicy), which is no
 * matter here.
 */
const EK_ATTRIBUTES = attributeRule(
  ['fixedTPM', 'fixedParent', 'sensitiveDataOrigin', 'restricted', 'decrypt'],
  ['sign'],
);

/**
 * `tpm.ek.template`: attributes, name hash and cipher. A certified key that the host may use freely, for instance one
 * that signs, would let it open a credential outside the TPM's rules.
 */
export function checkEkTemplate(checks: CheckList, area: TpmtPublic): void {
  const { objectAttributes, nameAlg, symmetric, scheme } = area;
  const sound =
    followsRule(objectAttributes, EK_ATTRIBUTES) && !nameAlg.weak && symmetric !== null && scheme === null;
  const actual = [
    attributesText(objectAttributes),
    `named by ${nameAlg.name}`,
    symmetric === null ? 'no cipher' : `AES-${symmetric.keyBits}-CFB`,
    scheme === null ? 'no scheme' : `scheme ${scheme.scheme}`,
  ].join('; ');
  const expected = `${EK_ATTRIBUTES.text}; named by sha256, sha384 or sha512; AES-CFB; no scheme`;
  checks.expect('tpm.ek.template', sound, expected, actual);
}

/** `tpm.ek.public`: the certificate is about this key and no other. */
export function checkEkPublic(checks: CheckList, area: TpmtPublic, certified: PublicKeyInfo): void {
  const holds = isSameKey(area, certified);
  const actual = holds ? "the certificate's key" : 'another key';
  checks.expect('tpm.ek.public', holds, "the certificate's key", actual);
}

/** Whether a certificate's key is that of a public area. */
export function isSameKey(area: TpmtPublic, { key }: PublicKeyInfo): boolean {
  if (area.type === 'rsa') {
    if (key.kind !== 'rsa' || !equalBytes(key.modulus, area.modulus)) return false;
    const exponent = key.exponent.reduce((sum, octet) => sum * 256 + octet, 0);
    return exponent === area.exponent;
  }
  if (key.kind !== 'ec' || key.curve !== area.curve.name) return false;
  const width = area.curve.fieldBytes;
  return equalBytes(
    key.point,
    Buffer.concat([Uint8Array.of(4), leftPad(area.x, width), leftPad(area.y, width)]),
  );
}
