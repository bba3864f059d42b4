import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { hostKeyFrom } from '../agent/host-key.ts';
import { type MissingBound, respondToAll } from '../agent/location/respond-to-all.ts';
import { readAnswer } from '../agent/verifier/answer.ts';
import { verifierClient } from '../agent/verifier/client.ts';
import { toBase64Url } from '../bytes/text.ts';
import { rawPublicKey } from '../location/probe/index.ts';
import { meshAnswer, meshPermitsAnswer } from '../protocol/mesh.ts';
import type { LandmarkIdentity } from './settings.ts';

export type MeshRound = {
  /** Receipts that the verifier kept. */
  readonly counted: number;
  /** Landmarks that did not measure this one. */
  readonly missing: readonly MissingBound[];
};

/**
 * Asks a verifier by whom it wants this landmark measured, lets those measure it, and hands in their receipts. The landmark's
 * own key proves who asks; the exchange key is made anew each time.
 *
 * @throws Refusal, AgentError with a code of `ExchangeCode`; the signal's reason when it was aborted
 */
export async function beMeasuredFor(
  verifier: URL,
  identity: LandmarkIdentity,
  now: () => Date,
  signal: AbortSignal,
): Promise<MeshRound> {
  const client = verifierClient({ address: verifier, hostKey: hostKeyFrom(identity.key), clock: now });
  const exchange = generateKeyPairSync('x25519').privateKey;
  const post = (what: string, content: object): Promise<unknown> => {
    const body = { mediaType: 'application/json', content: JSON.stringify(content) };
    return client.post({ path: `/v1/landmarks/${encodeURIComponent(identity.id)}/${what}`, body, signal });
  };
  const given = await post('permits', { exchangeKey: toBase64Url(rawPublicKey(exchange)) });
  const { permits } = readAnswer(z.object(meshPermitsAnswer.shape), given, client.address);
  const { measured, missing } = await respondToAll(permits, { signing: identity.key, exchange }, signal);
  if (measured.length === 0) return { counted: 0, missing };
  const kept = await post('receipts', {
    measured: measured.map(({ permit, receipt }) => ({ permit, receipt })),
  });
  const { counted } = readAnswer(z.object(meshAnswer.shape), kept, client.address);
  return { counted, missing };
}

export type VerifierMeshOptions = {
  readonly identity: LandmarkIdentity;
  readonly verifiers: readonly URL[];
  readonly everyMs: number;
  readonly now: () => Date;
  readonly measured: (verifier: URL, round: MeshRound) => void;
  readonly failed: (verifier: URL, error: unknown) => void;
};

/** Asks every verifier once in an interval, until the signal ends it. */
export async function runVerifierMesh(options: VerifierMeshOptions, signal: AbortSignal): Promise<void> {
  const { identity, verifiers, everyMs, now, measured, failed } = options;
  while (verifiers.length > 0 && !signal.aborted) {
    for (const verifier of verifiers) {
      try {
        measured(verifier, await beMeasuredFor(verifier, identity, now, signal));
      } catch (error) {
        if (!signal.aborted) failed(verifier, error);
      }
    }
    await wait(everyMs, undefined, { signal }).catch(() => {});
  }
}
