import { describe, expect, it } from 'vitest';
import type { RulePack } from '../../../src/policy/packs/index.ts';
import { incidentsForPacks } from '../../../src/service/incident/for-packs.ts';
import { type NewIncident, openIncident } from '../../../src/service/incident/open.ts';
import { latchViolations } from '../../../src/service/latch/latch.ts';
import { JOBS } from '../../../src/service/schedule/jobs.ts';
import { runDue } from '../../../src/service/schedule/run.ts';
import { ownPack } from '../../policy/packs/own-pack.ts';
import { ask } from '../attestation/agent.ts';
import { logged, trust } from '../attestation/world.ts';
import { type Licensed, makeLicensed, typesOf } from './licensed.ts';

const DAY_MS = 86_400_000;
const NOBODY = { jkt: '', proof: { digest: 0, expiresAt: new Date(0) } };

const open = ({ world: { context } }: Licensed, more: Partial<NewIncident> = {}): Promise<string> =>
  context.store.write((tx) =>
    openIncident(context, tx, {
      kind: 'diversion',
      tenant: 'acme',
      subjects: ['host:hst_x'],
      evidence: ['session:ses_1'],
      at: context.clock(),
      ...more,
    }),
  );

const one = async ({ get }: Licensed, id: string, bearer?: string) =>
  (await get(`/v1/incidents/${id}`, bearer)).body;

describe('an incident', () => {
  it('is open once for the same kind and subjects, until it is closed', async () => {
    const gate = await makeLicensed();
    const first = await open(gate, { subjects: ['host:hst_x', 'device:dev_y'] });
    gate.world.pass(DAY_MS);
    // The order in which subjects are named says nothing.
    const again = { subjects: ['device:dev_y', 'host:hst_x'], evidence: ['session:ses_2'] };
    expect(await open(gate, again)).toBe(first);
    expect(await one(gate, first)).toMatchObject({
      state: 'open',
      timesSeen: 2,
      evidence: ['session:ses_1', 'session:ses_2'],
      openedAt: '2026-03-01T12:00:00.000Z',
      lastSeenAt: '2026-03-02T12:00:00.000Z',
    });
    const told = (await gate.events()).filter(({ subject }) => subject === `incident:${first}`);
    expect(told).toMatchObject([
      { type: 'incident.opened' },
      {
        type: 'incident.seen-again',
        tenant: 'acme',
        data: {
          kind: 'diversion',
          timesSeen: 2,
          evidence: ['session:ses_2'],
          dueAt: '2026-03-31T12:00:00.000Z',
        },
      },
    ]);
    const others = await Promise.all([
      open(gate, { ...again, kind: 'tampering' }),
      open(gate, { ...again, tenant: 'rival' }),
      open(gate, { ...again, subjects: ['host:hst_x'] }),
    ]);
    expect(new Set([first, ...others]).size).toBe(4);
    await gate.post(`/v1/incidents/${first}/closing`, { reason: 'explained' });
    expect(await open(gate, again)).not.toBe(first);
    expect(await logged(gate.world, 'incident.opened')).toHaveLength(5);
  });

  it('is due 30 days after its opening, or as the operator says for its kind', async () => {
    const gate = await makeLicensed({}, { incidentReportDays: { tampering: 3 } });
    const due = async (more: Partial<NewIncident>) => (await one(gate, await open(gate, more))).dueAt;
    expect(await due({})).toBe('2026-03-31T12:00:00.000Z');
    expect(await due({ kind: 'tampering' })).toBe('2026-03-04T12:00:00.000Z');
  });

  it('is due sooner where a pack of a licence that it concerns says so, by the shortest of them', async () => {
    const gate = await makeLicensed({}, { incidentReportDays: { tampering: 3 } });
    const { world, deviceId, partyId, host } = gate;
    const hurried = (version: string, reportDays: NonNullable<RulePack['data']['reportDays']>): RulePack => {
      const own = ownPack(version, 600);
      return { ...own, data: { ...own.data, reportDays } };
    };
    const conditions = (await gate.get(`/v1/licences/${gate.licenceId}`)).body.conditions;
    const grant = async (version: string, pack: RulePack | null): Promise<void> => {
      if (pack !== null) await trust(world.context, { kind: 'rule-pack', content: pack });
      const rulePacks = [{ name: 'own', version }];
      const answer = await gate.post('/v1/licences', {
        tenant: 'chips',
        conditions: { ...conditions, consignee: partyId, rulePacks },
      });
      expect(answer.status).toBe(201);
    };
    const due = async (more: Partial<NewIncident>) => (await one(gate, await open(gate, more))).dueAt;
    const subjects = [`host:${host.hostId}`];
    // Named by a licence, and not in force.
    await grant('9.0.0', null);
    expect(await due({ subjects })).toBe('2026-03-31T12:00:00.000Z');
    await grant('1.0.0', hurried('1.0.0', { diversion: 5, tampering: 9 }));
    // Seen again under a stricter rule.
    expect(await due({ subjects })).toBe('2026-03-06T12:00:00.000Z');
    // What the operator wants sooner stays so.
    expect(await due({ subjects, kind: 'tampering' })).toBe('2026-03-04T12:00:00.000Z');
    await grant('1.1.0', hurried('1.1.0', { diversion: 2 }));
    expect(await due({ subjects: [`device:${deviceId}`] })).toBe('2026-03-03T12:00:00.000Z');
    expect(await due({ subjects })).toBe('2026-03-03T12:00:00.000Z');
    // Neither of another kind, nor of what no such licence names.
    expect(await due({ subjects, kind: 'spoofed-location' })).toBe('2026-03-31T12:00:00.000Z');
    expect(await due({ subjects: ['host:hst_x'] })).toBe('2026-03-31T12:00:00.000Z');
  });

  it('tells, once, when nobody has reported it in time, and of none that was reported', async () => {
    const gate = await makeLicensed({}, { incidentReportDays: { diversion: 2 } });
    const { context } = gate.world;
    const late = await open(gate);
    const reported = await open(gate, { kind: 'tampering' });
    await gate.post(`/v1/incidents/${reported}/report`, { reference: 'BIS-1' });
    const before = (await gate.events()).length;
    const told = async () => (await gate.events(before)).filter(({ type }) => type.startsWith('incident.'));
    gate.world.pass(2 * DAY_MS - 1);
    await runDue(context, JOBS);
    expect(await one(gate, late)).toMatchObject({ overdue: false });
    expect(await told()).toEqual([]);
    gate.world.pass(1);
    await runDue(context, JOBS);
    gate.world.pass(DAY_MS);
    await runDue(context, JOBS);
    expect(await told()).toMatchObject([
      { type: 'incident.overdue', tenant: 'acme', subject: `incident:${late}`, data: { kind: 'diversion' } },
    ]);
    expect(await one(gate, late)).toMatchObject({ overdue: true });
  });

  it('is noted and reported by whoever is concerned, closed by the authority alone, and never anew', async () => {
    const gate = await makeLicensed();
    const { operator, exporter } = gate.world.people;
    const id = await open(gate);
    const as = (bearer: string, what: string, json: object) =>
      ask(gate.world, `/v1/incidents/${id}/${what}`, { bearer, json });
    expect((await as(exporter.token, 'notes', { note: 'not ours' })).body.code).toBe('not_found');
    expect((await as(operator.token, 'notes', { note: 'moved by mistake' })).status).toBe(200);
    const reported = await as(operator.token, 'report', { reference: 'BIS-2026-17' });
    expect(reported.body).toMatchObject({
      state: 'reported',
      reference: 'BIS-2026-17',
      notes: [{ note: 'moved by mistake', by: operator.principal.id }],
      receipt: { act: { type: 'incident.reported' } },
    });
    expect((await as(operator.token, 'report', { reference: 'BIS-2026-18' })).body.code).toBe('conflict');
    expect((await as(operator.token, 'closing', { reason: 'all well' })).body.code).toBe('forbidden');
    expect((await gate.post(`/v1/incidents/${id}/closing`, { reason: 'explained' })).body).toMatchObject({
      state: 'closed',
      closedReason: 'explained',
    });
    expect((await gate.post(`/v1/incidents/${id}/closing`, { reason: 'explained' })).body.code).toBe(
      'conflict',
    );
    expect((await as(operator.token, 'notes', { note: 'and another thing' })).body.code).toBe('conflict');
    expect(typesOf(await gate.events()).filter((type) => type.startsWith('incident'))).toEqual([
      'incident.opened',
      'incident.reported',
      'incident.closed',
    ]);
  });

  it('follows a hold for a place or a measurement that is forbidden, and none for a platform that is out of date', async () => {
    const gate = await makeLicensed();
    const { context } = gate.world;
    const { hostId } = gate.host;
    const hold = (code: string, subject: string) =>
      context.store.write((tx) =>
        latchViolations(context, tx, {
          host: { ...NOBODY, hostId, tenant: 'acme' },
          sessionId: 'ses_1',
          violations: [{ code, subject, sentence: code }],
          at: context.clock(),
        }),
      );
    const chip = `device:gpu_${'a'.repeat(32)}`;
    await hold('place.proven-outside', `host:${hostId}`);
    await hold('measurement.denied', `device:${gate.deviceId}`);
    await hold('device.key-revoked', chip);
    await hold('tcb.revoked', `device:${gate.deviceId}`);
    const { items } = (await gate.get('/v1/incidents')).body;
    expect(
      items
        .map(({ kind, subjects }: { kind: string; subjects: string[] }) => [kind, ...subjects].join(' '))
        .sort(),
    ).toEqual([`diversion host:${hostId}`, `tampering ${chip} host:${hostId}`, `tampering host:${hostId}`]);
  });

  it('counts for the licences whose devices its host holds, for rule packs, until it is reported', async () => {
    const gate = await makeLicensed();
    const { context } = gate.world;
    const asked = () => context.store.read((view) => incidentsForPacks(view, gate.licenceId));
    expect(await asked()).toEqual({ unreported: [], oldestAt: null });
    await open(gate, { subjects: ['host:hst_elsewhere'] });
    expect(await asked()).toEqual({ unreported: [], oldestAt: null });
    const since = context.clock();
    const held = await open(gate, { subjects: [`host:${gate.host.hostId}`] });
    await open(gate, { kind: 'missing-devices', subjects: [`licence:${gate.licenceId}`] });
    gate.world.pass(3_600_001);
    expect(await asked()).toEqual({ unreported: ['diversion', 'missing-devices'], oldestAt: since });
    await gate.post(`/v1/incidents/${held}/report`, { reference: 'BIS-1' });
    expect(await asked()).toMatchObject({ unreported: ['missing-devices'] });
  });
});
