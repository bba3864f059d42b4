import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { respondToLandmark } from '../agent/location/respond.ts';
import { parseJson } from '../bytes/json.ts';
import { fromBase64Url, toBase64Url } from '../bytes/text.ts';
import {
  type Endpoint,
  MIN_BURSTS,
  MIN_ROUNDS,
  parseReceipt,
  publicKeyOf,
  rawPublicKey,
  signPermit,
} from '../location/probe/index.ts';
import { LandmarkError } from './errors.ts';
import type { LandmarkIdentity } from './settings.ts';

/** Another landmark, as its registration names it. */
export type MeshPeer = {
  readonly id: string;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
  readonly addresses: readonly Endpoint[];
};

const peers = z.array(
  z.object({
    name: z.string().min(1).max(64),
    key: z.string(),
    addresses: z
      .array(z.object({ address: z.string(), port: z.int().min(1).max(65_535) }))
      .min(1)
      .max(4),
  }),
);

/** Reads a list of registrations: `name`, `key` and `addresses` of each. @throws LandmarkError `peers_unusable` */
export function parsePeers(text: string): MeshPeer[] {
  try {
    return peers.parse(parseJson(text)).map(({ name, key, addresses }) => {
      const raw = fromBase64Url(key, 'key');
      publicKeyOf('Ed25519', raw);
      return { id: name, key: raw, addresses };
    });
  } catch (cause) {
    throw new LandmarkError(
      'peers_unusable',
      'the list of peers cannot be read',
      'It is a JSON array of {"name", "key", "addresses"} as landmarks are registered.',
      cause,
    );
  }
}

/** As whom a landmark asks others to measure it: it is no verifier, and vouches for itself alone. */
export function meshIssuer(landmarkId: string): string {
  return `landmark:${landmarkId}`;
}

/** A peer's word of where this landmark is; permit and receipt are for whoever judges both. */
export type MeshReceipt = {
  readonly peer: string;
  readonly permit: string;
  readonly receipt: string;
  readonly rttNs: number | null;
  readonly at: string;
};

const LIFETIME_MS = 30_000;
const ROUNDS = 2 * MIN_ROUNDS;

/**
 * Lets one peer measure this landmark, by the protocol that hosts follow: what a landmark says of others proves nothing of
 * itself, what others say of it does. The exchange key is made anew each time.
 * @throws AgentError as `respondToLandmark`
 */
export async function beMeasuredBy(
  { id, key, addresses }: MeshPeer,
  identity: LandmarkIdentity,
  now: Date,
  signal: AbortSignal,
): Promise<MeshReceipt> {
  const keys = { signing: identity.key, exchange: generateKeyPairSync('x25519').privateKey };
  const permit = signPermit(
    {
      issuer: meshIssuer(identity.id),
      jti: randomUUID(),
      sessionId: randomUUID(),
      hostId: identity.id,
      hostKey: rawPublicKey(keys.signing),
      exchangeKey: rawPublicKey(keys.exchange),
      facilityId: null,
      landmarkId: id,
      landmarkKey: key,
      addresses,
      rounds: ROUNDS,
      bursts: MIN_BURSTS + 1,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + LIFETIME_MS),
      policyVersion: 'mesh',
    },
    identity.key,
  );
  const receipt = await respondToLandmark(permit, keys, { signal });
  const { rounds } = parseReceipt(receipt).content;
  return {
    peer: id,
    permit: toBase64Url(permit),
    receipt: toBase64Url(receipt),
    rttNs: rounds.length === 0 ? null : Math.min(...rounds.map(({ rttNs }) => rttNs)),
    at: now.toISOString(),
  };
}

export type MeshOptions = {
  readonly identity: LandmarkIdentity;
  readonly peers: readonly MeshPeer[];
  readonly everyMs: number;
  readonly now: () => Date;
  readonly measured: (receipt: MeshReceipt) => void;
  readonly failed: (peer: string, error: unknown) => void;
};

/** Asks each peer in turn, spread over the interval, until the signal ends it. */
export async function runMesh(
  { identity, peers, everyMs, now, measured, failed }: MeshOptions,
  signal: AbortSignal,
) {
  if (peers.length === 0) return;
  for (let turn = 0; !signal.aborted; turn++) {
    const peer = peers[turn % peers.length];
    if (peer === undefined) return;
    try {
      measured(await beMeasuredBy(peer, identity, now(), signal));
    } catch (error) {
      if (!signal.aborted) failed(peer.id, error);
    }
    await wait(everyMs / peers.length, undefined, { signal }).catch(() => {});
  }
}
