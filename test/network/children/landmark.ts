import { createPrivateKey, createPublicKey } from 'node:crypto';
import { startLandmark } from '../../../src/landmark/landmark.ts';
import type { Endpoint } from '../../../src/location/probe/index.ts';
import type { Place } from '../../../src/location/wgs84.ts';

/** A landmark in a namespace. It tells the truth until it is told to lie: `{ lie: 0.1 }` makes every round trip a tenth. */
export type LandmarkSettings = {
  readonly id: string;
  readonly key: string;
  readonly place: Place;
  readonly uncertaintyMeters: number;
  readonly listen: readonly Endpoint[];
  readonly trusted: { readonly kid: string; readonly issuer: string; readonly key: string };
};

const { id, key, place, uncertaintyMeters, listen, trusted }: LandmarkSettings = JSON.parse(
  process.argv[2] ?? '',
);

const truth = process.hrtime.bigint;
let share = 1_000n;
process.hrtime.bigint = () => (truth() * share) / 1_000n;

const keys = new Map([[trusted.kid, { issuer: trusted.issuer, key: createPublicKey(trusted.key) }]]);
const silent = { began: () => {}, ended: () => {}, refused: () => {}, dropped: () => {} };
const landmark = await startLandmark(
  {
    identity: { id, key: createPrivateKey(key), place, uncertaintyMeters, clockErrorPpm: 100 },
    listen,
    permitKeys: () => keys,
    limits: { clockSkewMs: 0, timing: { timeoutMs: 150, pauseMs: 5 } },
  },
  silent,
);
process.on('message', ({ lie }: { readonly lie: number }) => {
  share = BigInt(Math.round(lie * 1_000));
  process.send?.({ lie });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ bound: landmark.bound });
