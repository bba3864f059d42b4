import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { instant } from '../protocol/encoding.ts';
import type { Binding } from '../protocol/session.ts';
import type { DataFolder } from './folder.ts';

const FILE = 'session-keys.json';

/** Attested keys live at most a day; renewed an hour early, so that none expires between a quote and its answer. */
const MAX_AGE_MS = 23 * 3_600_000;

const kept = z.strictObject({ createdAt: instant, signing: z.string(), exchange: z.string() });

/**
 * The keys that the evidence attests: one signs bundles, the other is known to landmarks. On a host without a TEE they
 * lie in a file and whoever owns the host can copy them, which every result says (`operator-extractable`).
 */
export type SessionKeys = {
  readonly signing: KeyObject;
  readonly exchange: KeyObject;
  readonly createdAt: Date;
};

/** The keys in the folder, or new ones where they are absent, unreadable, a day old or dated in the future. */
export function currentSessionKeys(folder: DataFolder, now: Date): SessionKeys {
  const keys = read(folder);
  const ageMs = keys === null ? -1 : now.getTime() - keys.createdAt.getTime();
  if (keys !== null && ageMs >= 0 && ageMs < MAX_AGE_MS) return keys;
  const fresh = {
    signing: generateKeyPairSync('ed25519').privateKey,
    exchange: generateKeyPairSync('x25519').privateKey,
    createdAt: now,
  };
  folder.write(
    FILE,
    JSON.stringify({
      createdAt: now.toISOString(),
      signing: fresh.signing.export({ type: 'pkcs8', format: 'pem' }),
      exchange: fresh.exchange.export({ type: 'pkcs8', format: 'pem' }),
    }),
  );
  return fresh;
}

function read(folder: DataFolder): SessionKeys | null {
  const text = folder.read(FILE);
  if (text === null) return null;
  try {
    const { createdAt, signing, exchange } = kept.parse(JSON.parse(text));
    const keys = { signing: createPrivateKey(signing), exchange: createPrivateKey(exchange) };
    if (keys.signing.asymmetricKeyType !== 'ed25519' || keys.exchange.asymmetricKeyType !== 'x25519')
      return null;
    return { ...keys, createdAt: new Date(createdAt) };
  } catch {
    // Nothing depends on these keys for longer than a day: damaged ones are made anew.
    return null;
  }
}

/** The two public keys as the binding names them. */
export function bindingKeys({ signing, exchange }: SessionKeys): Pick<Binding, 'signingKey' | 'exchangeKey'> {
  return {
    signingKey: { kty: 'OKP', crv: 'Ed25519', x: publicX(signing) },
    exchangeKey: { kty: 'OKP', crv: 'X25519', x: publicX(exchange) },
  };
}

function publicX(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('not an OKP key');
  return x;
}
