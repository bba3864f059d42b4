import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { TAG } from '../../../src/bytes/der-tag.ts';
import {
  writeObjectIdentifier,
  writeSequence,
  writeSetOf,
  writeText,
} from '../../../src/bytes/der-writer.ts';
import { activateCredential, parseCredential, parseTpm2bPublic } from '../../../src/evidence/tpm/index.ts';
import { OID } from '../../../src/pki/index.ts';
import { eccPublicArea, rsaPublicArea, sized } from '../../evidence/tpm/build.ts';
import { EMPTY_NAME, type Issued, issueLeaf } from '../../pki/issue.ts';
import { critical, extKeyUsage, keyUsage, plain, subjectAltName } from '../../pki/issue-extensions.ts';

/**
 * A machine's TPM, made of keys of node:crypto: an endorsement key with its manufacturer's certificate, an attestation
 * key, and the one command of enrolment.
 */
export type Machine = {
  readonly ekCertificate: Uint8Array;
  readonly ekPublic: Uint8Array;
  readonly akPublic: Uint8Array;
  readonly akName: Uint8Array;
  readonly akPrivate: KeyObject;
  /** TPM2_ActivateCredential. */
  readonly activate: (credentialBlob: Uint8Array, encryptedSecret: Uint8Array) => Uint8Array;
  /** The same for another key that is loaded beside this endorsement key. */
  readonly activateFor: (
    akName: Uint8Array,
    credentialBlob: Uint8Array,
    encryptedSecret: Uint8Array,
  ) => Uint8Array;
};

const rdn = (oid: string, value: string): Uint8Array =>
  writeSetOf(writeSequence(writeObjectIdentifier(oid), writeText(TAG.utf8String, value)));
/** TCG EK Credential Profile, 3.2.9: manufacturer, model, version. */
const TPM_NAME = writeSequence(
  rdn('2.23.133.2.1', 'id:53585400'),
  rdn('2.23.133.2.2', 'Test TPM'),
  rdn('2.23.133.2.3', 'id:00010000'),
);

export type MachineOptions = {
  readonly ek?: 'rsa' | 'ecc';
  /** The endorsement key of a TPM made earlier: only the attestation key is new. */
  readonly endorsement?: Endorsement;
};

export type Endorsement = {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly type: 'rsa' | 'ecc';
};

export function makeEndorsement(type: 'rsa' | 'ecc' = 'ecc'): Endorsement {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...pair, type };
}

export function makeMachine(manufacturer: Issued, { ek = 'ecc', endorsement }: MachineOptions = {}): Machine {
  const { publicKey, privateKey, type } = endorsement ?? makeEndorsement(ek);
  const ekPublic = sized(
    type === 'rsa' ? rsaPublicArea(publicKey, { kind: 'ek' }) : eccPublicArea(publicKey, { kind: 'ek' }),
  );
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const certificate = issueLeaf(manufacturer, {
    subject: EMPTY_NAME,
    key: { privateKey, spki, kind: type === 'rsa' ? 'rsa2048' : 'p256' },
    extensions: {
      [OID.subjectAltName]: critical(subjectAltName({ directory: TPM_NAME })),
      [OID.extKeyUsage]: plain(extKeyUsage(OID.tcgEkCertificate)),
      [OID.keyUsage]: critical(keyUsage(type === 'rsa' ? 'keyEncipherment' : 'keyAgreement')),
    },
  });
  const ak = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const akPublic = sized(eccPublicArea(ak.publicKey, { kind: 'ak' }));
  const akName = parseTpm2bPublic(akPublic).name;
  const activateFor: Machine['activateFor'] = (name, credentialBlob, encryptedSecret) =>
    activateCredential(
      parseTpm2bPublic(ekPublic),
      privateKey,
      name,
      parseCredential(credentialBlob, encryptedSecret),
    );
  return {
    ekCertificate: certificate.der,
    ekPublic,
    akPublic,
    akName,
    akPrivate: ak.privateKey,
    activate: (credentialBlob, encryptedSecret) => activateFor(akName, credentialBlob, encryptedSecret),
    activateFor,
  };
}
