import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decideUnderLicence } from '../../../src/service/decision/decide.ts';
import { grantLicence } from '../../../src/service/licence/licences.ts';
import { deliveriesToParty, deliveriesUnderLicence } from '../../../src/service/registry/deliveries.ts';
import { getDevice, registerDevice } from '../../../src/service/registry/devices.ts';
import { type Move, moveDevice } from '../../../src/service/registry/move-device.ts';
import { registerParty } from '../../../src/service/registry/parties.ts';
import { ruleOnFacility } from '../../../src/service/registry/rule-on-facility.ts';
import { recordScreening } from '../../../src/service/registry/screen-party.ts';
import { offerTransfer, ruleOnTransfer } from '../../../src/service/registry/transfers.ts';
import { watchDevices } from '../../../src/service/registry/watch-devices.ts';
import { readDeviceStatus } from '../../../src/service/status/status.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { ask, attest, enrol } from '../attestation/agent.ts';
import { makeEndorsement, makeMachine } from '../attestation/machine.ts';
import { logged, makeWorld, referenceSetContent, trust, type World } from '../attestation/world.ts';

const DAY_MS = 86_400_000;
const register7 = Buffer.from(pcrs.get(7) ?? []).toString('hex');

/** A declared TPM, its host enrolled and attested, and a licence that names it. */
async function makeFleet() {
  const world = await makeWorld({ attestationIntervalMs: 0 });
  const { context, people, facilityId } = world;
  const [exporter, operator, authority] = [people.exporter, people.operator, people.authority].map(
    ({ principal }) => principal,
  );
  if (exporter === undefined || operator === undefined || authority === undefined) throw new Error('nobody');
  const endorsement = makeEndorsement();
  const sha256 = hash('sha256', endorsement.publicKey.export({ type: 'spki', format: 'der' }), 'hex');
  const party = await registerParty(context, exporter, { legalName: 'Acme', country: 'IS' });
  const word = { standing: 'clear', listVersion: null, clearUntil: null, reason: 'on no list' } as const;
  await recordScreening(context, authority, party.id, word);
  const identity = { type: 'tpm-ek', sha256 } as const;
  const wanted = { kind: 'host-tpm', identity, facilityId, partyId: party.id } as const;
  const { row: device } = await registerDevice(context, exporter, wanted);
  await trust(context, referenceSetContent({ pcrs: { 7: [register7] } }));
  const licence = await grantLicence(context, authority, {
    tenant: 'chips',
    conditions: {
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2030-01-01T00:00:00Z',
      parties: [party.id],
      facilities: [facilityId],
      devices: [device.id],
      minimumLevel: 'G2',
      evidenceMaxAgeSeconds: 30 * 86_400,
      referenceSets: 'any-approved',
      waivers: [],
      rulePacks: 'none',
    },
  });
  const enrolled = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
  const codes = async (): Promise<string[]> => {
    const question = { licenceId: licence.id, action: 'use', dryRun: true } as const;
    const { decision } = await decideUnderLicence(context, authority, question);
    return decision.reasons.map(({ code }) => code);
  };
  const state = async (id = device.id) => (await readDeviceStatus(context, authority, id)).state;
  const move = (by: typeof exporter, wish: Omit<Move, 'reason'>, id = device.id) =>
    moveDevice(context, by, id, { ...wish, reason: 'for a test' });
  return { world, exporter, operator, authority, party, device, licence, enrolled, codes, state, move };
}

/** The schedule's look at devices, without what else it looks at: a licence whose conditions fail is suspended meanwhile. */
const watch = async ({ context }: World): Promise<void> => {
  await watchDevices(context, { subject: 'all', state: null });
};

describe('a device', () => {
  it('is verified by its own evidence alone, then due, then missing, and denied until it is shown again', async () => {
    const { world, exporter, enrolled, codes, state, move, device } = await makeFleet();
    expect(await state()).toBe('declared');
    await move(exporter, { act: 'ship', dueAfterDays: 10 });
    expect(await state()).toBe('shipped');
    world.pass(10 * DAY_MS);
    expect(await state()).toBe('due');
    world.pass(14 * DAY_MS);
    expect(await state()).toBe('missing');
    expect(await codes()).toEqual(['device.missing', 'evidence.absent']);
    await expect(move(exporter, { act: 'retire' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(move(exporter, { act: 'return' })).rejects.toMatchObject({ code: 'conflict' });
    await watch(world);
    expect(await getDevice(world.context, exporter, device.id)).toMatchObject({ noted_state: 'missing' });
    await attest(world, enrolled);
    expect([await state(), await codes()]).toEqual(['verified', []]);
  });

  it('keeps a proof of which the host has lost sight, until the next one is owed', async () => {
    const { world, enrolled, state, codes } = await makeFleet();
    await attest(world, enrolled);
    await watch(world);
    await attest(world, enrolled, { binding: { tenant: 'x' } });
    expect([await state(), await codes()]).toEqual([
      'verified',
      expect.arrayContaining(['evidence.refused']),
    ]);
    world.pass(30 * DAY_MS);
    expect(await state()).toBe('due');
    world.pass(14 * DAY_MS);
    expect(await state()).toBe('missing');
  });

  it('is told of when its state changes by itself, once', async () => {
    const { world, exporter, move, enrolled } = await makeFleet();
    await watch(world);
    await move(exporter, { act: 'ship', dueAfterDays: 1 });
    world.pass(2 * DAY_MS);
    await watch(world);
    world.pass(14 * DAY_MS);
    await watch(world);
    await attest(world, enrolled);
    world.pass(7 * DAY_MS);
    await watch(world);
    await watch(world);
    const changes = (await logged(world, 'device.state-changed')).map(({ from, to }) => [from, to]);
    expect(changes.slice(0, 3)).toEqual([
      ['shipped', 'due'],
      ['due', 'missing'],
      ['missing', 'due'],
    ]);
  });

  it('is not used in maintenance, which its operator declares for a time', async () => {
    const { world, exporter, operator, enrolled, codes, move } = await makeFleet();
    await attest(world, enrolled);
    const at = world.context.clock().getTime();
    const until = new Date(at + DAY_MS);
    await expect(move(exporter, { act: 'maintain', until })).rejects.toMatchObject({ code: 'conflict' });
    for (const wrong of [undefined, new Date(at), new Date(at + 31 * DAY_MS)]) {
      await expect(move(operator, { act: 'maintain', until: wrong })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    }
    await move(operator, { act: 'maintain', until });
    expect(await codes()).toEqual(['device.in-maintenance']);
    await move(operator, { act: 'resume' });
    expect(await codes()).toEqual([]);
    await move(operator, { act: 'maintain', until });
    world.pass(DAY_MS);
    expect(await codes()).toEqual([]);
    const stranger = { ...operator, tenant: 'strangers' };
    await expect(move(stranger, { act: 'maintain', until })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('that came back is not used until it was shipped and shown again', async () => {
    const { world, exporter, enrolled, codes, move, state } = await makeFleet();
    await attest(world, enrolled);
    await move(exporter, { act: 'return' });
    expect(await codes()).toEqual(['device.returned']);
    world.pass(1);
    await move(exporter, { act: 'ship' });
    expect(await state()).toBe('shipped');
    world.pass(1);
    await attest(world, enrolled);
    expect([await state(), await codes()]).toEqual(['verified', []]);
    await move(exporter, { act: 'retire' });
    expect(await codes()).toEqual(['device.not-in-service']);
  });

  it('that is missing is written off by the authority alone, and goes to no other party meanwhile', async () => {
    const { world, exporter, authority, device, party, move } = await makeFleet();
    await move(exporter, { act: 'ship' });
    world.pass(45 * DAY_MS);
    const other = await registerParty(world.context, exporter, { legalName: 'Other', country: 'IS' });
    const declared = (partyId: string) =>
      registerDevice(world.context, exporter, {
        kind: 'host-tpm',
        identity: { type: 'tpm-ek', sha256: String(device.identity_sha256) },
        partyId,
      });
    await expect(declared(other.id)).rejects.toMatchObject({ actual: 'proof_owed' });
    const count = () =>
      world.context.store.read((view) =>
        deliveriesToParty(world.context, view, party.id, world.context.clock()),
      );
    expect(await count()).toMatchObject({ devices: 1, missing: 1, missingSharePercent: 100 });
    await move(authority, { act: 'retire' });
    expect(await count()).toMatchObject({ devices: 0, missing: 0, missingSharePercent: 0 });
  });
});

describe('a transfer', () => {
  it('needs both sides, and leaves the old device denied and the new one with its deadlines', async () => {
    const { world, exporter, enrolled, codes, state, device } = await makeFleet();
    const { context } = world;
    const buyer = { ...exporter, id: 'buyer', tenant: 'buyers' };
    const thief = { ...exporter, id: 'thief', tenant: 'thieves' };
    await attest(world, enrolled);
    const wish = { toTenant: 'buyers', reason: 'sold' };
    await expect(offerTransfer(context, thief, device.id, wish)).rejects.toMatchObject({ code: 'not_found' });
    const offer = await offerTransfer(context, exporter, device.id, wish);
    await expect(offerTransfer(context, exporter, device.id, wish)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await codes()).toEqual([]);
    const rule = (by: typeof exporter, ruling: 'accepted' | 'refused' | 'withdrawn', id = offer.id) =>
      ruleOnTransfer(context, by, id, ruling, 'agreed');
    await expect(rule(exporter, 'accepted')).rejects.toMatchObject({ code: 'not_found' });
    await expect(rule(thief, 'accepted')).rejects.toMatchObject({ code: 'not_found' });
    await expect(rule(buyer, 'withdrawn')).rejects.toMatchObject({ code: 'not_found' });
    const { new_device_id: newId } = await rule(buyer, 'accepted');
    await expect(rule(buyer, 'accepted')).rejects.toMatchObject({ code: 'conflict' });
    expect(await codes()).toContain('device.transferred');
    expect([await state(), await state(String(newId))]).toEqual(['transferred', 'verified']);
    expect(await getDevice(context, buyer, String(newId))).toMatchObject({
      facility_id: null,
      party_id: null,
    });
    const identity = { type: 'tpm-ek', sha256: String(device.identity_sha256) } as const;
    await expect(registerDevice(context, exporter, { kind: 'host-tpm', identity })).rejects.toMatchObject({
      actual: 'device_transferred',
    });
    const back = await offerTransfer(context, buyer, String(newId), {
      toTenant: 'chips',
      reason: 'sold back',
    });
    const again = await rule(exporter, 'accepted', back.id);
    expect(await state(String(again.new_device_id))).toBe('verified');
  });

  it('takes no device along that owes a proof, and may be refused or withdrawn', async () => {
    const { world, exporter, device, move } = await makeFleet();
    const { context } = world;
    const buyer = { ...exporter, tenant: 'buyers' };
    const offer = () => offerTransfer(context, exporter, device.id, { toTenant: 'buyers', reason: 'sold' });
    const refused = await offer();
    await ruleOnTransfer(context, buyer, refused.id, 'refused', 'not ours');
    const withdrawn = await offer();
    await ruleOnTransfer(context, exporter, withdrawn.id, 'withdrawn', 'not yet');
    const late = await offer();
    await move(exporter, { act: 'ship' });
    await expect(ruleOnTransfer(context, buyer, late.id, 'accepted', 'ours')).rejects.toMatchObject({
      code: 'conflict',
    });
    await ruleOnTransfer(context, exporter, late.id, 'withdrawn', 'it is on its way');
    await expect(offer()).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a transfer of what a host carries', () => {
  it('waits until the host is neither held nor suspended', async () => {
    const { world, exporter } = await makeFleet();
    const { context, facilityId } = world;
    const { row: card } = await registerDevice(context, exporter, { kind: 'gpu', serial: 'S-9', facilityId });
    const host = await enrol(world, makeMachine(world.manufacturer), {
      devices: [{ kind: 'gpu', serial: 'S-9' }],
    });
    const rule = (verb: string) =>
      ask(world, `/v1/hosts/${host.hostId}/${verb}`, {
        bearer: world.people.authority.token,
        json: { reason: 'an inquiry' },
      });
    const offer = () => offerTransfer(context, exporter, card.id, { toTenant: 'buyers', reason: 'sold' });
    const open = await offer();
    expect((await rule('suspension')).status).toBe(200);
    const buyer = { ...exporter, id: 'buyer', tenant: 'buyers' };
    const accept = () => ruleOnTransfer(context, buyer, open.id, 'accepted', 'agreed');
    await expect(accept()).rejects.toMatchObject({ code: 'conflict' });
    expect((await rule('reinstatement')).status).toBe(200);
    expect(await accept()).toMatchObject({ state: 'accepted' });
  });
});

describe('a device that came back from a transfer', () => {
  it('is the one of its identity, and takes no second one of it into the register', async () => {
    const world = await makeWorld();
    const { context, people } = world;
    const exporter = people.exporter.principal;
    const [buyer, maker] = ['buyers', 'makers'].map((tenant) => ({ ...exporter, id: tenant, tenant }));
    if (buyer === undefined || maker === undefined) throw new Error('nobody');
    const identity = { type: 'nvidia-chip-key', sha256: 'cd'.repeat(32) } as const;
    const chip = { kind: 'gpu', identity } as const;
    const hand = async (from: typeof exporter, id: string, to: typeof exporter) => {
      world.pass(1000);
      const offer = await offerTransfer(context, from, id, { toTenant: to.tenant, reason: 'sold' });
      return ruleOnTransfer(context, to, offer.id, 'accepted', 'agreed');
    };
    const { row: first } = await registerDevice(context, exporter, { ...chip, serial: 'S-1' });
    const away = await hand(exporter, first.id, buyer);
    const back = await hand(buyer, String(away.new_device_id), exporter);
    // By its identity alone, as an exporter who has no serial number at hand declares it.
    const declared = await ask(world, '/v1/devices', { bearer: people.exporter.token, json: chip });
    expect(declared).toMatchObject({ status: 200, body: { id: back.new_device_id, serial: 'S-1' } });
    // Another tenant calls the same chip by another number: one key is one chip in a register.
    const { row: other } = await registerDevice(context, maker, { ...chip, serial: 'S-2' });
    const offer = await offerTransfer(context, maker, other.id, { toTenant: 'chips', reason: 'sold' });
    const taken = await ask(world, `/v1/device-transfers/${offer.id}/acceptance`, {
      bearer: people.exporter.token,
      json: { reason: 'agreed' },
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});

describe('deliveries', () => {
  it('under a licence are counted by the schedule, and anew where a deadline has passed', async () => {
    const { world, enrolled, licence, device } = await makeFleet();
    const { context } = world;
    const count = () =>
      context.store.read((view) =>
        deliveriesUnderLicence(context, view, { id: licence.id, devices: [device.id] }, context.clock()),
      );
    await attest(world, enrolled);
    await watch(world);
    expect(await count()).toMatchObject({ devices: 1, verified: 1, verifiedSharePercent: 100 });
    world.pass(30 * DAY_MS - 60_000);
    await watch(world);
    expect(await count()).toMatchObject({ verified: 1 });
    world.pass(60_000);
    expect(await count()).toMatchObject({ devices: 1, verified: 0, missing: 0 });
    world.pass(14 * DAY_MS);
    expect(await count()).toMatchObject({ missing: 1, verifiedSharePercent: 0, missingSharePercent: 100 });
  });
});

describe('the authorisation of a facility', () => {
  it('has periods: use is denied before, between and after them', async () => {
    const { world, authority, enrolled, codes } = await makeFleet();
    const { context, facilityId } = world;
    const { digest } = await context.store.read(async (view) => {
      const { readFacility } = await import('../../../src/service/registry/facilities.ts');
      return readFacility(view, authority, facilityId);
    });
    const at = context.clock().getTime();
    const days = (count: number): Date => new Date(at + count * DAY_MS);
    const rule = (more: object) =>
      ruleOnFacility(context, authority, facilityId, {
        ruling: 'authorised',
        digest,
        authorisedUntil: null,
        reason: 'in order',
        ...more,
      });
    await attest(world, enrolled);
    await expect(rule({ authorisedFrom: days(-1) })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(rule({ authorisedFrom: days(3), authorisedUntil: days(2) })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(
      rule({ authorisedFrom: days(3), authorisedArea: { kind: 'geofence' } }),
    ).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await rule({ authorisedUntil: days(1) });
    await rule({ authorisedFrom: days(2), authorisedUntil: days(3), tier: 'tier-1' });
    expect(await codes()).toEqual([]);
    world.pass(DAY_MS);
    expect(await codes()).toEqual(['facility.authorisation-lapsed']);
    world.pass(DAY_MS);
    expect(await codes()).toEqual([]);
    world.pass(DAY_MS);
    expect(await codes()).toEqual(['facility.authorisation-lapsed']);
    await rule({ tier: 'denied' });
    expect(await codes()).toEqual(['facility.tier-denied']);
    await ruleOnFacility(context, authority, facilityId, { ruling: 'withdrawn', reason: 'for a test' });
    await rule({ authorisedFrom: days(5) });
    expect(await codes()).toEqual(['facility.not-yet-authorised']);
  });
});
