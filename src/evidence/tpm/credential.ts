import { Cursor } from '../../bytes/cursor.ts';
import { MAX_DIGEST_BYTES, MAX_ECC_PARAMETER_BYTES, MAX_RSA_KEY_BYTES } from './algorithms.ts';

/** The two outputs of TPM2_MakeCredential, as TPM2_ActivateCredential takes them: without their outer sizes. */
export type Credential = {
  /** TPMS_ID_OBJECT (Part 2, 12.4.2): TPM2B_DIGEST integrityHMAC, then encIdentity. */
  readonly credentialBlob: Uint8Array;
  /** The contents of TPM2B_ENCRYPTED_SECRET (Part 2, 11.4.33). */
  readonly encryptedSecret: Uint8Array;
};

export type TpmsIdObject = { readonly integrityHmac: Uint8Array; readonly encIdentity: Uint8Array };

/** A digest's sized HMAC and a digest's sized, encrypted secret. */
const MAX_ID_OBJECT_BYTES = 2 * (2 + MAX_DIGEST_BYTES);

/** The larger of an RSA-4096 block and a P-521 point. */
const MAX_ENCRYPTED_SECRET_BYTES = Math.max(MAX_RSA_KEY_BYTES, 2 * (2 + MAX_ECC_PARAMETER_BYTES));

/** @throws FormatError */
export function parseIdObject(bytes: Uint8Array): TpmsIdObject {
  const cursor = new Cursor(bytes, 'tpmsIdObject');
  const integrityHmac = cursor.sized16be('integrityHMAC', MAX_DIGEST_BYTES);
  const encIdentity = cursor.rest('encIdentity');
  if (encIdentity.length > 2 + MAX_DIGEST_BYTES) {
    throw cursor.bad('encIdentity', `at most ${2 + MAX_DIGEST_BYTES} bytes`, `${encIdentity.length} bytes`);
  }
  return { integrityHmac, encIdentity };
}

/** Puts the two-byte size of a TPM2B before its contents: the wire's form of both members of a credential. */
export function toTpm2b(contents: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + contents.length);
  bytes[0] = contents.length >> 8;
  bytes[1] = contents.length & 0xff;
  bytes.set(contents, 2);
  return bytes;
}

/** Reads a TPM2B_ID_OBJECT and a TPM2B_ENCRYPTED_SECRET. @throws FormatError */
export function parseCredential(idObject: Uint8Array, encryptedSecret: Uint8Array): Credential {
  const blob = new Cursor(idObject, 'tpm2bIdObject');
  const credentialBlob = blob.sized16be('credential', MAX_ID_OBJECT_BYTES);
  blob.end();
  const secret = new Cursor(encryptedSecret, 'tpm2bEncryptedSecret');
  const contents = secret.sized16be('secret', MAX_ENCRYPTED_SECRET_BYTES);
  secret.end();
  return { credentialBlob, encryptedSecret: contents };
}

/** The file of `tpm2_makecredential -o` and `tpm2_activatecredential -i`: magic, version, and both members. */
const FILE_MAGIC = 0xbadcc0de;
const FILE_VERSION = 1;

/** @throws FormatError */
export function parseCredentialFile(bytes: Uint8Array): Credential {
  const cursor = new Cursor(bytes, 'credentialFile');
  const magic = cursor.u32be('magic');
  if (magic !== FILE_MAGIC) throw cursor.bad('magic', FILE_MAGIC.toString(16), magic.toString(16));
  const version = cursor.u32be('version');
  if (version !== FILE_VERSION) throw cursor.unsupported('version', `${FILE_VERSION}`, `${version}`);
  const credentialBlob = cursor.sized16be('credential', MAX_ID_OBJECT_BYTES);
  const encryptedSecret = cursor.sized16be('secret', MAX_ENCRYPTED_SECRET_BYTES);
  cursor.end();
  return { credentialBlob, encryptedSecret };
}

export function toCredentialFile(credential: Credential): Uint8Array {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(FILE_MAGIC);
  header.writeUInt32BE(FILE_VERSION, 4);
  const members = [toTpm2b(credential.credentialBlob), toTpm2b(credential.encryptedSecret)];
  return new Uint8Array(Buffer.concat([header, ...members]));
}
