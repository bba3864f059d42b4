import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { SessionKeys } from '../../src/agent/session-keys.ts';
import { toBase64Url } from '../../src/bytes/text.ts';
import {
  keyIdOf,
  type Permit,
  type ProbeReceipt,
  parsePermit,
  rawPublicKey,
  signReceipt,
  signTranscript,
} from '../../src/location/probe/index.ts';
import { chordMeters, type Place, toEcef } from '../../src/location/wgs84.ts';
import type { LandmarkContent } from '../../src/protocol/landmark.ts';
import { type LocationAnswer, locationAnswer, permitsAnswer } from '../../src/protocol/location.ts';
import type { Guest } from './guest.ts';
import type { World } from './world.ts';

/** What a receipt says, where a test bends it. */
export type BentReceipt = Partial<Omit<ProbeReceipt, 'landmarkKeyId'>> & { readonly signedBy?: KeyObject };

/** A landmark without sockets: it signs what a measurement at a distance would have taken. */
export class TestLandmark {
  readonly id: string;
  readonly key = generateKeyPairSync('ed25519').privateKey;
  readonly place: Place;
  readonly uncertaintyMeters = 100;
  trustInputId = '';

  constructor(id: string, place: Place) {
    this.id = id;
    this.place = place;
  }

  content(changes: Partial<LandmarkContent> & { readonly at: Date }): object {
    const { at, ...more } = changes;
    return {
      name: this.id,
      version: '1',
      operator: `operator of ${this.id}`,
      company: `company of ${this.id}`,
      site: `site of ${this.id}`,
      country: 'IS',
      place: this.place,
      uncertaintyMeters: this.uncertaintyMeters,
      key: toBase64Url(rawPublicKey(this.key)),
      addresses: [{ address: '192.0.2.7', port: 4600 }],
      placeBasis: {
        kind: 'audit',
        auditedAt: new Date(at.getTime() - 86_400_000).toISOString(),
        auditor: 'surveyors',
        sealedUnit: `seal of ${this.id}`,
      },
      ...more,
    };
  }

  /** Puts it in force. */
  async register(world: World, changes: Partial<LandmarkContent> = {}): Promise<this> {
    const content = this.content({ at: world.pace.clock(), ...changes });
    this.trustInputId = await world.trust('landmark', content);
    return this;
  }

  receipt(permit: Permit, host: Place, keys: SessionKeys, at: Date, bent: BentReceipt = {}): string {
    const { signedBy = this.key, ...changes } = bent;
    const meters = chordMeters(toEcef(this.place), toEcef(host));
    const rttNs = Math.ceil((2 * meters * 1.468) / 0.299_792_458) + 300_000;
    const transcript = new Uint8Array(32).fill(7);
    const bytes = signReceipt(
      {
        landmarkId: this.id,
        jti: permit.jti,
        sessionId: permit.sessionId,
        hostKeyId: keyIdOf(permit.hostKey),
        place: this.place,
        uncertaintyMeters: this.uncertaintyMeters,
        sent: permit.rounds,
        rounds: [
          { seq: 0, rttNs: rttNs + 40_000 },
          { seq: 1, rttNs },
        ],
        clockErrorPpm: 100,
        transcript,
        hostSignature: signTranscript(transcript, keys.signing),
        peer: { address: '198.51.100.9', port: 50_000 },
        measuredAt: new Date(at.getTime()),
        ...changes,
      },
      signedBy,
    );
    return toBase64Url(bytes);
  }
}

export const REYKJAVIK: Place = { latitude: 64.1, longitude: -21.9 };
export const LONDON: Place = { latitude: 51.5, longitude: -0.1 };

const around = ({ latitude, longitude }: Place, offsets: readonly (readonly [number, number])[]): Place[] =>
  offsets.map(([north, east]) => ({ latitude: latitude + north, longitude: longitude + east }));
const NEAR = [
  [0.1, 0],
  [-0.1, 0.1],
  [0, 0.4],
  [0.2, 0.3],
  [0.05, -0.1],
] as const;

/** Five operators around the facility, and five around London. */
export async function registerFleet(world: World): Promise<TestLandmark[]> {
  const here = around(REYKJAVIK, NEAR).map((place, index) => new TestLandmark(`rkv-${index}`, place));
  const there = around(LONDON, NEAR).map((place, index) => new TestLandmark(`lon-${index}`, place));
  const fleet = [...here, ...there];
  for (const landmark of fleet) await landmark.register(world);
  return fleet;
}

export async function permitsFor(guest: Guest, sessionId: string) {
  const answer = await guest.client.post({ path: `/v1/sessions/${sessionId}/permits` });
  return permitsAnswer.parse(answer);
}

export async function sendReceipts(
  guest: Guest,
  sessionId: string,
  receipts: readonly string[],
): Promise<LocationAnswer> {
  const body = { mediaType: 'application/json', content: JSON.stringify({ receipts }) };
  return locationAnswer.parse(await guest.client.post({ path: `/v1/sessions/${sessionId}/location`, body }));
}

export type Measuring = {
  readonly place: Place;
  readonly bent?: (landmark: TestLandmark, permit: Permit) => BentReceipt;
  readonly without?: (landmark: TestLandmark) => boolean;
  readonly keys?: SessionKeys;
};

/** Asks for permits and lets every landmark that was drawn measure a host that stands somewhere. */
export async function receiptsFor(
  world: World,
  guest: Guest,
  sessionId: string,
  fleet: readonly TestLandmark[],
  { place, bent = () => ({}), without = () => false, keys = guest.keys }: Measuring,
): Promise<string[]> {
  const { permits } = await permitsFor(guest, sessionId);
  return permits.flatMap(({ landmarkId, permit: text }) => {
    const landmark = fleet.find(({ id }) => id === landmarkId);
    if (landmark === undefined || without(landmark)) return [];
    const { permit } = parsePermit(new Uint8Array(Buffer.from(text, 'base64url'))).content;
    return [landmark.receipt(permit, place, keys, world.pace.clock(), bent(landmark, permit))];
  });
}

/** Attests, is measured, and hands in what came of it. */
export async function locateGuest(
  world: World,
  guest: Guest,
  fleet: readonly TestLandmark[],
  measuring: Measuring,
): Promise<LocationAnswer> {
  const { sessionId } = await guest.attest();
  return sendReceipts(guest, sessionId, await receiptsFor(world, guest, sessionId, fleet, measuring));
}
