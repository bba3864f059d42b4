import { hash, timingSafeEqual } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { toBase64Url } from '../../bytes/text.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';

/** 256 bits: beyond guessing, so that a plain hash keeps it (stretching is for what people choose). */
const SECRET_BYTES = 32;
const TOKEN = /^sxt_([0-9a-hjkmnp-tv-z]{26})_[A-Za-z0-9_-]{43}$/;

export type NewToken = {
  readonly id: string;
  /** `sxt_<id>_<secret>`: shown once, kept nowhere. */
  readonly token: string;
  readonly secretHash: string;
};

export function newToken(context: Pick<Context, 'clock' | 'random'>): NewToken {
  const id = newIdentifier('tok', context);
  const token = `sxt_${id.slice('tok_'.length)}_${toBase64Url(context.random(SECRET_BYTES))}`;
  return { id, token, secretHash: hashToken(token) };
}

/** The identifier of a token's row; null when the text is no token. */
export function tokenIdOf(token: string): string | null {
  const id = TOKEN.exec(token)?.[1];
  return id === undefined ? null : `tok_${id}`;
}

/** The domain of the hash, once: `domain` would build it for every request. */
const DOMAIN = Buffer.from(domain('bearer-token', new Uint8Array())).toString('latin1');

/** What the store keeps: SHA-256 over `sextant/v1/bearer-token\0` and the whole token. */
export function hashToken(token: string): string {
  return hash('sha256', DOMAIN + token, 'hex');
}

/** Both sides of a comparison, which nothing interrupts: made once, as one comes with every request. */
const expected = Buffer.alloc(64);
const actual = Buffer.alloc(64);

/** Compares in constant time, though only a hash could leak. */
export function matchesHash(token: string, secretHash: string): boolean {
  if (secretHash.length !== expected.length) return false;
  expected.write(secretHash, 'latin1');
  actual.write(hashToken(token), 'latin1');
  return timingSafeEqual(expected, actual);
}
