import { describe, expect, it } from 'vitest';
import type { RulePack } from '../../../src/policy/packs/index.ts';
import { JOBS } from '../../../src/service/schedule/jobs.ts';
import { runDue } from '../../../src/service/schedule/run.ts';
import { listPack } from '../../policy/packs/own-pack.ts';
import { logged, trust } from '../attestation/world.ts';
import { auditStore } from '../audit/replay-all.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';
import { renew } from './consumer.ts';

const reason = 'for a test';
const HOUR_MS = 3_600_000;
const DAY = 86_400;

/** A host whose grant and evidence outlast every grace here, and its party screened against `l1`. */
async function makeGranted(conditions: object = {}, pack: RulePack | null = null) {
  const terms = { evidenceMaxAgeSeconds: 7 * DAY, leaseSeconds: 7 * DAY, graceSeconds: DAY, ...conditions };
  const first = await makeLicensed(terms);
  const { post, get, partyId, world } = first;
  if (pack !== null) await trust(world.context, { kind: 'rule-pack', content: pack });
  const rulePacks = pack === null ? 'none' : [{ name: 'own', version: pack.manifest.version }];
  const named = (await get(`/v1/licences/${first.licenceId}`)).body.conditions;
  const under = { ...named, rulePacks, consignee: partyId };
  const licenceId: string = (await post('/v1/licences', { tenant: 'chips', conditions: under })).body.id;
  const base: Licensed = { ...first, licenceId };
  const declare = (version: string, graceSeconds: number) =>
    post('/v1/screening-lists', { version, graceSeconds, reason });
  const screen = (listVersion: string) =>
    post(`/v1/parties/${partyId}/screening`, { standing: 'clear', listVersion, reason });
  await declare('l1', 0);
  await screen('l1');
  const { grantId } = (await renew(base)).body.grant;
  await settle(base);
  const passTo = async (hours: number) => {
    world.pass(hours * HOUR_MS);
    await settle(base);
  };
  const status = async () => (await get(`/v1/grants/${grantId}`)).body.status;
  const licence = async () => (await get(`/v1/licences/${licenceId}`)).body;
  const wants = async () => (await post('/v1/decisions', { licenceId, dryRun: true })).body;
  return { ...base, grantId, declare, screen, passTo, status, licence, wants };
}

async function settle({ world: { context } }: Pick<Licensed, 'world'>): Promise<void> {
  while ((await runDue(context, JOBS)) > 0);
}

describe('a new screening list', () => {
  it('denies what is new at once, and suspends what was granted when its grace is over, until the screening is made', async () => {
    // Under a rule pack that asks for the newest list too.
    const granted = await makeGranted({}, listPack('1.0.0'));
    const { declare, screen, passTo, status, licence, wants, grantId, licenceId, events, partyId } = granted;
    await declare('l2', 2 * 3600);
    await settle(granted);
    const { outcome, reasons } = await wants();
    expect([outcome, reasons.map(({ code }: { code: string }) => code)]).toEqual([
      'deny',
      ['party.screening-outdated', 'own.list'],
    ]);
    expect(reasons[0].sentence).toMatch(/not l2\. What was granted before stands until 2026-03-01T14:00:00/);
    // What is on record says the same again.
    await granted.post('/v1/decisions', { licenceId });
    expect(await status()).toBe('valid');
    const cause = { code: 'party.screening-outdated', subject: `party:${partyId}` };
    expect(await licence()).toMatchObject({
      status: 'active',
      suspendsAt: '2026-03-02T14:00:00.000Z',
      cause,
    });
    granted.world.pass(2 * HOUR_MS - 1);
    await settle(granted);
    expect(await status()).toBe('valid');
    const before = (await events()).length;
    granted.world.pass(1);
    await settle(granted);
    expect(await status()).toBe('suspended');
    expect(await logged(granted.world, 'grant.suspended')).toMatchObject([
      { cause: `review:${licenceId}`, grants: [grantId], reason: 'party.screening-outdated, own.list' },
    ]);
    expect(await events(before)).toMatchObject([{ type: 'grant.suspended', data: { grants: [grantId] } }]);
    expect(await licence()).toMatchObject({ status: 'active', suspendsAt: '2026-03-02T14:00:00.000Z' });
    await screen('l2');
    await settle(granted);
    expect([await status(), (await wants()).outcome, (await licence()).cause?.code]).toEqual([
      'valid',
      'allow',
      'evidence.stale',
    ]);
    await passTo(30);
    expect(await licence()).toMatchObject({ status: 'active' });
    const { findings, holds } = await auditStore(granted.world.context.store);
    expect([findings, holds['decisions.decided-again']]).toEqual([[], 2]);
  });

  it('has its grace whatever the licence has, which is suspended where nobody screens for longer than both', async () => {
    const granted = await makeGranted({ graceSeconds: 0 });
    await granted.declare('l2', 2 * 3600);
    await granted.passTo(1);
    expect(await granted.licence()).toMatchObject({
      status: 'active',
      suspendsAt: '2026-03-01T14:00:00.000Z',
      cause: { code: 'party.screening-outdated' },
    });
    await granted.passTo(1);
    expect(await granted.licence()).toMatchObject({
      status: 'suspended',
      cause: { code: 'party.screening-outdated' },
    });
  });

  it('does not lengthen the grace of the one before, and shortens it, while the licence is suspended too', async () => {
    const granted = await makeGranted();
    await granted.declare('l2', 2 * 3600);
    await granted.passTo(1);
    await granted.declare('l3', 7 * DAY);
    await granted.passTo(1);
    expect(await granted.status()).toBe('suspended');
    // The list before is not enough: the newest has a grace, and the party now stands on that.
    await granted.screen('l2');
    await settle(granted);
    expect([await granted.status(), (await granted.wants()).outcome]).toEqual(['valid', 'deny']);
    const rule = (word: string) =>
      granted.post(`/v1/licences/${granted.licenceId}/ruling`, { status: word, reason });
    await rule('suspended');
    await granted.declare('l4', 0);
    await settle(granted);
    await rule('active');
    await settle(granted);
    expect(await granted.status()).toBe('suspended');
  });
});
