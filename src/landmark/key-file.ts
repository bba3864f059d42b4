import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { writePrivateFile } from '../service/keys/private-file.ts';
import { LandmarkError } from './errors.ts';

const OTHERS = 0o077;
const MEND = 'Make one with `sextant landmark key --key FILE`; it is PKCS#8 in PEM, Ed25519, mode 0600.';

/** Makes a landmark's key, 0600 and on disk when this returns. @throws LandmarkError `key_unreadable` where one is already */
export function makeLandmarkKey(path: string): KeyObject {
  if (existsSync(path)) {
    throw new LandmarkError(
      'key_unreadable',
      `${path} exists`,
      'A landmark keeps its key: use it, or name another file.',
    );
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  writePrivateFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

/** @throws LandmarkError `key_unreadable`, `key_exposed` */
export function readLandmarkKey(path: string): KeyObject {
  let key: KeyObject;
  let mode: number;
  try {
    const file = openSync(path, 'r');
    try {
      mode = fstatSync(file).mode;
      key = createPrivateKey(readFileSync(file));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new LandmarkError('key_unreadable', `cannot read a key from ${path}`, MEND, cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new LandmarkError('key_unreadable', `${path} holds no Ed25519 key`, MEND);
  }
  if ((mode & OTHERS) !== 0) {
    throw new LandmarkError(
      'key_exposed',
      `${path} may be used by other users`,
      `If nobody else has used it: chmod go= ${path}. Otherwise make another, and have it registered.`,
    );
  }
  return key;
}
