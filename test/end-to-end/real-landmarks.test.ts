import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { beLocated } from '../../src/agent/location/locate.ts';
import { systemClock } from '../../src/landmark/clock.ts';
import { type RunningLandmark, startLandmark } from '../../src/landmark/landmark.ts';
import { parseKeySet } from '../../src/landmark/permit-keys.ts';
import { beMeasuredFor } from '../../src/landmark/verifier-mesh.ts';
import { LIMITS } from '../landmark/world.ts';
import { TestLandmark } from './landmarks.ts';
import { enrolledGuest, permitKeysOf } from './measured-host.ts';
import { NEVER, type World } from './world.ts';

const PLACES = [
  { latitude: 64.15, longitude: -21.9 },
  { latitude: 64.0, longitude: -21.8 },
  { latitude: 63.95, longitude: -21.2 },
];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A landmark that really listens, registered under an operator of its own. */
async function run(world: World, registration: TestLandmark): Promise<RunningLandmark> {
  const issuer = world.verifier.context.config.publicUrl;
  const keys = parseKeySet(issuer, await permitKeysOf(world));
  const { id, key, place, uncertaintyMeters } = registration;
  const landmark = await startLandmark(
    {
      identity: { id, key, place, uncertaintyMeters, clockErrorPpm: 100 },
      listen: [{ address: '127.0.0.1', port: 0 }],
      permitKeys: () => keys,
      limits: LIMITS,
    },
    { began: () => {}, ended: () => {}, refused: () => {}, dropped: () => {} },
    { ...systemClock(), now: world.pace.clock },
  );
  closing.push(() => landmark.close(0).catch(() => {})); // one test closes one itself
  await registration.register(world, { addresses: [...landmark.bound] });
  return landmark;
}

describe('an agent among landmarks that listen', () => {
  it('is measured by those whom the verifier draws, and proven where they stand', async () => {
    const { world, guest } = await enrolledGuest();
    closing.push(() => world.close());
    for (const [index, place] of PLACES.entries()) await run(world, new TestLandmark(`rkv-${index}`, place));
    const { sessionId } = await guest.attest();
    const locating = { client: guest.client, keys: guest.keys, pace: world.pace };
    const { answer, missing } = await beLocated(locating, sessionId, NEVER);
    expect(missing).toEqual([]);
    expect(answer).toMatchObject({
      verdict: { verdict: 'proven-inside', area: 'Iceland', grade: 'A', f: 2, controlGroups: 3 },
      receipts: [{ counts: true }, { counts: true }, { counts: true }],
      devices: [{ kind: 'host-tee', level: 'G3' }],
    });
  });

  it('is measured by the others where one is dead', async () => {
    const { world, guest } = await enrolledGuest();
    closing.push(() => world.close());
    const [here, there] = PLACES;
    if (here === undefined || there === undefined) throw new Error('three places');
    await run(world, new TestLandmark('rkv-0', here));
    const dying = await run(world, new TestLandmark('rkv-1', there));
    await dying.close(0);
    const { sessionId } = await guest.attest();
    const locating = { client: guest.client, keys: guest.keys, pace: world.pace };
    const { answer, missing } = await beLocated(locating, sessionId, NEVER);
    expect(missing.map(({ landmarkId, code }) => ({ landmarkId, code }))).toEqual([
      { landmarkId: 'rkv-1', code: 'landmark_silent' },
    ]);
    expect(answer).toMatchObject({
      verdict: { verdict: 'proven-inside', f: 0 },
      receipts: [{ counts: true }],
    });
  });

  it('and those measure each other: the verifier names by whom, and keeps what they saw', async () => {
    const { world } = await enrolledGuest();
    closing.push(() => world.close());
    const [first] = await Promise.all(
      PLACES.map(async (place, index) => {
        const landmark = new TestLandmark(`rkv-${index}`, place);
        await run(world, landmark);
        return landmark;
      }),
    );
    if (first === undefined) throw new Error('three places');
    const { id, key, place, uncertaintyMeters } = first;
    const identity = { id, key, place, uncertaintyMeters, clockErrorPpm: 100 };
    const verifier = new URL(world.verifier.url);
    const round = await beMeasuredFor(verifier, identity, world.pace.clock, NEVER);
    expect(round).toEqual({ counted: 2, missing: [] });
    const stranger = { ...identity, key: generateKeyPairSync('ed25519').privateKey };
    await expect(beMeasuredFor(verifier, stranger, world.pace.clock, NEVER)).rejects.toMatchObject({
      status: 403,
    });
  });

  it('asks in vain where no landmark is registered, and nothing fails', async () => {
    const { world, guest } = await enrolledGuest();
    closing.push(() => world.close());
    const { sessionId } = await guest.attest();
    const locating = { client: guest.client, keys: guest.keys, pace: world.pace };
    expect(await beLocated(locating, sessionId, NEVER)).toEqual({ answer: null, missing: [] });
  });
});
