import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { type ManufacturerKey, readManifestKey } from '../../evidence/manifest/keys.ts';
import { manifestKey } from '../../protocol/device-manifest.ts';

/** A verifier's keys for one purpose, by `kid`. Keys of another purpose stand in another set, and none serves two. */
export type GrantKeys = ReadonlyMap<string, ManufacturerKey>;

/** Keys of reports stay published for five years, and another begins each month. */
const MAX_KEYS = 128;
const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(MAX_KEYS) });

/**
 * Reads a JWK set as `/.well-known/grant-keys.json` and `/.well-known/status-list-keys.json` answer it (RFC 7517): P-256, P-384
 * and Ed25519, each with the `kid` that is its RFC 7638 thumbprint, so that no key passes for another.
 *
 * Unproven afterwards: whose keys they are. Have them over a channel that says so, and keep them no longer than an hour.
 *
 * @throws FormatError `bad_value`, `unsupported` for a private key, `duplicate`
 */
export function parseGrantKeys(set: unknown): GrantKeys {
  const parsed = keySet.safeParse(set);
  if (!parsed.success) {
    throw new FormatError('bad_value', `not a JWK set of up to ${MAX_KEYS} keys`, { path: 'keys' });
  }
  const keys = new Map<string, ManufacturerKey>();
  for (const [index, jwk] of parsed.data.keys.entries()) {
    const path = `keys[${index}]`;
    if (jwk['d'] !== undefined) throw new FormatError('unsupported', `${path} is a private key`, { path });
    const key = readKey(jwk, path);
    if (keys.has(key.kid)) throw new FormatError('duplicate', `${path} is there twice`, { path });
    keys.set(key.kid, key);
  }
  return keys;
}

function readKey(jwk: { readonly [member: string]: unknown }, path: string): ManufacturerKey {
  const { kty, crv, x, y, kid } = jwk;
  const parsed = manifestKey.safeParse(y === undefined ? { kty, crv, x } : { kty, crv, x, y });
  if (!parsed.success) {
    throw new FormatError('bad_value', `${path} is no public key on P-256, P-384 or Ed25519`, { path });
  }
  const key = readManifestKey(parsed.data, path);
  if (key.kid === kid) return key;
  throw new FormatError('bad_value', `${path}.kid is not the key's thumbprint`, {
    path: `${path}.kid`,
    expected: key.kid,
    actual: String(kid).slice(0, 64),
  });
}
