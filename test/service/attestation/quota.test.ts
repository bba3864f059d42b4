import { describe, expect, it } from 'vitest';
import { judgeAllocation, judgeLeases } from '../../../src/ledger/index.ts';
import { weighed } from '../../../src/policy/weighed.ts';
import { decisionInput } from '../../../src/store/attestation/decisions.ts';
import { expectBooksToAgree } from '../ledger/books.ts';
import { type Answer, ask } from './agent.ts';
import { makeFleet } from './gpu-fleet.ts';
import type { World } from './world.ts';

const codes = ({ body }: Answer): string[] => body.reasons.map(({ code }: { code: string }) => code);
/** An hour, and the minute by which clocks of those who honour a grant may lag. */
const HOUR_OF_TWO = 2 * 1_979 * 3660;

async function weighedFor(world: World, { body }: Answer) {
  const row = await world.context.store.first(decisionInput, { sha256: body.inputSha256 });
  return weighed.parse(JSON.parse(row?.content ?? 'null')).ledger;
}

describe('a use', () => {
  it('is debited by the hour, says from what, and is denied when the quota is gone', async () => {
    const { world, grant, decide } = await makeFleet();
    const licenceId = await grant({ computeQuota: { operationsE12: HOUR_OF_TWO, windowDays: 7 } });
    const dry = await decide(licenceId, { dryRun: true });
    expect(dry.body.ledger[0]).toMatchObject({ amount: HOUR_OF_TWO, taken: 0, cap: HOUR_OF_TWO });
    const allowed = await decide(licenceId);
    expect(allowed.body).toMatchObject({ outcome: 'allow', notCounted: [] });
    expect(allowed.body.ledger).toEqual(dry.body.ledger);
    world.pass(1_800_000);
    const denied = await decide(licenceId);
    expect(codes(denied)).toEqual(['quota.exhausted']);
    expect(denied.body.ledger[0]).toMatchObject({ amount: 2 * 1_979 * 1800, taken: HOUR_OF_TWO });
    await expectBooksToAgree(world.context.store);
  });

  it('is debited for as long as its grant can be honoured, though the licence would let it last', async () => {
    const { world, grant, decide } = await makeFleet();
    const licenceId = await grant({ leaseSeconds: 86_400, evidenceMaxAgeSeconds: 1800 });
    world.pass(600_000);
    const { body } = await decide(licenceId);
    const lifeSeconds = (Date.parse(body.grants[0].expiresAt) - world.context.clock().getTime()) / 1000;
    expect(lifeSeconds).toBe(1200);
    expect(body.ledger[0]).toMatchObject({ amount: 2 * 1_979 * (lifeSeconds + 60) });
  });

  it('is said again under its Idempotency-Key, and taken once', async () => {
    const { world, grant, decide } = await makeFleet();
    const licenceId = await grant({ computeQuota: { operationsE12: HOUR_OF_TWO, windowDays: 7 } });
    const key = { 'idempotency-key': 'the-same-key' };
    const first = await decide(licenceId, {}, key);
    world.pass(60_000);
    expect((await decide(licenceId, {}, key)).body).toMatchObject({ id: first.body.id, outcome: 'allow' });
    await expectBooksToAgree(world.context.store);
  });

  it('draws on one grant at a time, whatever the licence', async () => {
    const { devices, grant, decide } = await makeFleet();
    const one = await grant({ computeQuota: { operationsE12: HOUR_OF_TWO, windowDays: 7 } });
    const other = await grant({ purpose: 'training' });
    expect(codes(await decide(one))).toEqual([]);
    const denied = await decide(other);
    expect(codes(denied)).toEqual(['device.leased-elsewhere', 'device.leased-elsewhere']);
    expect(denied.body.devices).toMatchObject(
      devices.map((id) => ({ id, allowed: false, reasons: ['device.leased-elsewhere'] })),
    );
  });

  it('is kept with what the ledger weighed, which gives the same reasons again', async () => {
    const { world, grant, decide } = await makeFleet();
    const licenceId = await grant({
      computeQuota: { operationsE12: 1, windowDays: 7 },
      models: [{ model: 'H100', quantity: 2 }],
    });
    const use = await decide(licenceId);
    const { leases } = await weighedFor(world, use);
    expect(leases === null ? null : judgeLeases(leases).reasons).toEqual(use.body.reasons);
    expect(codes(use)).toEqual(['quota.exhausted']);
    const chips = [{ model: 'H100', quantity: 2 }];
    await decide(licenceId, { action: 'allocate', chips });
    const second = await decide(licenceId, { action: 'allocate', chips });
    const { allocation } = await weighedFor(world, second);
    expect(allocation === null ? null : judgeAllocation(allocation).reasons).toEqual(second.body.reasons);
    expect(codes(second)).toEqual(['ledger.quantity-exceeded']);
  });
});

describe('10^26 operations of one party for a purpose', () => {
  it('are told when they are reached, by a lease or an adjustment, and once', async () => {
    const { world, party, grant, decide } = await makeFleet();
    const bearer = world.people.authority.token;
    const told = async (): Promise<{ subject: string; data: object }[]> => {
      const { body } = await ask(world, '/v1/events?limit=500', { method: 'GET', bearer });
      return body.items.filter(({ type }: { type: string }) => type === 'ledger.threshold-reached');
    };
    const adjust = (purpose: string, amount: number): Promise<Answer> => {
      const json = { account: `compute:party:${party}:${purpose}`, amount, reason: 'computed before' };
      return ask(world, '/v1/ledger/adjustments', { bearer, json });
    };
    await adjust('inference', 10 ** 14 - HOUR_OF_TWO - 1);
    const licenceId = await grant({});
    const first = await decide(licenceId);
    expect([first.body.outcome, await told()]).toEqual(['allow', []]);
    world.pass(1_000_000);
    const second = await decide(licenceId);
    const data = { threshold: '10^26 operations', licenceId, decisionId: second.body.id };
    expect(await told()).toMatchObject([{ subject: `licence:${licenceId}`, data }]);
    world.pass(1_000_000);
    await decide(licenceId);
    expect(await told()).toHaveLength(1);
    await adjust('training', 10 ** 14 - 1);
    expect(await told()).toHaveLength(1);
    await adjust('training', 1);
    expect((await told())[1]).toMatchObject({ subject: `party:${party}`, data: { decisionId: null } });
  });
});

describe('the last allocation', () => {
  it('goes to one of two who ask for it at the same time', async () => {
    const { world, grant, decide } = await makeFleet();
    const licenceId = await grant({ models: [{ model: 'H100', quantity: 8 }], tppCap: 8 * 15_824 });
    const chips = [{ model: 'H100', quantity: 8 }];
    const answers = await Promise.all([1, 2].map(() => decide(licenceId, { action: 'allocate', chips })));
    expect(answers.map(({ body }) => body.outcome).sort()).toEqual(['allow', 'deny']);
    expect(answers.flatMap(codes).sort()).toEqual(['ledger.quantity-exceeded', 'ledger.tpp-exceeded']);
    await expectBooksToAgree(world.context.store);
  });
});
