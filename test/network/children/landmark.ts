import { createPrivateKey } from 'node:crypto';
import { systemClock } from '../../../src/landmark/clock.ts';
import { startLandmark } from '../../../src/landmark/landmark.ts';
import { parseKeySet } from '../../../src/landmark/permit-keys.ts';
import type { Endpoint } from '../../../src/location/probe/index.ts';
import type { Place } from '../../../src/location/wgs84.ts';

/** A landmark in a namespace. It tells the truth until it is told to lie: `{ lie: 0.1 }` makes every round trip a tenth. */
export type LandmarkSettings = {
  readonly id: string;
  readonly key: string;
  readonly place: Place;
  readonly uncertaintyMeters: number;
  readonly listen: readonly Endpoint[];
  /** Verifiers, and their permit keys as they publish them. */
  readonly trusted: readonly { readonly issuer: string; readonly keySet: string }[];
  /** By how much the verifier's clock is ahead of this machine's: tests move it. */
  readonly aheadMs?: number;
};

const settings: LandmarkSettings = JSON.parse(process.argv[2] ?? '');
const { id, key, place, uncertaintyMeters, listen, trusted, aheadMs = 0 } = settings;

const truth = process.hrtime.bigint;
let share = 1_000n;
process.hrtime.bigint = () => (truth() * share) / 1_000n;

const clock = { ...systemClock(), now: () => new Date(Date.now() + aheadMs) };
const keys = new Map(trusted.flatMap(({ issuer, keySet }) => [...parseKeySet(issuer, keySet)]));
const silent = { began: () => {}, ended: () => {}, refused: () => {}, dropped: () => {} };
const landmark = await startLandmark(
  {
    identity: { id, key: createPrivateKey(key), place, uncertaintyMeters, clockErrorPpm: 100 },
    listen,
    permitKeys: () => keys,
    limits: { clockSkewMs: 0, timing: { timeoutMs: 150, leastMs: 25, pauseMs: 5 } },
  },
  silent,
  clock,
);
process.on('message', ({ lie }: { readonly lie: number }) => {
  share = BigInt(Math.round(lie * 1_000));
  process.send?.({ lie });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ bound: landmark.bound });
