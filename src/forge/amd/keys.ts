import { generateKeyPairSync, type KeyObject } from 'node:crypto';

const rsaKeys = new Map<string, KeyObject>();

/**
 * The RSA-4096 key of this name, made on first use and then the same for the life of the process: half a second each, and
 * one platform needs two. Nobody outside the process ever holds one.
 */
export function rsaKey(name: string): KeyObject {
  let key = rsaKeys.get(name);
  if (key === undefined) {
    key = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey;
    rsaKeys.set(name, key);
  }
  return key;
}

/** A new P-384 key, as every VCEK and VLEK is one. */
export function endorsementKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
}
