import { hash, timingSafeEqual } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { toBase64Url } from '../../bytes/text.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';

/** 256 bits: beyond guessing, so that a plain hash keeps it. */
const SECRET_BYTES = 32;
const VALUE = /^([0-9a-hjkmnp-tv-z]{26})\.[A-Za-z0-9_-]{43}$/;

export type NewSecret = {
  readonly id: string;
  /** `<id>.<secret>`: the cookie's value, kept nowhere. */
  readonly value: string;
  readonly secretHash: string;
};

export function newSecret(context: Pick<Context, 'clock' | 'random'>): NewSecret {
  const id = newIdentifier('pgs', context);
  const value = `${id.slice('pgs_'.length)}.${toBase64Url(context.random(SECRET_BYTES))}`;
  return { id, value, secretHash: hashSecret(value) };
}

/** The identifier of a session's row; null where the text is no cookie of ours. */
export function sessionIdOf(value: string): string | null {
  const id = VALUE.exec(value)?.[1];
  return id === undefined ? null : `pgs_${id}`;
}

/** The domain of the hash, once. */
const DOMAIN = Buffer.from(domain('page-session', new Uint8Array())).toString('latin1');

/** What the store keeps: SHA-256 over `sextant/v1/page-session\0` and the whole value. */
export function hashSecret(value: string): string {
  return hash('sha256', DOMAIN + value, 'hex');
}

/** Compares in constant time, though only a hash could leak. */
export function matchesSecret(value: string, secretHash: string): boolean {
  const [expected, actual] = [Buffer.from(secretHash), Buffer.from(hashSecret(value))];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** RFC 9449, 4.2: what a proof names as `ath` when it comes with this value. */
export function sessionHashOf(value: string): string {
  return hash('sha256', value, 'base64url');
}
