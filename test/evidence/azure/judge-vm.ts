import {
  type AzureCvmInput,
  type AzureCvmResult,
  verifyAzureCvm,
} from '../../../src/evidence/azure/index.ts';
import { parsePcrMap, toPcrMap } from '../../../src/evidence/tpm/index.ts';
import type { AzureCvmParts, ForgedAzureCvm } from '../../../src/forge/azure/cvm.ts';
import { anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../../src/pki/index.ts';

export const at = new Date('2026-01-15T12:00:00Z');
export const nonce = new Uint8Array(32).fill(0x6e);

/** What a verifier needs to accept all that this VM hands over. */
export function inputOf(vm: ForgedAzureCvm, parts: AzureCvmParts): AzureCvmInput {
  return {
    ...parts,
    vtpm: { ...parts.vtpm, pcrs: parsePcrMap(toPcrMap(parts.vtpm.pcrs)) },
    hardwareAnchors: anchors(...vm.hardware.roots),
    akAnchors: anchors(vm.akCa.root),
    at,
    policy: 'gate',
    extraData: nonce,
    acceptAkPath: () => {},
  };
}

export function anchors(...ders: readonly Uint8Array[]): TrustAnchor[] {
  return ders.map((der) => anchorFromCertificate(parseCertificate(der)));
}

/** The checks that failed, by id. */
export function failed({ findings }: AzureCvmResult): string[] {
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

export function notPerformed({ findings }: AzureCvmResult): string[] {
  return findings.notPerformed.map(({ id }) => id);
}

export function judge(input: AzureCvmInput): AzureCvmResult {
  const result = verifyAzureCvm(input);
  // Whatever a test is about: nothing verified may stand beside a failed check.
  if (result.verified !== null && failed(result).length > 0)
    throw new Error('verified in spite of a failed check');
  return result;
}
