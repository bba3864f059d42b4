import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../../../src/pki/certificate.ts';
import { anchorFromCertificate } from '../../../src/pki/trust-anchor.ts';
import { examineTpm, type TpmClaim } from '../../../src/service/enrolment/hardware.ts';
import { eccPublicArea, rsaPublicArea, sized } from '../../evidence/tpm/build.ts';
import { issueRoot } from '../../pki/issue.ts';
import { makeMachine } from './machine.ts';
import { BEGINNING } from './world.ts';

const maker = issueRoot({ subject: 'Maker of TPMs' });
const machine = makeMachine(maker);
const anchors = { ek: [anchorFromCertificate(parseCertificate(maker.der))], platform: [] };
const claim: TpmClaim = {
  ekCertificate: machine.ekCertificate,
  ekIntermediates: [],
  ekPublic: machine.ekPublic,
  akPublic: machine.akPublic,
};
const examine = (changed: Partial<TpmClaim>) => {
  const { findings, identity } = examineTpm({ ...claim, ...changed }, anchors, BEGINNING);
  const failed = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  return { failed, identity };
};
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });

describe('a TPM that would enrol', () => {
  it('has keys and a certificate in order', () => {
    const { failed, identity } = examine({});
    expect(failed).toEqual([]);
    expect(identity?.akName).toEqual(machine.akName);
  });

  it.each<[string, string, Partial<TpmClaim>]>([
    ['tpm.ek.well-formed', 'a certificate that is none', { ekCertificate: Uint8Array.of(1, 2, 3) }],
    ['tpm.ek.well-formed', 'no certificate', { ekCertificate: new Uint8Array() }],
    [
      'tpm.ek.well-formed',
      'a certificate cut short',
      { ekCertificate: machine.ekCertificate.subarray(0, -1) },
    ],
    ['tpm.ek.well-formed', 'a CA that is none', { ekIntermediates: [Uint8Array.of(0x30, 0)] }],
    ['tpm.ek.well-formed', 'an endorsement key cut short', { ekPublic: machine.ekPublic.subarray(0, -1) }],
    ['tpm.ak.well-formed', 'no attestation key', { akPublic: new Uint8Array() }],
    ['tpm.ak.well-formed', 'an attestation key cut short', { akPublic: machine.akPublic.subarray(0, -1) }],
    [
      'tpm.ak.well-formed',
      'an attestation key with something behind it',
      { akPublic: Uint8Array.of(...machine.akPublic, 0) },
    ],
    [
      'tpm.platform.well-formed',
      'a platform certificate that is none',
      { platform: { certificate: Uint8Array.of(1, 2, 3), intermediates: [] } },
    ],
    ['tpm.ek.public', 'the endorsement key of another TPM', { ekPublic: makeMachine(maker).ekPublic }],
    [
      'tpm.ek.chain',
      'a certificate of nobody who is trusted',
      (({ ekCertificate, ekPublic }) => ({ ekCertificate, ekPublic }))(
        makeMachine(issueRoot({ subject: 'another' })),
      ),
    ],
    [
      'tpm.ak.attributes',
      'a key that signs whatever it is handed',
      { akPublic: sized(eccPublicArea(p256.publicKey, { kind: 'ak', attributes: 0x00040072 })) },
    ],
    [
      'tpm.ak.key',
      'a key that is too short',
      { akPublic: sized(rsaPublicArea(short.publicKey, { kind: 'ak' })) },
    ],
  ])('is refused by %s alone: %s', (id, _, changed) => {
    expect(examine(changed)).toEqual({ failed: [id], identity: null });
  });
});
