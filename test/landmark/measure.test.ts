import { afterEach, describe, expect, it } from 'vitest';
import { respondToLandmark } from '../../src/agent/location/respond.ts';
import { probeContext, verifyReceipt } from '../../src/location/probe/index.ts';
import { Client } from './client.ts';
import { hostKeys, issue, startWorld, type World } from './world.ts';

let world: World | null = null;
afterEach(async () => {
  await world?.landmark.close(0);
  world = null;
});
const signal = new AbortController().signal;

describe('a landmark and a host on one machine', () => {
  it.each(['127.0.0.1', '::1'])('make a receipt that the verifier accepts, over %s', async (address) => {
    world = await startWorld({}, { address });
    const keys = hostKeys();
    const { permit, bytes } = issue(world, keys);
    const began = process.hrtime.bigint();
    const receipt = await respondToLandmark(bytes, keys, { signal });
    const tookNs = Number(process.hrtime.bigint() - began);
    const context = { permit, landmark: world.registered, at: new Date(), graceMs: 0, clockSkewMs: 0 };
    const { findings, bound, receipt: read } = verifyReceipt(receipt, context);
    expect(findings.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(read?.sent).toBe(24);
    expect(read?.rounds).toHaveLength(24);
    expect(read?.peer.address).toBe(address);
    expect(bound?.rttNs).toBeGreaterThan(5_000);
    // One round after the other: the shortest is below their mean.
    expect(bound?.rttNs).toBeLessThan(tookNs / 24);
    expect(world.seen).toEqual(['began', 'measured']);
  });

  it('are not disturbed by somebody elsewhere who knows the name of their session', async () => {
    world = await startWorld();
    const keys = hostKeys();
    const { permit, bytes } = issue(world, keys);
    let isDone = false;
    const measured = respondToLandmark(bytes, keys, { signal }).finally(() => {
      isDone = true;
    });
    const { session } = probeContext(permit);
    const stranger = new Client(world.address);
    // Wrong answers to every round, one at a time, for as long as it takes.
    for (let turn = 0; !isDone; turn++) {
      const seq = turn % permit.rounds;
      stranger.send(Buffer.concat([Buffer.of(1, 7), session, Buffer.of(0, 0, 0, seq), new Uint8Array(32)]));
      await new Promise(setImmediate);
    }
    const receipt = await measured;
    stranger.close();
    const context = { permit, landmark: world.registered, at: new Date(), graceMs: 0, clockSkewMs: 0 };
    expect(verifyReceipt(receipt, context).receipt?.rounds.length).toBeGreaterThan(12);
  });
});
