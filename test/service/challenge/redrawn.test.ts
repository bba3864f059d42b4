import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { commitmentTo } from '../../../src/record/challenge/draw.ts';
import { ask } from '../attestation/agent.ts';
import { logged } from '../attestation/world.ts';
import { auditStore } from '../audit/replay-all.ts';
import { makeLicensed } from '../events/licensed.ts';

describe('an audit of a draw', () => {
  it('draws again, and finds each thing that was not as it had to be', async () => {
    const { world, licenceId } = await makeLicensed();
    const { store, clock } = world.context;
    const bearer = world.people.auditor.token;
    const secret = randomBytes(32).toString('hex');
    const json = {
      of: { kind: 'licence', id: licenceId },
      devices: 1,
      commitment: commitmentTo(secret),
      reason: 'as every quarter',
    };
    const { body: order } = await ask(world, '/v1/challenges', { bearer, json });
    await ask(world, `/v1/challenges/${order.id}/draw`, { bearer, json: { secret } });
    const honest = await auditStore(store);
    expect([honest.found, honest.holds['challenges.redrawn']]).toEqual([{}, 1]);

    const [drawn] = await logged(world, 'challenge.drawn');
    const record = (wrong: object) =>
      store.write((tx) =>
        tx.record({
          type: 'challenge.drawn',
          at: clock(),
          tenant: 'verifier',
          body: JSON.parse(JSON.stringify({ ...drawn, ...wrong })),
          salt: new Uint8Array(32),
        }),
      );
    const wrongs = [
      ['challenge.devices', { devices: ['dev_chosen'] }],
      ['challenge.devices', { seed: 'ab'.repeat(32) }],
      ['challenge.devices', { orderId: 'chl_other' }],
      ['challenge.commitment', { secret: 'cd'.repeat(32) }],
      ['challenge.root', { root: Buffer.alloc(32).toString('base64url') }],
      ['ends with no order', { size: 1 }],
      ['not there yet', { size: 1_000_000 }],
    ] as const;
    const leaves: number[] = [];
    for (const [, wrong] of wrongs) leaves.push(await record(wrong));
    const { findings, holds } = await auditStore(store);
    expect(holds['challenges.redrawn']).toBe(1);
    for (const [place, [why]] of wrongs.entries()) {
      const told = findings.filter(({ subject }) => subject.endsWith(`leaf ${leaves[place]}`));
      expect(told).toMatchObject([{ code: 'challenge.diverges', sentence: expect.stringContaining(why) }]);
    }
    expect(findings).toHaveLength(wrongs.length);
  });
});
