import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentDigest } from '../../../src/evidence/digest.ts';
import { decide as decidePurely } from '../../../src/policy/decide.ts';
import { weighed } from '../../../src/policy/weighed.ts';
import { decisionInput } from '../../../src/store/attestation/decisions.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { type Answer, ask, attest, enrol, type TestHost } from './agent.ts';
import { type Endorsement, makeEndorsement, makeMachine } from './machine.ts';
import {
  chipTableContent,
  hireStranger,
  logged,
  makeWorld,
  referenceSetContent,
  trust,
  type World,
} from './world.ts';

const ekDigest = ({ publicKey }: Endorsement): string =>
  hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex');
const register7 = Buffer.from(pcrs.get(7) ?? []).toString('hex');
const codes = ({ body }: Answer): string[] => body.reasons.map(({ code }: { code: string }) => code);

/** A declared TPM on an attested host at G2, a cleared party and a licence about them. */
type Gate = {
  readonly world: World;
  readonly endorsement: Endorsement;
  readonly host: TestHost;
  readonly deviceId: string;
  readonly partyId: string;
  readonly licenceId: string;
  readonly decide: (more?: object, headers?: { readonly [name: string]: string }) => Promise<Answer>;
};

async function makeGate(conditions: object = {}): Promise<Gate> {
  const world = await makeWorld({ attestationIntervalMs: 0 });
  const { exporter, authority } = world.people;
  const endorsement = makeEndorsement();
  const device = await ask(world, '/v1/devices', {
    bearer: exporter.token,
    json: {
      kind: 'host-tpm',
      identity: { type: 'tpm-ek', sha256: ekDigest(endorsement) },
      facilityId: world.facilityId,
    },
  });
  const party = await ask(world, '/v1/parties', {
    bearer: exporter.token,
    json: { legalName: 'Acme', country: 'IS' },
  });
  await ask(world, `/v1/parties/${party.body.id}/screening`, {
    bearer: authority.token,
    json: { standing: 'clear', reason: 'on no list' },
  });
  await trust(world.context, referenceSetContent({ pcrs: { 7: [register7] } }));
  const host = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
  await attest(world, host);
  const [deviceId, partyId] = [device.body.id, party.body.id];
  const licence = await ask(world, '/v1/licences', {
    bearer: authority.token,
    json: {
      tenant: 'chips',
      conditions: {
        validFrom: '2026-01-01T00:00:00Z',
        validUntil: '2027-01-01T00:00:00Z',
        parties: [partyId],
        consignee: partyId,
        facilities: [world.facilityId],
        devices: [deviceId],
        minimumLevel: 'G2',
        evidenceMaxAgeSeconds: 3600,
        rulePacks: 'none',
        referenceSets: 'any-approved',
        ...conditions,
      },
    },
  });
  if (licence.status !== 201) throw new Error(JSON.stringify(licence.body));
  const licenceId = licence.body.id;
  const decide: Gate['decide'] = (more = {}, headers = {}) =>
    ask(world, '/v1/decisions', { bearer: authority.token, json: { licenceId, ...more }, headers });
  return { world, endorsement, host, deviceId, partyId, licenceId, decide };
}

describe('the gate', () => {
  it('allows what is proven, until the first thing that it rests on ends', async () => {
    const { world, decide, deviceId } = await makeGate();
    const answer = await decide();
    expect(answer.body).toMatchObject({
      outcome: 'allow',
      reasons: [],
      devices: [{ id: deviceId, label: 'G2-tpm' }],
    });
    const untilMs = Date.parse(answer.body.validUntil) - world.context.clock().getTime();
    expect(untilMs).toBe(3_600_000);
    expect(answer.body.receipt.act.body.outcome).toBe('allow');
    const read = await ask(world, `/v1/decisions/${answer.body.id}`, {
      method: 'GET',
      bearer: world.people.auditor.token,
    });
    expect(read.body.devices).toEqual(answer.body.devices);
  });

  it('keeps everything that it weighed, by the digest that answer and leaf name', async () => {
    const { world, decide, deviceId, licenceId } = await makeGate();
    const { body } = await decide({ devices: [deviceId] });
    const [leaf] = await logged(world, 'decision');
    expect(leaf).toMatchObject({ inputSha256: body.inputSha256, action: 'use', packs: [], chips: [] });
    const kept = async (sha256: string) => {
      const row = await world.context.store.first(decisionInput, { sha256 });
      return JSON.parse(row?.content ?? 'null');
    };
    const content = await kept(body.inputSha256);
    expect(contentDigest('decision-input', content)).toBe(body.inputSha256);
    const input = weighed.parse(content);
    expect(input).toMatchObject({ licence: { id: licenceId }, requested: [deviceId] });
    const { conditionsSha256 } = input.licence;
    const conditions = await kept(conditionsSha256);
    expect(contentDigest('licence-conditions', conditions)).toBe(conditionsSha256);
    const again = decidePurely({ ...input, licence: { ...input.licence, conditions } });
    expect(again).toEqual({
      outcome: body.outcome,
      reasons: body.reasons,
      devices: body.devices,
      validUntil: body.validUntil,
    });
    expect((await decide({ dryRun: true })).body.inputSha256).toBeNull();
  });

  it('refuses a question that mixes use and allocation', async () => {
    const { decide, deviceId } = await makeGate();
    const chips = [{ model: 'H100', quantity: 1 }];
    for (const question of [
      { action: 'allocate' },
      { chips },
      { action: 'allocate', chips, devices: [deviceId] },
      { action: 'allocate', chips: [...chips, ...chips] },
    ]) {
      expect((await decide(question)).body.code).toBe('invalid_request');
    }
  });

  it('decides about a delivery without any evidence, and keeps that too', async () => {
    const { world, decide } = await makeGate({ models: [{ model: 'H100', quantity: 8 }] });
    await trust(world.context, chipTableContent());
    const chips = (quantity: number) => ({ action: 'allocate', chips: [{ model: 'H100', quantity }] });
    expect((await decide(chips(8))).body).toMatchObject({ outcome: 'allow', devices: [], ...chips(8) });
    expect(codes(await decide(chips(9)))).toEqual(['request.quantity-too-large', 'ledger.quantity-exceeded']);
  });

  it('denies once the evidence is too old, from its nonce on', async () => {
    const { world, decide } = await makeGate();
    world.pass(3_600_000);
    expect(codes(await decide())).toEqual(['evidence.stale']);
  });

  it('denies while the newest submission was refused, and allows after the next good one', async () => {
    const { world, host, decide } = await makeGate();
    await attest(world, host, { binding: { tenant: 'x' } });
    expect(codes(await decide())).toContain('evidence.refused');
    await attest(world, host);
    expect((await decide()).body.outcome).toBe('allow');
  });

  it('denies a host that no set matches any more, without waiting for its next attestation', async () => {
    const { world, decide } = await makeGate();
    await trust(world.context, referenceSetContent({ version: '2', pcrs: { 7: ['00'.repeat(32)] } }));
    expect(codes(await decide())).toEqual(
      expect.arrayContaining(['device.level-too-low', 'host.reference-set-not-accepted']),
    );
  });

  it('denies under a suspended licence, at a withdrawn facility, for a denied party and a suspended host', async () => {
    const { world, decide, licenceId, partyId, host } = await makeGate();
    const bearer = world.people.authority.token;
    const reason = 'for a test';
    const post = (path: string, json: object): Promise<Answer> => ask(world, path, { bearer, json });
    await post(`/v1/licences/${licenceId}/ruling`, { status: 'suspended', reason });
    expect(codes(await decide())).toEqual(['licence.suspended']);
    await post(`/v1/licences/${licenceId}/ruling`, { status: 'active', reason });
    await post(`/v1/parties/${partyId}/screening`, { standing: 'denied', reason });
    expect(codes(await decide())).toEqual(['party.denied']);
    await post(`/v1/parties/${partyId}/screening`, { standing: 'clear', reason });
    await post(`/v1/hosts/${host.hostId}/suspension`, { reason });
    expect(codes(await decide())).toEqual(['host.held']);
    await post(`/v1/hosts/${host.hostId}/reinstatement`, { reason });
    await post(`/v1/facilities/${world.facilityId}/withdrawal`, { reason });
    expect(codes(await decide())).toEqual(['facility.revoked']);
  });

  it('answers a repeated Idempotency-Key with the same decision, and refuses it for another question', async () => {
    const { world, decide, deviceId } = await makeGate();
    const headers = { 'idempotency-key': 'question-1' };
    const first = await decide({}, headers);
    world.pass(60_000);
    const again = await decide({}, headers);
    const { receipt: _, ...answer } = first.body;
    const { receipt: __, ...repeated } = again.body;
    expect(JSON.stringify(repeated)).toBe(JSON.stringify(answer));
    expect(again.body.outcome).toBe('allow');
    expect((await decide({ devices: [deviceId] }, headers)).body.code).toBe('idempotency_key_reused');
    expect(await logged(world, 'decision')).toHaveLength(1);
  });

  it('repeats no allow that has ceased to hold, and every denial as it was', async () => {
    const { world, decide } = await makeGate();
    const [allowed, denied] = [{ 'idempotency-key': 'question-1' }, { 'idempotency-key': 'question-2' }];
    expect((await decide({}, allowed)).body.outcome).toBe('allow');
    world.pass(3_600_000);
    const late = await decide({}, allowed);
    expect(late.body).toMatchObject({ code: 'conflict', errors: [{ actual: 'evidence.stale' }] });
    const first = await decide({}, denied);
    expect(first.body.outcome).toBe('deny');
    expect((await decide({}, denied)).body.id).toBe(first.body.id);
  });

  it('leaves no trace of a dry run', async () => {
    const { world, decide } = await makeGate();
    const answer = await decide({ dryRun: true });
    expect(answer.body).toMatchObject({ outcome: 'allow', dryRun: true });
    expect(answer.body.receipt).toBeUndefined();
    expect(await logged(world, 'decision')).toEqual([]);
  });

  it('takes the word of an operator for a serial number only where the licence waives it by name', async () => {
    const world = await makeWorld({ attestationIntervalMs: 0 });
    const { exporter, authority } = world.people;
    const device = await ask(world, '/v1/devices', {
      bearer: exporter.token,
      json: { kind: 'gpu', serial: 'GPU-1', facilityId: world.facilityId },
    });
    const party = await ask(world, '/v1/parties', {
      bearer: exporter.token,
      json: { legalName: 'Acme', country: 'IS' },
    });
    await ask(world, `/v1/parties/${party.body.id}/screening`, {
      bearer: authority.token,
      json: { standing: 'clear', reason: 'on no list' },
    });
    await trust(world.context, referenceSetContent({ pcrs: { 7: [register7] } }));
    const host = await enrol(world, makeMachine(world.manufacturer), {
      devices: [{ kind: 'gpu', serial: 'GPU-1' }],
    });
    await attest(world, host);
    const decide = async (waivers: string[]): Promise<Answer> => {
      const licence = await ask(world, '/v1/licences', {
        bearer: authority.token,
        json: {
          tenant: 'chips',
          conditions: {
            validFrom: '2026-01-01T00:00:00Z',
            validUntil: '2027-01-01T00:00:00Z',
            parties: [party.body.id],
            facilities: [world.facilityId],
            devices: [device.body.id],
            minimumFacts: { host: 'tpm' },
            evidenceMaxAgeSeconds: 3600,
            rulePacks: 'none',
            referenceSets: 'any-approved',
            waivers,
          },
        },
      });
      return ask(world, '/v1/decisions', { bearer: authority.token, json: { licenceId: licence.body.id } });
    };
    expect(codes(await decide([]))).toEqual(['device.serial-operator-claimed']);
    const waived = await decide(['operator-claimed-serial']);
    expect(waived.body).toMatchObject({
      outcome: 'allow',
      devices: [{ waived: ['operator-claimed-serial'], facts: { device: 'declared' } }],
    });
    const own = await ask(world, `/v1/devices/${device.body.id}/status`, {
      method: 'GET',
      bearer: exporter.token,
    });
    expect(own.body).toMatchObject({ serialLink: 'operator-claimed', hostId: host.hostId, level: 'G0' });
  });

  it('refuses a licence about what is not on the register', async () => {
    const { world, partyId } = await makeGate();
    const answer = await ask(world, '/v1/licences', {
      bearer: world.people.authority.token,
      json: {
        tenant: 'chips',
        conditions: {
          validFrom: '2026-01-01T00:00:00Z',
          validUntil: '2027-01-01T00:00:00Z',
          parties: [partyId],
          facilities: [world.facilityId],
          devices: ['dev_unknown'],
          minimumLevel: 'G1',
          evidenceMaxAgeSeconds: 3600,
          rulePacks: 'none',
          referenceSets: 'not-required',
        },
      },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.body.errors).toMatchObject([{ path: 'body.conditions.devices', actual: 'dev_unknown' }]);
  });
});

describe('a hold', () => {
  it('follows a denied measurement, outlives good evidence and enrolment, and ends by a reason', async () => {
    const { world, endorsement, host, decide } = await makeGate();
    const { authority, operator } = world.people;
    await trust(
      world.context,
      referenceSetContent({ name: 'bad', pcrs: { 7: ['00'.repeat(32)] }, denied: { 7: [register7] } }),
    );
    const violating = await attest(world, host);
    expect(violating.appraisal.violations.map(({ code }) => code)).toEqual(['measurement.denied']);
    await attest(world, host);
    const { body: held } = await ask(world, '/v1/latches', { method: 'GET', bearer: operator.token });
    expect(held.items).toMatchObject([{ subject: `host:${host.hostId}`, code: 'measurement.denied' }]);
    expect(codes(await decide())).toContain('host.held');

    // Neither another version of the set, nor good evidence, nor new keys end it.
    await trust(
      world.context,
      referenceSetContent({ name: 'bad', version: '2', pcrs: { 7: ['00'.repeat(32)] } }),
    );
    const again = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
    expect((await attest(world, again)).appraisal.outcome).toBe('accepted');
    expect(codes(await decide())).toEqual(['host.held']);

    const [latch] = held.items;
    const clear = (bearer: string, json: object): Promise<Answer> =>
      ask(world, `/v1/latches/${latch.id}/clearing`, { bearer, json });
    expect((await clear(operator.token, { reason: 'mended' })).body.code).toBe('forbidden');
    expect((await clear(authority.token, { reason: '' })).body.code).toBe('invalid_request');
    expect((await clear(authority.token, { reason: 'mended' })).body).toMatchObject({
      clearedReason: 'mended',
    });
    expect((await clear(authority.token, { reason: 'mended' })).body.code).toBe('conflict');
    expect((await decide()).body.outcome).toBe('allow');
    expect(await logged(world, 'latch.cleared')).toHaveLength(1);
  });

  it('is cleared in bulk, all or none', async () => {
    const { world, host } = await makeGate();
    const { authority } = world.people;
    await trust(
      world.context,
      referenceSetContent({ name: 'bad', pcrs: { 7: ['00'.repeat(32)] }, denied: { 7: [register7] } }),
    );
    await attest(world, host);
    const on = async (subject: string, bearer = authority.token): Promise<string[]> => {
      const path = `/v1/latches?openOn=${encodeURIComponent(subject)}`;
      const { body } = await ask(world, path, { method: 'GET', bearer });
      return body.items.map(({ id }: { id: string }) => id);
    };
    const ids = await on(`host:${host.hostId}`);
    expect(ids).toHaveLength(1);
    expect(await on(`host:${host.hostId}`, world.people.operator.token)).toEqual(ids);
    expect(await on(`host:${host.hostId}`, (await hireStranger(world.context)).token)).toEqual([]);
    expect(await on(`device:${host.hostId}`)).toEqual([]);
    const unknown = `lat_${'0'.repeat(26)}`;
    const clear = (latchIds: string[]): Promise<Answer> =>
      ask(world, '/v1/latch-clearings', { bearer: authority.token, json: { latchIds, reason: 'mended' } });
    expect((await clear([...ids, unknown])).body.code).toBe('not_found');
    expect((await clear(ids)).body.items).toHaveLength(ids.length);
    expect(await on(`host:${host.hostId}`)).toEqual([]);
  });

  it('never follows what is merely unmatched, malformed or late', async () => {
    const { world, host } = await makeGate();
    await trust(world.context, referenceSetContent({ version: '2', pcrs: { 7: ['00'.repeat(32)] } }));
    await attest(world, host);
    await attest(world, host, { binding: { tenant: 'x' } });
    await attest(world, host, { tpmItem: Uint8Array.of(1) });
    expect(await logged(world, 'latch.set')).toEqual([]);
  });
});

describe('status', () => {
  it('shows a host and its device to whom they concern, and to nobody else', async () => {
    const { world, host, deviceId, licenceId } = await makeGate();
    const { operator, exporter, authority } = world.people;
    const get = (path: string, bearer: string): Promise<Answer> =>
      ask(world, path, { method: 'GET', bearer });
    const hostPath = `/v1/hosts/${host.hostId}/status`;
    const devicePath = `/v1/devices/${deviceId}/status`;
    expect((await get(hostPath, operator.token)).body).toMatchObject({
      level: 'G2',
      label: 'G2-tpm',
      lifecycle: 'in-service',
      lastSession: { outcome: 'accepted' },
      devices: [deviceId],
      latches: [],
    });
    expect((await get(devicePath, exporter.token)).body).toMatchObject({
      level: 'G2',
      serialLink: 'none',
      hostId: host.hostId,
    });
    expect((await get(devicePath, operator.token)).status).toBe(200);
    const stranger = await hireStranger(world.context);
    for (const path of [hostPath, devicePath]) {
      expect((await get(path, stranger.token)).body.code).toBe('not_found');
    }
    expect((await get(hostPath, exporter.token)).body.code).toBe('not_found');
    expect((await get(`/v1/licences/${licenceId}/status`, authority.token)).status).toBe(200);
    expect((await get(`/v1/licences/${licenceId}/status`, stranger.token)).status).toBe(404);
    expect((await get(`/v1/licences/${licenceId}/status`, exporter.token)).body).toMatchObject({
      outcome: 'allow',
      devices: { named: 1, allowed: 1 },
    });
  });

  it('shows no level for evidence that is too old to rely on', async () => {
    const { world, host } = await makeGate();
    world.pass(world.context.config.sessionTtlMs);
    const { body } = await ask(world, `/v1/hosts/${host.hostId}/status`, {
      method: 'GET',
      bearer: world.people.operator.token,
    });
    expect(body).toMatchObject({ level: 'G0', label: 'G0' });
    expect(body.evidenceIssuedAt).not.toBeNull();
  });

  it('shows operators why their hosts fail', async () => {
    const { world, host } = await makeGate();
    await attest(world, host, { binding: { tenant: 'x' } });
    const { body } = await ask(world, '/v1/hosts', { method: 'GET', bearer: world.people.operator.token });
    expect(body.items[0]).toMatchObject({
      failures: 1,
      lastSubmission: { outcome: 'refused', reasons: [{ code: 'binding.tenant' }] },
    });
  });
});
