import { describe, expect, it } from 'vitest';
import { proposeFacility } from '../../../src/service/registry/facilities.ts';
import { ruleOnFacility } from '../../../src/service/registry/rule-on-facility.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { ask, attest, enrol, type TestHost } from './agent.ts';
import { makeEndorsement, makeMachine } from './machine.ts';
import { makeWorld, referenceSetContent, trust, type World } from './world.ts';

const register7 = Buffer.from(pcrs.get(7) ?? []).toString('hex');
const gpu = { kind: 'gpu', serial: 'G-1' } as const;

async function declare(world: World, device: object): Promise<string> {
  const json = { ...device, facilityId: world.facilityId };
  return (await ask(world, '/v1/devices', { bearer: world.people.exporter.token, json })).body.id;
}

/** Another facility of the same operator. */
async function secondFacility({ context, people }: World): Promise<string> {
  const { id, digest } = await proposeFacility(context, people.exporter.principal, {
    name: 'Hall 2',
    country: 'IS',
    operatorTenant: people.operator.principal.tenant,
    area: { type: 'Circle', center: [-21.9, 64.2], radiusMeters: 500 } as never, // any area does
  });
  const ruling = { ruling: 'authorised', digest, authorisedUntil: null, reason: 'in order' } as const;
  await ruleOnFacility(context, people.authority.principal, id, ruling);
  return id;
}

const devicesOf = async (world: World, { hostId }: TestHost): Promise<string[]> => {
  const { body } = await ask(world, `/v1/hosts/${hostId}`, {
    method: 'GET',
    bearer: world.people.operator.token,
  });
  return body.devices.map(({ id }: { id: string }) => id);
};

type Hold = (world: World, host: TestHost) => Promise<void>;
const byLatch: Hold = async (world, host) => {
  await trust(world.context, referenceSetContent({ pcrs: { 7: [register7] }, denied: { 7: [register7] } }));
  expect((await attest(world, host)).appraisal.violations).toHaveLength(1);
};
const bySuspension: Hold = async (world, { hostId }) => {
  const { token: bearer } = world.people.authority;
  await ask(world, `/v1/hosts/${hostId}/suspension`, { bearer, json: { reason: 'under review' } });
};
const byNothing: Hold = async () => {};

describe('a device that an operator claims', () => {
  it.each<['stays' | 'goes', string, Hold]>([
    ['stays', 'held for review', byLatch],
    ['stays', 'suspended', bySuspension],
    ['goes', 'neither', byNothing],
  ])('%s when another host claims it off a host that is %s', async (what, _, hold) => {
    const world = await makeWorld();
    const deviceId = await declare(world, gpu);
    const first = await enrol(world, makeMachine(world.manufacturer), { devices: [gpu] });
    await hold(world, first);
    const second = await enrol(world, makeMachine(world.manufacturer), { devices: [gpu] });
    expect((await devicesOf(world, first)).includes(deviceId)).toBe(what === 'stays');
    expect((await devicesOf(world, second)).includes(deviceId)).toBe(what === 'goes');
  });

  it.each<['stays' | 'goes', string, Hold]>([
    ['stays', 'held for review', byLatch],
    ['stays', 'suspended', bySuspension],
    ['goes', 'neither', byNothing],
  ])('%s when its host, being %s, is first enrolled elsewhere', async (what, _, hold) => {
    const world = await makeWorld();
    const deviceId = await declare(world, gpu);
    const endorsement = makeEndorsement();
    const first = await enrol(world, makeMachine(world.manufacturer, { endorsement }), { devices: [gpu] });
    await hold(world, first);
    const facilityId = await secondFacility(world);
    const moved = await enrol(world, makeMachine(world.manufacturer, { endorsement }), { facilityId });
    expect(moved.hostId).toBe(first.hostId);
    const second = await enrol(world, makeMachine(world.manufacturer), { devices: [gpu] });
    expect((await devicesOf(world, second)).includes(deviceId)).toBe(what === 'goes');
  });

  it('is no second TPM on a host that has one: a TPM attests itself alone', async () => {
    const world = await makeWorld();
    const [one, two] = [
      { kind: 'host-tpm', serial: 'T-1' },
      { kind: 'host-tpm', serial: 'T-2' },
    ];
    const ids = [await declare(world, one), await declare(world, two)];
    const host = await enrol(world, makeMachine(world.manufacturer), { devices: [one, two] });
    expect(await devicesOf(world, host)).toEqual([ids[0]]);
  });
});
