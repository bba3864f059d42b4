import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseTpmsAttestQuote } from '../../../src/evidence/tpm/attest.ts';
import { provenFirmwareVersion } from '../../../src/evidence/tpm/firmware-version.ts';
import {
  attestationKeyFromPem,
  attestationKeyFromPublic,
  parseTpm2bPublic,
  qualifiedName,
  TPM_RH_ENDORSEMENT,
  TPM_RH_OWNER,
  type TpmtPublic,
} from '../../../src/evidence/tpm/index.ts';
import { attestation, eccPublicArea, sized } from './build.ts';

const [ekKey, akKey, otherKey] = [0, 1, 2].map(
  () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
);
if (ekKey === undefined || akKey === undefined || otherKey === undefined) throw new Error('three keys');
const ek = parseTpm2bPublic(sized(eccPublicArea(ekKey, { kind: 'ek' })));
const other = parseTpm2bPublic(sized(eccPublicArea(otherKey, { kind: 'ek' })));
const akPublic = sized(eccPublicArea(akKey, { kind: 'ak' }));
const ak = parseTpm2bPublic(akPublic);

function proven(qualifiedSigner: Uint8Array, ekName: Uint8Array | null, pem = false): boolean {
  const attest = parseTpmsAttestQuote(attestation({ qualifiedSigner }));
  expect(attest.firmwareVersion).toBeGreaterThan(0n);
  const key = pem
    ? attestationKeyFromPem(akKey?.export({ type: 'spki', format: 'pem' }).toString() ?? '')
    : attestationKeyFromPublic(akPublic);
  const quote = { attest, ak: key, signatureHash: 'sha256', pcrs: new Map() } as const;
  const version = provenFirmwareVersion(quote, ekName);
  expect([0n, attest.firmwareVersion]).toContain(version);
  return version !== 0n;
}
const under = (hierarchy: number, ...keys: TpmtPublic[]): Uint8Array => qualifiedName(hierarchy, keys);

describe('the firmware version of a quote', () => {
  it('is proven by a child of the endorsement key, and by a primary key of its hierarchy', () => {
    expect(proven(under(TPM_RH_ENDORSEMENT, ek, ak), ek.name)).toBe(true);
    expect(proven(under(TPM_RH_ENDORSEMENT, ak), ek.name)).toBe(true);
    expect(proven(under(TPM_RH_ENDORSEMENT, ak), null)).toBe(true);
  });

  it.each<[string, Uint8Array, Uint8Array | null]>([
    ['of the owner hierarchy', under(TPM_RH_OWNER, ak), ek.name],
    ['under a key of the owner hierarchy', under(TPM_RH_OWNER, ek, ak), ek.name],
    ['under a key that is not known', under(TPM_RH_ENDORSEMENT, other, ak), ek.name],
    ['under an endorsement key that nobody named', under(TPM_RH_ENDORSEMENT, ek, ak), null],
    ['under a name of no hash that is known', under(TPM_RH_ENDORSEMENT, ek, ak), ek.name.map(() => 0)],
  ])('is not proven by a key %s, for which the TPM obfuscates it', (_, signer, ekName) => {
    expect(proven(signer, ekName)).toBe(false);
  });

  it('is not proven by a key without its public area', () => {
    expect(proven(under(TPM_RH_ENDORSEMENT, ak), ek.name, true)).toBe(false);
  });
});
