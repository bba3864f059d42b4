import type { CheckList } from '../../check.ts';
import { AK_ATTRIBUTES } from '../ak.ts';
import { type AttributeRule, attributeRule, attributesText, followsRule } from '../object-attributes.ts';
import type { TpmtPublic } from '../public.ts';
import type { TpmPolicy } from '../verify.ts';

/**
 * What a certified object must be. The TPM vouches for the object whatever it is: a key that was imported, or may be
 * duplicated to a program, is certified just as well.
 *
 * - `resident`: made in this TPM and never to leave it.
 * - `attestation-key`: resident, and signing only what the TPM made itself.
 * - `any`: whatever it is; reported as not performed.
 */
export type CertifiedDemand = 'resident' | 'attestation-key' | 'any';

const RULES: Readonly<Record<Exclude<CertifiedDemand, 'any'>, AttributeRule>> = {
  resident: attributeRule(['fixedTPM', 'fixedParent', 'sensitiveDataOrigin'], []),
  'attestation-key': AK_ATTRIBUTES,
};

/** `tpm.certified.attributes` (Part 2, 8.3): the object cannot stand outside this TPM. */
export function checkCertifiedAttributes(
  checks: CheckList,
  { objectAttributes }: TpmtPublic,
  demand: CertifiedDemand,
): void {
  const id = 'tpm.certified.attributes';
  if (demand === 'any') {
    checks.skip(id, 'the caller accepts objects that may stand outside the TPM');
    return;
  }
  const rule = RULES[demand];
  checks.expect(id, followsRule(objectAttributes, rule), rule.text, attributesText(objectAttributes));
}

/** `tpm.certified.name-algorithm`: under a weak hash the certified name could be that of another public area too. */
export function checkCertifiedNameAlgorithm(
  checks: CheckList,
  { nameAlg }: TpmtPublic,
  policy: TpmPolicy,
): void {
  const id = 'tpm.certified.name-algorithm';
  const { name, weak } = nameAlg;
  if (weak && policy === 'authenticity') checks.skip(id, `${name} is judged by policy gate`);
  else checks.expect(id, !weak, 'sha256, sha384 or sha512', name);
}
