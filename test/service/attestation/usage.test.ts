import { beforeEach, describe, expect, it } from 'vitest';
import { hostKeyFrom } from '../../../src/agent/host-key.ts';
import { type MeasuredUsage, usageReport } from '../../../src/agent/usage/report.ts';
import { judgeUsage } from '../../../src/ledger/index.ts';
import { type UsageAnswer, usageWeighed } from '../../../src/protocol/usage.ts';
import { parseUsageReport } from '../../../src/record/grant/index.ts';
import { decisionInput } from '../../../src/store/attestation/decisions.ts';
import { paymentsBetween, usageReportsOfLicence } from '../../../src/store/ledger/usage.ts';
import { auditStore } from '../audit/replay-all.ts';
import { expectBooksToAgree, taken as takenFrom } from '../ledger/books.ts';
import { deleteAll } from '../retention/look.ts';
import { type Answer, ask, makeHostKey } from './agent.ts';
import { makeFleet } from './gpu-fleet.ts';
import { hireStranger, logged } from './world.ts';

const metering = { sources: ['dcgm'], leastPercent: 10, reportWithinSeconds: 3600 };
const MINUTE_OF_TWO = 2 * 1_979 * 60;

type Fleet = Awaited<ReturnType<typeof makeFleet>>;
let fleet: Fleet;
/** Metered, and granted for an hour from `start` on. */
let licenceId: string;
let start: number;
beforeEach(async () => {
  fleet = await makeFleet();
  licenceId = await fleet.grant({ metering });
  start = fleet.world.context.clock().getTime();
  expect((await fleet.decide(licenceId)).body.outcome).toBe('allow');
});

const minute = (count: number): string => new Date(start + count * 60_000).toISOString();

async function sign(measured: Partial<MeasuredUsage>, key = fleet.host.key): Promise<string> {
  const { world, host } = fleet;
  const client = { address: new URL(world.server.url), hostKey: hostKeyFrom(key.privateKey) };
  const usage = {
    licenceId,
    from: minute(0),
    until: minute(10),
    unit: 'operations-e12' as const,
    amount: 2 * MINUTE_OF_TWO,
    source: 'dcgm',
    purpose: 'inference',
    ...measured,
  };
  return usageReport(client, usage, { hostId: host.hostId, now: world.context.clock() });
}
const send = (report: string): Promise<Answer> =>
  ask(fleet.world, '/v1/usage-reports', { key: fleet.host.key, json: { report } });
const codes = ({ body }: Answer): string[] => (body as UsageAnswer).reasons.map(({ code }) => code);
const taken = async (account: string): Promise<number> => {
  const { body } = await ask(fleet.world, `/v1/ledger/entries?account=${encodeURIComponent(account)}`, {
    method: 'GET',
    bearer: fleet.world.people.authority.token,
  });
  return body.items.reduce((sum: number, { committed }: { committed: number }) => sum + committed, 0);
};

describe('usage that a host reports', () => {
  it('gives back what was not used, to licence and payer, once, with a leaf, and can be judged again', async () => {
    const { world, host, party } = fleet;
    const accounts = [`compute:licence:${licenceId}`, `compute:party:${party}:inference`];
    const [before = 0] = await Promise.all(accounts.map(taken));
    expect(before).toBe(61 * MINUTE_OF_TWO);
    world.pass(600_000);
    const report = await sign({});
    const counted = await send(report);
    expect(counted.body).toMatchObject({
      outcome: 'counted',
      leasedE12: 10 * MINUTE_OF_TWO,
      creditedE12: 8 * MINUTE_OF_TWO,
    });
    for (const account of accounts) expect(await taken(account)).toBe(before - 8 * MINUTE_OF_TWO);
    const [act] = await logged(world, 'usage.reported');
    expect(act).toMatchObject({ licenceId, hostId: host.hostId, amount: 2 * MINUTE_OF_TWO, source: 'dcgm' });

    // A lost answer is asked for again.
    expect((await send(report)).body).toMatchObject({ outcome: 'counted', creditedE12: 8 * MINUTE_OF_TWO });
    expect(await logged(world, 'usage.reported')).toHaveLength(1);
    await expectBooksToAgree(world.context.store);

    const listed = await ask(world, `/v1/usage-reports?licence=${licenceId}`, {
      method: 'GET',
      bearer: world.people.exporter.token,
    });
    const stranger = await hireStranger(world.context, 'exporter');
    const foreign = { method: 'GET', bearer: stranger.token };
    expect((await ask(world, `/v1/usage-reports?licence=${licenceId}`, foreign)).body.code).toBe('not_found');
    const [kept] = listed.body.items;
    expect(parseUsageReport(kept.report)).toMatchObject({ jkt: host.key.jkt, claims: { sub: licenceId } });
    const row = await world.context.store.first(decisionInput, { sha256: kept.inputSha256 });
    const again = judgeUsage(usageWeighed.parse(JSON.parse(row?.content ?? 'null')));
    expect(again.credits.map(({ amount }) => amount)).toEqual([kept.creditedE12]);
    const { findings, holds } = await auditStore(world.context.store);
    expect([findings, holds['usage.judged-again']]).toEqual([[], 1]);
  });

  it('counts for nothing where it was reported before, is not over, or was not leased', async () => {
    fleet.world.pass(600_000);
    await send(await sign({}));
    expect(codes(await send(await sign({ from: minute(9), until: minute(10) })))).toEqual(['usage.overlaps']);
    expect(codes(await send(await sign({ from: minute(10), until: minute(11) })))).toEqual([
      'usage.not-over',
    ]);
    expect(codes(await send(await sign({ from: minute(-5), until: minute(-1) })))).toEqual([
      'usage.overlaps',
      'usage.outside-lease',
    ]);
    expect(await logged(fleet.world, 'usage.reported')).toHaveLength(1);
  });

  it('is refused from another key, for another host or verifier, and by what is no report', async () => {
    fleet.world.pass(600_000);
    const report = await sign({});
    const stranger = await sign({}, await makeHostKey());
    const [header, payload = '', signature] = report.split('.');
    const bent = Buffer.from(payload, 'base64url').toString().replace('"amount":', '"amount":1');
    const altered = [header, Buffer.from(bent).toString('base64url'), signature].join('.');
    for (const [text, path] of [
      [stranger, 'body.report.signature'],
      [altered, 'body.report.signature'],
      ['a.b', 'body.report'],
    ] as const) {
      expect((await send(text)).body).toMatchObject({ code: 'invalid_request', errors: [{ path }] });
    }
  });

  it('under a licence that is not metered, or on which the host never drew, counts for nothing', async () => {
    const { grant, decide, world } = fleet;
    const none = await grant({ metering });
    expect((await send(await sign({ licenceId: none }))).body).toMatchObject({ code: 'not_found' });
    world.pass(3_700_000);
    const unmetered = await grant({});
    const from = new Date(world.context.clock()).toISOString();
    expect((await decide(unmetered)).body.outcome).toBe('allow');
    world.pass(60_000);
    const until = new Date(world.context.clock()).toISOString();
    expect(codes(await send(await sign({ licenceId: unmetered, from, until })))).toEqual([
      'usage.not-metered',
      'usage.outside-lease',
    ]);
  });

  it('comes too late after the licence’s deadline', async () => {
    const report = await sign({});
    fleet.world.pass(600_000 + 3_600_001);
    expect(codes(await send(report))).toEqual(['usage.late']);
  });

  it('of time that was given back by a revocation is not given back again', async () => {
    const { grant, decide, world } = fleet;
    world.pass(3_700_000);
    const licence = await grant({ metering });
    const from = new Date(world.context.clock()).toISOString();
    const { body } = await decide(licence);
    const bearer = world.people.authority.token;
    const json = { reason: 'for a test' };
    await ask(world, `/v1/grants/${body.grants[0].grantId}/revocation`, { bearer, json });
    world.pass(600_000);
    const until = new Date(world.context.clock()).toISOString();
    expect(codes(await send(await sign({ licenceId: licence, from, until })))).toEqual([
      'usage.outside-lease',
    ]);
    const end = new Date(Date.parse(from) + 360_000).toISOString();
    const counted = await send(await sign({ licenceId: licence, from, until: end, amount: 0 }));
    expect(counted.body).toMatchObject({ outcome: 'counted', leasedE12: 6 * MINUTE_OF_TWO });
    expect(await taken(`compute:licence:${licence}`)).toBe(Math.ceil(0.6 * MINUTE_OF_TWO));
    await expectBooksToAgree(world.context.store);
  });
});

describe('usage that an operator reports for its host', () => {
  const measured = (more: object = {}) => ({
    licenceId,
    from: minute(0),
    until: minute(10),
    unit: 'operations-e12',
    amount: 2 * MINUTE_OF_TWO,
    source: 'dcgm',
    purpose: 'inference',
    ...more,
  });
  const tell = (json: object, bearer = fleet.world.people.operator.token, headers = {}) =>
    ask(fleet.world, `/v1/hosts/${fleet.host.hostId}/usage-reports`, { bearer, json, headers });

  it('counts where the licence accepts it, as theirs and once, never beside the host’s own, and nowhere else', async () => {
    const { world, host, grant, decide, party } = fleet;
    world.pass(600_000);
    const refused = await tell(measured());
    expect([refused.body.outcome, codes(refused)]).toEqual(['refused', ['usage.operator-not-accepted']]);
    world.pass(3_700_000);
    start = world.context.clock().getTime();
    licenceId = await grant({ metering: { ...metering, operators: true } });
    expect((await decide(licenceId)).body.outcome).toBe('allow');
    world.pass(600_000);
    const stranger = await hireStranger(world.context, 'operator');
    expect((await tell(measured(), stranger.token)).body.code).toBe('not_found');
    expect((await tell(measured({ until: minute(0) }))).body.code).toBe('invalid_request');
    expect((await tell(measured({ licenceId: await grant({ metering }) }))).body.code).toBe('not_found');

    const before = await taken(`compute:licence:${licenceId}`);
    const sums = { outcome: 'counted', leasedE12: 10 * MINUTE_OF_TWO, creditedE12: 8 * MINUTE_OF_TWO };
    expect((await tell(measured())).body).toMatchObject(sums);
    expect((await tell(measured())).body).toMatchObject(sums);
    const operator = (await logged(world, 'usage.reported'))[0];
    expect(operator).toMatchObject({ hostId: host.hostId, by: expect.stringMatching(/^prn_/) });
    expect(await logged(world, 'usage.reported')).toHaveLength(1);
    expect(await taken(`compute:licence:${licenceId}`)).toBe(before - 8 * MINUTE_OF_TWO);
    // What counts as reported has accounts of its own, that rule packs are told.
    for (const account of [`reported:licence:${licenceId}`, `reported:party:${party}:inference`]) {
      expect(await taken(account)).toBe(2 * MINUTE_OF_TWO);
    }
    expect(codes(await send(await sign({})))).toEqual(['usage.overlaps']);

    const listed = await ask(world, `/v1/usage-reports?licence=${licenceId}`, {
      method: 'GET',
      bearer: world.people.exporter.token,
    });
    const [kept] = listed.body.items;
    expect(kept.reportedBy).toBe(operator?.['by']);
    expect(JSON.parse(kept.report)).toMatchObject({ reportedBy: kept.reportedBy, hostId: host.hostId });
    const before5Years = await auditStore(world.context.store);
    expect([before5Years.findings, before5Years.holds['usage.judged-again']]).toEqual([[], 1]);

    // Years later what was reported and paid is gone by rule, but for where the last window ended; the sums stand.
    world.pass(600_000);
    expect((await send(await sign({ from: minute(10), until: minute(20) }))).body.outcome).toBe('counted');
    world.pass(1_900 * 86_400_000);
    await deleteAll(world.context);
    const { context } = world;
    const hostId = host.hostId;
    const window = { licenceId, hostId, fromMs: 0, untilMs: context.clock().getTime() };
    expect(await context.store.read((view) => view.all(paymentsBetween, window))).toEqual([]);
    // Whoever had a token then needs another by now.
    const left = await context.store.read((view) =>
      view.all(usageReportsOfLicence, { licenceId, after: -1, limit: 10 }),
    );
    expect(left).toMatchObject([{ from_ms: Date.parse(minute(10)), reported_by: null }]);
    expect(codes(await send(await sign({})))).toEqual([
      'usage.late',
      'usage.overlaps',
      'usage.outside-lease',
    ]);
    expect(await context.store.read((view) => takenFrom(view, `reported:licence:${licenceId}`))).toBe(
      4 * MINUTE_OF_TWO,
    );
    await expectBooksToAgree(context.store);
    const { findings, holds, unchecked } = await auditStore(context.store);
    expect([findings, holds['usage.judged-again']]).toEqual([[], 1]);
    const deleted = unchecked.filter(({ what }) => what === 'usage.judged-again');
    expect(deleted).toMatchObject([{ reason: 'deleted by rule once its time was over', count: 1 }]);
  });
});
