import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  type Endpoint,
  type ProbeReceipt,
  parsePermit,
  type ReceiptBound,
  rawPublicKey,
  type TrustedLandmark,
  verifyReceipt,
} from '../../src/location/probe/index.ts';
import { hostKeys, ISSUER, issue, permitKeySet } from '../landmark/world.ts';
import { type Child, startChild } from './child.ts';
import type { HostAnswer, HostQuestion } from './children/host.ts';
import type { LandmarkSettings } from './children/landmark.ts';
import type { Deed, LinkSettings, LinkState, WireReport } from './children/wire.ts';
import { CITIES, type City, oneWayNs } from './geography.ts';
import { buildNetwork } from './namespaces.ts';

const LANDMARKS = ['frankfurt', 'mainz', 'wuerzburg', 'berlin', 'potsdam'] as const satisfies readonly City[];
type LandmarkCity = (typeof LANDMARKS)[number];
/** That one and its path are spoken to over IPv6. */
const OVER_IPV6: LandmarkCity = 'berlin';
const PORT = 4600;
const UNCERTAINTY_METERS = 50;
export const ROUNDS = 24;

/** What a host brought back from one landmark, as the verifier judges it. */
export type Outcome = {
  readonly landmark: LandmarkCity;
  /** Why there is no receipt; null where there is one. */
  readonly code: string | null;
  readonly receipt: ProbeReceipt | null;
  readonly bound: ReceiptBound | null;
  readonly failed: readonly string[];
};

export type CityNetwork = {
  /** Measures a host that stands in a city, or for a relay's sake elsewhere than its path ends. */
  readonly measure: (scene: Scene) => Promise<Outcome[]>;
  readonly lie: (landmark: LandmarkCity, share: number) => Promise<void>;
  readonly report: () => Promise<WireReport>;
  readonly remove: () => Promise<void>;
};

export type Scene = {
  /** Where the key is. */
  readonly host: City;
  /** Where the datagrams of every path go first; default: straight to the key. */
  readonly via?: City;
  /** Default: all. */
  readonly landmarks?: readonly LandmarkCity[];
  readonly deeds?: { readonly [L in LandmarkCity]?: Deed };
  /** Added to each way of every path. */
  readonly addedNs?: number;
};

export async function buildCityNetwork(): Promise<CityNetwork> {
  const network = buildNetwork(['host', ...LANDMARKS]);
  const children: Child[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    network.remove();
  };
  const start = async (namespace: string, name: string, settings: object): Promise<Child> => {
    const { child } = await startChild(namespace, name, settings);
    children.push(child);
    return child;
  };
  const cable = (node: string) => {
    const found = network.cables.get(node);
    if (found === undefined) throw new Error(`no cable to ${node}`);
    return found;
  };
  const end = (node: string, side: 'node' | 'wire', city: City, port: number): Endpoint => {
    const { v4, v6 } = cable(node);
    return { address: (city === OVER_IPV6 ? v6 : v4)[side], port };
  };
  try {
    const keys = hostKeys();
    const landmarkKeys = new Map(LANDMARKS.map((city) => [city, generateKeyPairSync('ed25519').privateKey]));
    const links: LinkSettings[] = LANDMARKS.map((city, index) => ({
      id: city,
      front: end('host', 'wire', city, PORT + index),
      landmark: end(city, 'node', city, PORT),
    }));
    const [wire, host, ...landmarks] = await Promise.all([
      start(network.wire, 'wire', links),
      start(cable('host').namespace, 'host', {}),
      ...LANDMARKS.map((city) =>
        start(
          cable(city).namespace,
          'landmark',
          settingsOf(city, landmarkKeys, end(city, 'node', city, PORT)),
        ),
      ),
    ]);
    return {
      remove,
      report: () => wire.ask<WireReport>({ report: true }),
      lie: async (city, share) => {
        await landmarks[LANDMARKS.indexOf(city)]?.ask({ lie: share });
      },
      measure: async (scene) => {
        await wire.ask<WireReport>(linkStates(scene));
        const outcomes: Outcome[] = [];
        for (const city of scene.landmarks ?? LANDMARKS) {
          const registered = registeredAs(city, landmarkKeys);
          const front = links.find(({ id }) => id === city)?.front;
          if (front === undefined) throw new Error(`no link to ${city}`);
          const { bytes } = issue({ registered, address: front }, keys, { rounds: ROUNDS });
          const question: HostQuestion = {
            permit: Buffer.from(bytes).toString('base64url'),
            signing: pem(keys.signing),
            exchange: pem(keys.exchange),
          };
          const answer = await host.ask<HostAnswer>(question);
          outcomes.push(outcomeOf(city, registered, bytes, answer));
        }
        return outcomes;
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function settingsOf(city: City, keys: ReadonlyMap<City, KeyObject>, listen: Endpoint): LandmarkSettings {
  return {
    id: city,
    key: pem(keyOf(city, keys)),
    place: CITIES[city],
    uncertaintyMeters: UNCERTAINTY_METERS,
    listen: [listen],
    trusted: [{ issuer: ISSUER, keySet: permitKeySet }],
  };
}

function registeredAs(city: City, keys: ReadonlyMap<City, KeyObject>): TrustedLandmark {
  return {
    id: city,
    key: rawPublicKey(keyOf(city, keys)),
    controlGroup: `operator-in-${city}`,
    place: CITIES[city],
    uncertaintyMeters: UNCERTAINTY_METERS,
  };
}

function keyOf(city: City, keys: ReadonlyMap<City, KeyObject>): KeyObject {
  const key = keys.get(city);
  if (key === undefined) throw new Error(`no key for ${city}`);
  return key;
}

function linkStates({ host, via, deeds = {}, addedNs = 0 }: Scene): LinkState[] {
  return LANDMARKS.map((city) => {
    const path = via === undefined ? oneWayNs(city, host) : oneWayNs(city, via) + oneWayNs(via, host);
    return { id: city, oneWayNs: path + addedNs, deed: deeds[city] ?? 'carry' };
  });
}

function outcomeOf(
  city: LandmarkCity,
  landmark: TrustedLandmark,
  permit: Uint8Array,
  answer: HostAnswer,
): Outcome {
  if ('code' in answer) return { landmark: city, code: answer.code, receipt: null, bound: null, failed: [] };
  const { findings, receipt, bound } = verifyReceipt(Buffer.from(answer.receipt, 'base64url'), {
    permit: parsePermit(permit).content.permit,
    landmark,
    at: new Date(),
    graceMs: 10_000,
    clockSkewMs: 0,
  });
  const failed = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  return { landmark: city, code: null, receipt, bound, failed };
}
