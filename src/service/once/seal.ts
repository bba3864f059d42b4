import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { domain } from '../../bytes/domain.ts';
import { toUtf8 } from '../../bytes/text.ts';
import type { Random } from '../context.ts';

const SALT_BYTES = 16;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const IV_BYTES = 12;

/**
 * Seals a value under an Idempotency-Key: salt (16 bytes), tag (16), ciphertext of AES-256-GCM; key and IV by HKDF-SHA256
 * from the Idempotency-Key and the salt. An answer may hold a token that is otherwise kept nowhere: whoever reads the
 * store learns it only by guessing the key, which is why clients draw keys at random.
 *
 * @param about what it is and of which request: opens under no other
 * @param value whatever the structured clone algorithm copies
 */
export function seal(key: string, about: Uint8Array, value: unknown, random: Random): Uint8Array {
  const salt = random(SALT_BYTES);
  const [secret, iv] = derive(key, salt);
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  cipher.setAAD(about);
  const text = Buffer.concat([cipher.update(serialize(value)), cipher.final()]);
  return Buffer.concat([salt, cipher.getAuthTag(), text]);
}

/** @throws Error where it was sealed under another key, about something else, or was changed since */
export function open(key: string, about: Uint8Array, sealed: Uint8Array): unknown {
  const [secret, iv] = derive(key, sealed.subarray(0, SALT_BYTES));
  const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(about);
  decipher.setAuthTag(sealed.subarray(SALT_BYTES, SALT_BYTES + TAG_BYTES));
  const text = decipher.update(sealed.subarray(SALT_BYTES + TAG_BYTES));
  return deserialize(Buffer.concat([text, decipher.final()]));
}

const PURPOSE = domain('idempotency-seal', toUtf8('AES-256-GCM', 'algorithm'));

function derive(key: string, salt: Uint8Array): readonly [secret: Uint8Array, iv: Uint8Array] {
  const made = new Uint8Array(hkdfSync('sha256', key, salt, PURPOSE, KEY_BYTES + IV_BYTES));
  return [made.subarray(0, KEY_BYTES), made.subarray(KEY_BYTES)];
}
