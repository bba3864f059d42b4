import { describe, expect, it } from 'vitest';
import { latch } from '../../../src/service/latch/latch.ts';
import { adoptLicences } from '../../../src/service/licence/walk.ts';
import { JOBS, scheduleAtStart } from '../../../src/service/schedule/jobs.ts';
import { runDue } from '../../../src/service/schedule/run.ts';
import { attest } from '../attestation/agent.ts';
import { logged, referenceSetContent, trust } from '../attestation/world.ts';
import { type Licensed, makeLicensed, typesOf } from './licensed.ts';

const GRACE = { graceSeconds: 600 };

/** Does what is due, until nothing is. */
async function settle({ world: { context } }: Licensed): Promise<void> {
  while ((await runDue(context, JOBS)) > 0);
}

const licence = async ({ get, licenceId }: Licensed) => (await get(`/v1/licences/${licenceId}`)).body;

describe('a licence', () => {
  it('is suspended once its evidence has been too old for longer than its grace, and not before', async () => {
    const gate = await makeLicensed(GRACE);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({
      status: 'active',
      suspendsAt: '2026-03-01T13:10:00.000Z',
      cause: { code: 'evidence.stale', subject: `device:${gate.deviceId}` },
    });
    const before = (await gate.events()).length;
    gate.world.pass(3_600_000 + 600_000 - 1);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'active', suspendsAt: '2026-03-01T13:10:00.000Z' });
    // The gate has no grace.
    const dry = await gate.post('/v1/decisions', { licenceId: gate.licenceId, dryRun: true });
    expect(dry.body.outcome).toBe('deny');
    gate.world.pass(1);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({
      status: 'suspended',
      suspendsAt: null,
      cause: { code: 'evidence.stale' },
    });
    expect((await gate.events(before)).filter(({ type }) => type.startsWith('licence.'))).toMatchObject([
      {
        type: 'licence.suspended',
        subject: `licence:${gate.licenceId}`,
        data: { by: 'verifier', cause: { code: 'evidence.stale', subject: `device:${gate.deviceId}` } },
      },
    ]);
    expect(await logged(gate.world, 'licence.changed')).toMatchObject([
      { status: 'suspended', by: 'verifier' },
    ]);
  });

  it('goes on while its hosts attest, whenever it is looked at', async () => {
    const gate = await makeLicensed(GRACE);
    for (let hour = 0; hour < 5; hour++) {
      gate.world.pass(3_500_000);
      await attest(gate.world, gate.host);
      await settle(gate);
    }
    expect(await licence(gate)).toMatchObject({ status: 'active', suspendsAt: '2026-03-01T18:01:40.000Z' });
  });

  it('counts its grace from when the evidence ended, not from when somebody looked', async () => {
    const gate = await makeLicensed(GRACE);
    await settle(gate);
    gate.world.pass(3_500_000);
    await attest(gate.world, gate.host);
    // Nobody has looked since, and the last look expected an earlier end.
    gate.world.pass(3_600_000 + 599_000);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'active' });
    gate.world.pass(1_000);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'suspended' });
  });

  it('is looked at again when its host, party, facility or what is trusted changes', async () => {
    const gate = await makeLicensed({ graceSeconds: 86_400 });
    const { world, post, host, partyId } = gate;
    const cause = async () => {
      await settle(gate);
      return (await licence(gate)).cause?.code;
    };
    expect(await cause()).toBe('evidence.stale');
    const reason = 'for a test';
    await attest(world, host, { binding: { tenant: 'x' } });
    expect(await cause()).toBe('evidence.refused');
    await attest(world, host);
    expect(await cause()).toBe('evidence.stale');
    await post(`/v1/parties/${partyId}/screening`, { standing: 'denied', reason });
    expect(await cause()).toBe('party.denied');
    await post(`/v1/parties/${partyId}/screening`, { standing: 'clear', reason });
    expect(await cause()).toBe('evidence.stale');
    await post(`/v1/hosts/${host.hostId}/suspension`, { reason });
    expect(await cause()).toBe('host.held');
    await post(`/v1/hosts/${host.hostId}/reinstatement`, { reason });
    expect(await cause()).toBe('evidence.stale');
    await trust(world.context, referenceSetContent({ version: '2', pcrs: { 7: ['00'.repeat(32)] } }));
    expect(await cause()).toMatch(/level-too-low|reference-set/);
    await post(`/v1/facilities/${world.facilityId}/withdrawal`, { reason });
    expect(await cause()).toBeDefined();
    const status = (await gate.get(`/v1/licences/${gate.licenceId}/status`)).body;
    expect(status.reasons.map(({ code }: { code: string }) => code)).toContain('facility.revoked');
    expect(status.suspendsAt).toBe('2026-03-02T12:00:00.000Z');
  });

  it('never comes back by itself, and by a person only once nothing about it is violated', async () => {
    const gate = await makeLicensed();
    const { context } = gate.world;
    const { hostId } = gate.host;
    await settle(gate);
    await context.store.write((tx) =>
      latch(context, tx, {
        tenant: 'acme',
        subject: { kind: 'host', id: hostId },
        code: 'measurement.denied',
        sentence: 'denied',
        sessionId: null,
        at: context.clock(),
      }),
    );
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'suspended', cause: { code: 'host.held' } });
    const reinstate = () =>
      gate.post(`/v1/licences/${gate.licenceId}/ruling`, { status: 'active', reason: 'looked into' });
    expect((await reinstate()).body).toMatchObject({
      code: 'conflict',
      errors: [{ path: `host:${hostId}`, actual: 'host.held: denied' }],
    });
    const { items } = (await gate.get('/v1/latches')).body;
    await gate.post(`/v1/latches/${items[0].id}/clearing`, { reason: 'a mistake' });
    await attest(gate.world, gate.host);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'suspended' });
    expect((await reinstate()).body).toMatchObject({ status: 'active', cause: null });
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'active', suspendsAt: '2026-03-01T13:00:00.000Z' });
  });

  it('that is reinstated with evidence that is still too old has its grace anew', async () => {
    const gate = await makeLicensed(GRACE);
    await settle(gate);
    gate.world.pass(5_000_000);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'suspended' });
    await gate.post(`/v1/licences/${gate.licenceId}/ruling`, { status: 'active', reason: 'a power cut' });
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'active', suspendsAt: '2026-03-01T13:33:20.000Z' });
    gate.world.pass(600_000);
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ status: 'suspended' });
  });

  it('tells that its last day is over, once, and is left alone then', async () => {
    const gate = await makeLicensed({ validUntil: '2026-03-01T12:30:00Z' });
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ suspendsAt: null, cause: null });
    const before = (await gate.events()).length;
    gate.world.pass(1_800_000);
    await settle(gate);
    gate.world.pass(86_400_000);
    await settle(gate);
    const told = typesOf(await gate.events(before)).filter((type) => type.startsWith('licence.'));
    expect(told).toEqual(['licence.expired']);
    expect(await licence(gate)).toMatchObject({ status: 'active' });
  });

  it('is not suspended for what became too old while the verifier itself was gone, until its hosts had their turn', async () => {
    const gate = await makeLicensed({}, { attestationIntervalMs: 600_000 });
    const { context } = gate.world;
    await scheduleAtStart(context);
    await settleOnce(gate);
    gate.world.pass(7_200_000);
    await settleOnce(gate);
    await settleOnce(gate);
    // Two intervals and a session after the verifier is back.
    expect(await licence(gate)).toMatchObject({ status: 'active', suspendsAt: '2026-03-01T14:25:00.000Z' });
    for (let minute = 0; minute < 25; minute++) {
      gate.world.pass(60_000);
      await settleOnce(gate);
      await settleOnce(gate);
    }
    expect(await licence(gate)).toMatchObject({ status: 'suspended', cause: { code: 'evidence.stale' } });
  });

  it('of before fleets were followed is followed from the next start on', async () => {
    const gate = await makeLicensed();
    expect(await adoptLicences(gate.world.context, { subject: 'all', state: null })).toBeNull();
    await settle(gate);
    expect(await licence(gate)).toMatchObject({ suspendsAt: '2026-03-01T13:00:00.000Z' });
  });
});

/** The heartbeat is due again at once by a clock that stands still. */
async function settleOnce({ world: { context } }: Licensed): Promise<void> {
  await runDue(context, JOBS);
}
