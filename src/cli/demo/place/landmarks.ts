import { generateKeyPairSync } from 'node:crypto';
import { toBase64Url } from '../../../bytes/text.ts';
import { type RunningLandmark, startLandmark } from '../../../landmark/landmark.ts';
import { parseKeySet } from '../../../landmark/permit-keys.ts';
import { rawPublicKey } from '../../../location/probe/index.ts';
import type { Place } from '../../../location/wgs84.ts';
import { approve } from '../approve.ts';
import type { Cast } from '../cast.ts';
import type { Wire } from './wire.ts';

export const FRANKFURT: Place = { latitude: 50.1109, longitude: 8.6821 };
export const DUBAI: Place = { latitude: 25.2048, longitude: 55.2708 };

/** What stands around the facility, and around the place that a diverted host would come to. */
const SITES = [
  ['offenbach', 'DE', { latitude: 50.1006, longitude: 8.7665 }],
  ['bad-homburg', 'DE', { latitude: 50.2268, longitude: 8.6182 }],
  ['darmstadt', 'DE', { latitude: 49.8728, longitude: 8.6512 }],
  ['dubai', 'AE', { latitude: 25.1972, longitude: 55.2744 }],
  ['sharjah', 'AE', { latitude: 25.3463, longitude: 55.4209 }],
  ['ajman', 'AE', { latitude: 25.4052, longitude: 55.5136 }],
] as const satisfies readonly (readonly [string, string, Place])[];

const UNCERTAINTY_METERS = 50;
const DAY_MS = 86_400_000;

/** Landmarks as operators run them, each under an operator of its own, joined to the host by the wire. */
export class DemoLandmarks {
  readonly #running: RunningLandmark[] = [];

  /** Starts them, and has the authority put each in force. */
  async start(cast: Cast, verifier: { readonly url: string }, wire: Wire): Promise<string[]> {
    const issuer = new URL(verifier.url).origin;
    const keySet = await fetch(new URL('/.well-known/permit-keys.json', verifier.url));
    const permitKeys = parseKeySet(issuer, await keySet.text());
    const names: string[] = [];
    for (const [name, country, place] of SITES) {
      const { privateKey: key } = generateKeyPairSync('ed25519');
      const id = `demonstration-${name}`;
      const landmark = await startLandmark(
        {
          identity: { id, key, place, uncertaintyMeters: UNCERTAINTY_METERS, clockErrorPpm: 100 },
          listen: [{ address: '127.0.0.1', port: 0 }],
          permitKeys: () => permitKeys,
          // One clock with its verifier: no permit is older than the landmark.
          limits: { clockSkewMs: 0, timing: { timeoutMs: 1_000, leastMs: 25, pauseMs: 2 } },
        },
        { began: () => {}, ended: () => {}, refused: () => {}, dropped: () => {} },
      );
      this.#running.push(landmark);
      const [bound] = landmark.bound;
      if (bound === undefined) throw new TypeError('a landmark that listens nowhere');
      const content = {
        name: id,
        // Keys and ports are of this start alone.
        version: toBase64Url(rawPublicKey(key)).slice(0, 16),
        operator: `${name} observatory`,
        company: `${name} hosting`,
        site: `${name} 1`,
        country,
        place: { ...place },
        uncertaintyMeters: UNCERTAINTY_METERS,
        key: toBase64Url(rawPublicKey(key)),
        addresses: [{ ...(await wire.lay(place, bound)) }],
        placeBasis: {
          kind: 'audit',
          auditedAt: new Date(Date.now() - DAY_MS).toISOString(),
          auditor: 'demonstration surveyors',
          sealedUnit: name,
        },
      };
      await approve(cast, 'authority', 'landmark', content);
      names.push(name);
    }
    return names;
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((landmark) => landmark.close(0)));
  }
}
