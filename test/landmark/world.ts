import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { HostKeys } from '../../src/agent/location/answering.ts';
import { toBase64Url } from '../../src/bytes/text.ts';
import type { EndedMeasurement, LandmarkEvents } from '../../src/landmark/events.ts';
import { type RunningLandmark, startLandmark } from '../../src/landmark/landmark.ts';
import type { LandmarkLimits } from '../../src/landmark/settings.ts';
import {
  type Endpoint,
  keyIdOf,
  type Permit,
  type PermitKey,
  rawPublicKey,
  signPermit,
  type TrustedLandmark,
} from '../../src/location/probe/index.ts';
import type { Place } from '../../src/location/wgs84.ts';

export const ISSUER = 'https://verifier.example';

/** A verifier's permit key, and landmarks' trust in it. */
export const permitKey: KeyObject = generateKeyPairSync('ed25519').privateKey;
export const trustedKeys: ReadonlyMap<string, PermitKey> = new Map([
  [kidOf(permitKey), { issuer: ISSUER, key: permitKey }],
]);

export function kidOf(key: KeyObject): string {
  return toBase64Url(keyIdOf(rawPublicKey(key)));
}

/** The same as the verifier publishes it. */
export const permitKeySet = JSON.stringify({
  keys: [{ kty: 'OKP', crv: 'Ed25519', kid: kidOf(permitKey), x: toBase64Url(rawPublicKey(permitKey)) }],
});

export const hostKeys = (): HostKeys => ({
  signing: generateKeyPairSync('ed25519').privateKey,
  exchange: generateKeyPairSync('x25519').privateKey,
});

export const BERLIN: Place = { latitude: 52.52, longitude: 13.405 };

/** A landmark on loopback, and all that it told. */
export type World = {
  readonly landmark: RunningLandmark;
  readonly address: Endpoint;
  readonly registered: TrustedLandmark;
  readonly seen: string[];
  readonly ended: EndedMeasurement[];
};

/** Test landmarks share a clock with their verifier, pause for a moment only, and wait for every round: on a busy machine it may come late. */
export const LIMITS: Partial<LandmarkLimits> = {
  clockSkewMs: 0,
  timing: { timeoutMs: 5_000, leastMs: 5_000, pauseMs: 2 },
};

export async function startWorld(
  limits: Partial<LandmarkLimits> = {},
  { address = '127.0.0.1', keys = () => trustedKeys, key = generateKeyPairSync('ed25519').privateKey } = {},
): Promise<World> {
  const seen: string[] = [];
  const ended: EndedMeasurement[] = [];
  const events: LandmarkEvents = {
    began: () => seen.push('began'),
    ended: (measurement) => {
      seen.push(measurement.outcome);
      ended.push(measurement);
    },
    refused: (reason, detail) => seen.push(detail === null ? `refused ${reason}` : `refused ${detail}`),
    dropped: (reason) => seen.push(`dropped ${reason}`),
  };
  const identity = { id: 'berlin-1', key, place: BERLIN, uncertaintyMeters: 25, clockErrorPpm: 100 };
  const landmark = await startLandmark(
    { identity, listen: [{ address, port: 0 }], permitKeys: keys, limits: { ...LIMITS, ...limits } },
    events,
  );
  const [bound] = landmark.bound;
  if (bound === undefined) throw new Error('it listens');
  const registered: TrustedLandmark = {
    id: identity.id,
    key: rawPublicKey(key),
    controlGroup: 'operator-a',
    place: identity.place,
    uncertaintyMeters: 25,
  };
  return { landmark, address: bound, registered, seen, ended };
}

/** A permit for now, as a verifier would issue it, and its bytes. */
export function issue(
  { registered, address }: Pick<World, 'registered' | 'address'>,
  keys: HostKeys,
  changes: Partial<Permit> = {},
  signer: KeyObject = permitKey,
): { readonly permit: Permit; readonly bytes: Uint8Array } {
  const issuedAt = new Date();
  const permit: Permit = {
    issuer: ISSUER,
    jti: randomUUID(),
    sessionId: randomUUID(),
    hostId: 'hst_1',
    hostKey: rawPublicKey(keys.signing),
    exchangeKey: rawPublicKey(keys.exchange),
    facilityId: null,
    landmarkId: registered.id,
    landmarkKey: registered.key,
    addresses: [address],
    rounds: 24,
    bursts: 3,
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + 30_000),
    policyVersion: '1',
    ...changes,
  };
  return { permit, bytes: signPermit(permit, signer) };
}
