import { hash } from 'node:crypto';
import { equalBytes } from '../../../bytes/equal.ts';
import { toHex } from '../../../bytes/text.ts';
import { type Certificate, OID } from '../../../pki/index.ts';
import type { CheckList } from '../../check.ts';
import { AK_ATTRIBUTES } from '../ak.ts';
import { isSameKey } from '../ek/template.ts';
import { type AttributeRule, attributeRule, attributesText, followsRule } from '../object-attributes.ts';
import type { TpmtPublic } from '../public.ts';
import { deviceNames, type HardwareModuleName } from './names.ts';

/** `idevid` signs what the host asks for; `iak` signs what the TPM made itself, and so quotes. */
export type DevIdKind = 'idevid' | 'iak';

/** TCG OID registry: tcg-tpm20, tcg-on-ekPermIdSha256, tcg-cap-verifiedTPMResidency, -Fixed and -Restricted. */
const TCG_TPM20 = '2.23.133.1.2';
const EK_PERM_ID_SHA256 = '2.23.133.12.1';
const RESIDENCY = '2.23.133.11.1.1';
const FIXED = '2.23.133.11.1.2';
const RESTRICTED = '2.23.133.11.1.3';

/** What its issuer must say that it verified. A key that is merely fixed signs forged quotes as well. */
const POLICIES: Readonly<Record<DevIdKind, readonly string[]>> = {
  idevid: [RESIDENCY, FIXED],
  iak: [RESIDENCY, RESTRICTED],
};

const ATTRIBUTES: Readonly<Record<DevIdKind, AttributeRule>> = {
  idevid: attributeRule(
    ['fixedTPM', 'fixedParent', 'sensitiveDataOrigin', 'sign'],
    ['restricted', 'decrypt'],
  ),
  iak: AK_ATTRIBUTES,
};

/** `tpm.devid.module`: the TPM that holds the key, by type and serial number; null where it is not named just once. */
export function checkModule(checks: CheckList, certificate: Certificate): HardwareModuleName | null {
  const { modules } = deviceNames(certificate);
  const [module] = modules;
  const holds = modules.length === 1 && module?.hwType === TCG_TPM20 && module.hwSerialNum.length > 0;
  const actual = modules.map(moduleText).join(', ') || 'none';
  checks.expect('tpm.devid.module', holds, `one of type ${TCG_TPM20}, with a serial number`, actual);
  return holds && module !== undefined ? module : null;
}

export function moduleText({ hwType, hwSerialNum }: HardwareModuleName): string {
  return `${hwType} ${toHex(hwSerialNum)}`;
}

/** `tpm.devid.policies`: its issuer verified that the key resides in a TPM, and that it cannot leave, or is restricted. */
export function checkPolicies(checks: CheckList, { extensions }: Certificate, kind: DevIdKind): void {
  const stated = (extensions.certificatePolicies?.value ?? []).map(({ policy }) => policy);
  const wanted = POLICIES[kind];
  const holds = wanted.every((policy) => stated.includes(policy));
  checks.expect('tpm.devid.policies', holds, wanted.join(', '), stated.join(', ') || 'none');
}

/** `tpm.devid.key-usage`: the key signs, encrypts nothing and is no CA's. */
export function checkKeyUsage(checks: CheckList, { extensions }: Certificate): void {
  const usages = extensions.keyUsage?.value;
  const isCa = extensions.basicConstraints?.value.cA === true;
  const holds =
    !isCa && usages?.has('digitalSignature') === true && !usages.has('keyCertSign') && !usages.has('cRLSign');
  const actual = `${isCa ? 'a CA: ' : ''}${usages === undefined ? 'none stated' : [...usages].join(', ')}`;
  checks.expect('tpm.devid.key-usage', holds, 'digitalSignature, and no CA', actual);
}

/** `tpm.devid.purpose`: an attestation key says so where purposes are stated; a device identity never does. */
export function checkPurpose(checks: CheckList, { extensions }: Certificate, kind: DevIdKind): void {
  const purposes = extensions.extKeyUsage?.value;
  const attests = purposes?.includes(OID.tcgAikCertificate) === true;
  const holds = kind === 'iak' ? purposes === undefined || attests : !attests;
  const expected = kind === 'iak' ? OID.tcgAikCertificate : `not ${OID.tcgAikCertificate}`;
  checks.expect('tpm.devid.purpose', holds, expected, purposes?.join(', ') ?? 'none stated');
}

/** `tpm.devid.public`: the certificate is about this key. */
export function checkPublic(checks: CheckList, { publicKey }: Certificate, area: TpmtPublic): void {
  const holds = isSameKey(area, publicKey);
  const expected = "the certificate's key";
  checks.expect('tpm.devid.public', holds, expected, holds ? expected : 'another key');
}

/** `tpm.devid.attributes`: what the TPM lets be done with the key. The area is the host's word; the policies are not. */
export function checkAttributes(checks: CheckList, { objectAttributes }: TpmtPublic, kind: DevIdKind): void {
  const rule = ATTRIBUTES[kind];
  const holds = followsRule(objectAttributes, rule);
  checks.expect('tpm.devid.attributes', holds, rule.text, attributesText(objectAttributes));
}

/**
 * `tpm.devid.ek`: the permanent identifier that the TCG assigns names this TPM's endorsement certificate, by the SHA-256 of
 * its DER in hexadecimal. Two such identifiers would name two TPMs.
 */
export function checkEndorsement(checks: CheckList, certificate: Certificate, ek: Certificate | null): void {
  const id = 'tpm.devid.ek';
  if (ek === null) {
    checks.skip(id, 'no endorsement certificate was given to compare with');
    return;
  }
  const named = deviceNames(certificate).identifiers.filter(({ assigner }) => assigner === EK_PERM_ID_SHA256);
  if (named.length === 0) {
    checks.skip(id, 'the certificate names no endorsement certificate');
    return;
  }
  const expected = hash('sha256', ek.der, 'hex');
  const values = named.map(({ identifierValue }) => identifierValue?.toLowerCase() ?? 'no value');
  checks.expect(id, values.length === 1 && values[0] === expected, expected, values.join(', '));
}

/** Whether two keys stand in one TPM, by what their issuers say. */
export function isSameModule(a: HardwareModuleName, b: HardwareModuleName): boolean {
  return a.hwType === b.hwType && equalBytes(a.hwSerialNum, b.hwSerialNum);
}
