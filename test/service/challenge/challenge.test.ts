import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { commitmentTo } from '../../../src/record/challenge/draw.ts';
import { verifyDraw } from '../../../src/record/challenge/verify.ts';
import { parseVerifierKey } from '../../../src/record/note.ts';
import { JOBS } from '../../../src/service/schedule/jobs.ts';
import { runDue } from '../../../src/service/schedule/run.ts';
import { type Answer, ask, attest, bundleFor, openSession, send } from '../attestation/agent.ts';
import { logged } from '../attestation/world.ts';
import { auditStore } from '../audit/replay-all.ts';
import { type Licensed, makeLicensed, typesOf } from '../events/licensed.ts';
import { fetchText } from '../grant/consumer.ts';
import { reportOf } from '../report/report.ts';

type Ordering = { readonly secret: string; readonly order: Answer };

function as({ world }: Licensed) {
  const bearer = world.people.auditor.token;
  return {
    post: (path: string, json: object) => ask(world, path, { bearer, json }),
    get: (path: string) => ask(world, path, { method: 'GET', bearer }),
  };
}

async function order(gate: Licensed, wish: object = {}): Promise<Ordering> {
  const secret = randomBytes(32).toString('hex');
  const of = { kind: 'licence', id: gate.licenceId };
  const json = { of, devices: 1, commitment: commitmentTo(secret), reason: 'as every quarter', ...wish };
  return { secret, order: await as(gate).post('/v1/challenges', json) };
}

async function draw(gate: Licensed, wish: object = {}): Promise<Answer> {
  const { secret, order: ordered } = await order(gate, wish);
  return as(gate).post(`/v1/challenges/${ordered.body.id}/draw`, { secret });
}

const asked = ({ world, host }: Licensed): Promise<Answer> =>
  ask(world, '/v1/host/challenge', { method: 'GET', key: host.key });
const outcomes = async (gate: Licensed, id: string): Promise<string[]> =>
  (await as(gate).get(`/v1/challenges/${id}`)).body.devices.map((one: { outcome: string }) => one.outcome);

async function settle({ world: { context } }: Licensed): Promise<void> {
  while ((await runDue(context, JOBS)) > 0);
}

describe('an order of challenges', () => {
  it('tells no host before the draw; then its host is issued a session, which it is given whatever it asks', async () => {
    const gate = await makeLicensed();
    const { world, host, deviceId } = gate;
    const { secret, order: ordered } = await order(gate);
    expect(ordered).toMatchObject({
      status: 201,
      body: { state: 'ordered', wanted: 1, population: 1, devices: [] },
    });
    expect((await asked(gate)).body).toEqual({ session: null, askAgainAfterSeconds: 15 });
    const drawn = await as(gate).post(`/v1/challenges/${ordered.body.id}/draw`, { secret });
    expect(drawn).toMatchObject({
      status: 200,
      body: { state: 'drawn', devices: [{ deviceId, hostId: host.hostId, outcome: 'pending' }] },
    });
    const { sessionId } = drawn.body.devices[0];
    expect((await logged(world, 'session.issued')).at(-1)).toMatchObject({
      sessionId,
      orderId: ordered.body.id,
    });
    const { session } = (await asked(gate)).body;
    expect(session).toMatchObject({ id: sessionId, expiresAt: drawn.body.deadline });
    expect((await openSession(world, host)).id).toBe(sessionId);
    world.pass(1000);
    expect((await attest(world, host)).sessionId).toBe(sessionId);
    expect(await outcomes(gate, ordered.body.id)).toEqual(['answered']);
    const audited = async () => (await auditStore(world.context.store)).holds;
    expect(await audited()).not.toHaveProperty(['challenges.answered']);
    expect((await asked(gate)).body.session).toBeNull();
    expect((await openSession(world, host)).id).not.toBe(sessionId);
    world.pass(300_000);
    await settle(gate);
    expect(await audited()).toMatchObject({ 'challenges.answered': 1 });
  });

  it('is drawn again by anybody, from its proof alone', async () => {
    const gate = await makeLicensed();
    const { body } = await draw(gate);
    const log = parseVerifierKey((await fetchText(gate, '/v1/log/key')).text.trim());
    const proof = await as(gate).get(`/v1/challenges/${body.id}/proof`);
    expect(verifyDraw(proof.body, log)).toMatchObject({ accepted: true, notPerformed: [] });
  });

  it('knows a device that was not shown, and evidence that was refused, from an answer', async () => {
    const gate = await makeLicensed();
    const { world, host } = gate;
    const refused = await draw(gate);
    const session = await openSession(world, host);
    const other = { ...session, nonce: Buffer.alloc(32).toString('base64url') };
    await send(world, host, session.id, bundleFor(host.machine, other));
    expect(await outcomes(gate, refused.body.id)).toEqual(['refused']);
    // A GPU that its host does not show: its operator's word alone.
    const gpu = await ask(world, '/v1/devices', {
      bearer: world.people.exporter.token,
      json: { kind: 'gpu', serial: 'S-1', facilityId: world.facilityId },
    });
    const at = { kind: 'facility', id: world.facilityId };
    const both = await draw(gate, { of: at, devices: undefined, percent: 100 });
    expect(both.body.devices).toHaveLength(2);
    world.pass(1000);
    await attest(world, host);
    const rows = (await as(gate).get(`/v1/challenges/${both.body.id}`)).body.devices;
    const outcomeOf = (id: string) => rows.find((row: { deviceId: string }) => row.deviceId === id).outcome;
    expect([outcomeOf(gate.deviceId), outcomeOf(gpu.body.id)]).toEqual(['answered', 'unreachable']);
  });

  it('that is not answered in time is told, opens an incident, and stands in the report', async () => {
    const gate = await makeLicensed();
    const { world, host, deviceId } = gate;
    const { body } = await draw(gate, { answerWithinSeconds: 120 });
    const before = (await gate.events()).length;
    world.pass(119_999);
    await settle(gate);
    expect(await outcomes(gate, body.id)).toEqual(['pending']);
    // What is not over announces nothing.
    expect((await reportOf(gate)).report.devices[0]?.challenges).toEqual([]);
    world.pass(1);
    await settle(gate);
    expect(await outcomes(gate, body.id)).toEqual(['unanswered']);
    const told = (await gate.events(before)).filter(({ type }) => /challenge|incident/.test(type));
    expect(typesOf(told).sort()).toEqual([
      'challenge.ended',
      'device.challenge-unanswered',
      'host.challenge-unanswered',
      'incident.opened',
    ]);
    expect(told.find(({ type }) => type === 'incident.opened')).toMatchObject({
      tenant: 'chips',
      data: { kind: 'missing-devices', subjects: [`device:${deviceId}`] },
    });
    expect(await logged(world, 'challenge.ended')).toMatchObject([
      { orderId: body.id, outcomes: { unanswered: 1 }, unanswered: [deviceId] },
    ]);
    const { findings, unchecked } = await auditStore(world.context.store);
    expect(findings).toEqual([]);
    expect(unchecked).toContainEqual({
      what: 'challenges.answered',
      reason: 'unanswered',
      count: 1,
      examples: [body.id],
    });
    const late = await send(world, host, body.devices[0].sessionId, 'late');
    expect(late).toMatchObject({ status: 410, body: { code: 'session_expired' } });
    world.pass(1);
    const { report } = await reportOf(gate);
    expect(report.devices[0]?.challenges).toMatchObject([{ orderId: body.id, outcome: 'unanswered' }]);
    expect(report.totals.challenges).toEqual({ drawn: 1, answered: 0, unanswered: 1 });
    expect(report.incidents).toMatchObject([{ kind: 'missing-devices', state: 'open' }]);
    expect((await openSession(world, host)).id).not.toBe(body.devices[0].sessionId);
  });

  it('takes the secret that it committed to, once, and lapses in an hour', async () => {
    const gate = await makeLicensed();
    const { secret, order: ordered } = await order(gate);
    const path = `/v1/challenges/${ordered.body.id}/draw`;
    const wrong = await as(gate).post(path, { secret: '00'.repeat(32) });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: 'body.secret' }] } });
    expect(await as(gate).get(`/v1/challenges/${ordered.body.id}/proof`)).toMatchObject({ status: 409 });
    expect((await as(gate).post(path, { secret })).status).toBe(200);
    expect((await as(gate).post(path, { secret })).status).toBe(409);
    const late = await order(gate);
    gate.world.pass(3_600_000);
    await settle(gate);
    const answer = await as(gate).post(`/v1/challenges/${late.order.body.id}/draw`, { secret: late.secret });
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const { items } = (await as(gate).get('/v1/challenges')).body;
    expect(items.map(({ state }: { state: string }) => state).sort()).toEqual(['ended', 'lapsed']);
  });

  it('serves two orders with one session, which lasts as long as the later of both', async () => {
    const gate = await makeLicensed();
    const { world, host } = gate;
    const first = await draw(gate, { answerWithinSeconds: 60 });
    const second = await draw(gate, { answerWithinSeconds: 120 });
    const third = await draw(gate, { answerWithinSeconds: 60 });
    const ids = [first, second, third].map(({ body }) => body.id);
    const { session } = (await asked(gate)).body;
    expect(session.id).toBe(second.body.devices[0].sessionId);
    expect(third.body.devices[0].sessionId).toBe(session.id);
    world.pass(61_000);
    await settle(gate);
    expect(await Promise.all(ids.map((id) => outcomes(gate, id)))).toEqual([
      ['unanswered'],
      ['pending'],
      ['unanswered'],
    ]);
    expect((await attest(world, host)).sessionId).toBe(session.id);
    expect(await outcomes(gate, second.body.id)).toEqual(['answered']);
  });

  it('does not ask a suspended host, nor a device that is out of service, nor what nobody registered', async () => {
    const gate = await makeLicensed();
    const { world, host, deviceId } = gate;
    await gate.post(`/v1/hosts/${host.hostId}/suspension`, { reason: 'for a test' });
    const suspended = await draw(gate);
    expect(suspended.body.devices).toMatchObject([{ outcome: 'unreachable', sessionId: null }]);
    expect((await asked(gate)).body.session).toBeNull();
    await gate.post(`/v1/devices/${deviceId}/retirement`, { reason: 'for a test' });
    expect((await order(gate)).order).toMatchObject({ status: 400, body: { errors: [{ path: 'body.of' }] } });
    const none = { kind: 'licence', id: `lic_${'0'.repeat(26)}` };
    expect((await order(gate, { of: none })).order.status).toBe(404);
    expect((await order(gate, { percent: 10 })).order.status).toBe(400);
    expect((await order(gate, { answerWithinSeconds: 301 })).order.status).toBe(400);
    const operator = { bearer: world.people.operator.token, method: 'GET' };
    expect((await ask(world, '/v1/challenges', operator)).status).toBe(403);
  });

  it('is remembered by a verifier that was restarted', async () => {
    const gate = await makeLicensed();
    const { body } = await draw(gate);
    const after = { ...gate, world: { ...gate.world, ...(await gate.world.restart()) } };
    expect((await asked(after)).body.session.id).toBe(body.devices[0].sessionId);
  });
});
