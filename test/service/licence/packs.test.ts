import { describe, expect, it } from 'vitest';
import { openIncident } from '../../../src/service/incident/open.ts';
import { JOBS } from '../../../src/service/schedule/jobs.ts';
import { runDue } from '../../../src/service/schedule/run.ts';
import { quietPack } from '../../policy/packs/own-pack.ts';
import { attest } from '../attestation/agent.ts';
import { logged, trust } from '../attestation/world.ts';
import { makeLicensed } from '../events/licensed.ts';
import { renew } from '../grant/consumer.ts';

describe('a licence under a rule pack', () => {
  it('says when the pack would have it suspended, is suspended after its grace, and its grants follow', async () => {
    const first = await makeLicensed();
    const { world, post, get, partyId } = first;
    const { context } = world;
    await trust(context, { kind: 'rule-pack', content: quietPack('1.0.0', 1800) });
    const { conditions } = (await get(`/v1/licences/${first.licenceId}`)).body;
    const under = {
      ...conditions,
      consignee: partyId,
      rulePacks: [{ name: 'own', version: '1.0.0' }],
      graceSeconds: 600,
    };
    const licenceId: string = (await post('/v1/licences', { tenant: 'chips', conditions: under })).body.id;
    const { grantId } = (await renew({ ...first, licenceId })).body.grant;
    const settle = async () => {
      while ((await runDue(context, JOBS)) > 0);
    };
    const licence = async () => (await get(`/v1/licences/${licenceId}`)).body;
    const status = async () => (await get(`/v1/grants/${grantId}`)).body.status;
    await settle();
    const stale = { code: 'own.stale', subject: 'rule-pack:own@1.0.0' };
    // The gate itself would let evidence be an hour old.
    expect(await licence()).toMatchObject({ suspendsAt: '2026-03-01T12:40:00.001Z', cause: stale });
    expect((await licence()).cause.sentence).toContain(first.host.hostId);

    world.pass(60_000);
    const incident = { kind: 'tampering', tenant: 'acme', subjects: [`host:${first.host.hostId}`] } as const;
    const incidentId = await context.store.write((tx) =>
      openIncident(context, tx, { ...incident, evidence: [], at: context.clock() }),
    );
    await settle();
    expect(await licence()).toMatchObject({
      status: 'active',
      suspendsAt: '2026-03-01T12:11:00.000Z',
      cause: { code: 'own.unreported' },
    });
    expect(await status()).toBe('suspended');
    expect(await logged(world, 'grant.suspended')).toMatchObject([
      { cause: `review:${licenceId}`, grants: [grantId], reason: 'own.unreported' },
    ]);
    await post(`/v1/incidents/${incidentId}/report`, { reference: 'R-1' });
    await settle();
    expect([await status(), (await licence()).cause.code]).toEqual(['valid', 'own.stale']);

    await attest(world, first.host);
    world.pass(1_800_001);
    await settle();
    expect(await licence()).toMatchObject({ status: 'active', suspendsAt: '2026-03-01T12:41:00.001Z' });
    world.pass(600_000);
    await settle();
    expect(await licence()).toMatchObject({ status: 'suspended', cause: stale });
  });
});
