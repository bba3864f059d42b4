import { afterEach, describe, expect, it } from 'vitest';
import { respondToLandmark } from '../../src/agent/location/respond.ts';
import { verifyReceipt } from '../../src/location/probe/index.ts';
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
    const receipt = await respondToLandmark(bytes, keys, { signal });
    const context = { permit, landmark: world.registered, at: new Date(), graceMs: 0, clockSkewMs: 0 };
    const { findings, bound, receipt: read } = verifyReceipt(receipt, context);
    expect(findings.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(read?.sent).toBe(24);
    expect(read?.rounds).toHaveLength(24);
    expect(read?.peer.address).toBe(address);
    expect(bound?.rttNs).toBeGreaterThan(5_000);
    expect(bound?.rttNs).toBeLessThan(5_000_000);
    expect(world.seen).toEqual(['began', 'measured']);
  });
});
