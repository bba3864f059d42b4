import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSession, submit } from '../../src/agent/attest.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { type EvidenceAnswer, evidenceAnswer } from '../../src/protocol/evidence.ts';
import type { Hole } from '../../src/store/port.ts';
import { statement } from '../../src/store/statement.ts';
import {
  codesOf,
  declare,
  enrolTpm,
  items,
  licenceFor,
  makeFleet,
  makeGpus,
  publishedFor,
} from './composite.ts';
import { failed, type Guest } from './guest.ts';
import type { StubVendors } from './stub-collateral.ts';
import { NEVER, type World } from './world.ts';

const [chip, other] = makeGpus(2);
if (chip === undefined || other === undefined) throw new Error('no GPUs');
const name = `gpu_${chip.identity.slice(0, 32)}`;

let world: World;
let vendors: StubVendors;
let tpm: () => SoftwareTpm;

beforeEach(async () => {
  ({ world, vendors } = await makeFleet([chip, other]));
  const ca = makeEkCa(new Date());
  await world.trustRoots('tpms', ca.rootPem);
  tpm = () => new SoftwareTpm({ ca, clock: world.pace.clock, ek: 'ecc256' });
});

const newHost = (): Promise<Guest> => enrolTpm(world, tpm());
const showing = items([chip]);

/** As `Guest.attest`, without letting an hour pass. */
async function attestNow(host: Guest, before = showing): Promise<EvidenceAnswer> {
  world.verifier.advance(1_000);
  const session = await openSession(host.client, NEVER);
  const bundle = await host.bundle(session, { before });
  return evidenceAnswer.parse(await submit(host.client, session.id, bundle, NEVER));
}
const outcomeOf = ({ appraisal }: EvidenceAnswer): string | undefined => appraisal.devices[1]?.chip?.outcome;
const read = async (path: string, token = world.tokens.authority): Promise<Record<string, unknown>> => {
  const { body } = await world.verifier.call('GET', path, { token });
  return body;
};
const holdsOn = async (subject: string): Promise<string[]> => {
  const { items: rows } = (await read('/v1/latches')) as { items: { subject: string; code: string }[] };
  return rows.filter((row) => row.subject === subject).map(({ code }) => code);
};

describe('one chip and two hosts', () => {
  let first: Guest;
  let second: Guest;
  beforeEach(async () => {
    [first, second] = [await newHost(), await newHost()];
    onTestFinished(() => world.close());
    expect(outcomeOf(await first.attest({ before: showing }))).toBe('attested');
  });

  it('the newcomer is refused that chip alone, and both may attest at once', async () => {
    const contested = await attestNow(second, items([chip, other]));
    expect(contested.appraisal.outcome).toBe('accepted');
    expect(failed(contested)).toEqual(['devices.unique']);
    expect(contested.appraisal.devices.map((device) => device.chip?.outcome)).toEqual([
      undefined,
      'refused',
      'attested',
    ]);
    expect(Date.parse(contested.nextAttestationAfter)).toBeLessThanOrEqual(world.pace.clock().getTime());
    // Otherwise an hour would have to pass.
    expect(outcomeOf(await attestNow(first))).toBe('attested');
    expect(await holdsOn(`device:${name}`)).toEqual([]);
  });

  it('neither is told of the other', async () => {
    const contested = JSON.stringify(await attestNow(second));
    const { hostId } = await first.session();
    expect(contested).not.toContain(hostId);
    expect(contested).not.toContain('acme-2');
  });

  it('a card that was moved is the second’s once the first came back without it', async () => {
    await attestNow(second);
    await attestNow(first, items([]));
    expect(outcomeOf(await attestNow(second))).toBe('attested');
    expect(await holdsOn(`device:${name}`)).toEqual([]);
  });

  it('a card whose first host is gone is the second’s once that evidence is old', async () => {
    await attestNow(second);
    // At once, by the challenge; then two intervals and a session later.
    expect(outcomeOf(await attestNow(second))).toBe('refused');
    world.verifier.advance(7 * 60_000);
    expect(outcomeOf(await attestNow(second))).toBe('attested');
  });

  it.each([
    ['the newcomer first', true],
    ['the holder first', false],
  ])('both are suspended and held where both show it again, %s', async (_, newcomerFirst) => {
    const opened = await attestNow(second);
    expect(failed(opened)).toEqual(['devices.unique']);
    const [one, two] = newcomerFirst ? [second, first] : [first, second];
    await attestNow(one);
    const last = await attestNow(two);
    expect(last.appraisal.violations).toEqual([
      expect.objectContaining({ code: 'device.contradiction', subject: `device:${name}` }),
    ]);
    expect(await holdsOn(`device:${name}`)).toEqual(['device.contradiction']);
    for (const host of [first, second]) {
      await expect(attestNow(host)).rejects.toMatchObject({ code: 'host_suspended' });
    }
    const { items: hosts } = (await read('/v1/hosts')) as {
      items: { id: string; suspendedAt: string | null }[];
    };
    expect(hosts.every(({ suspendedAt }) => suspendedAt !== null)).toBe(true);
    for (const { id } of hosts) expect(await holdsOn(`host:${id}`)).toEqual(['device.contradiction']);
  });

  it('a session that was open before the challenge proves nothing about both at once', async () => {
    world.verifier.advance(61_000);
    const early = await openSession(first.client, NEVER);
    const opened = await attestNow(second);
    expect(failed(opened)).toEqual(['devices.unique']);
    await attestNow(second);
    const bundle = await first.bundle(early, { before: showing });
    const answer = await first.send(early, bundle);
    expect(answer.appraisal.violations).toEqual([]);
    expect(outcomeOf(answer)).toBe('attested');
  });
});

it('one chip that three hosts show at one instant is one host’s alone', async () => {
  onTestFinished(() => world.close());
  const hosts = [await newHost(), await newHost(), await newHost()];
  world.verifier.advance(3_600_000);
  const bundles = await Promise.all(
    hosts.map(async (host) => {
      const session = await openSession(host.client, NEVER);
      return { host, session, bundle: await host.bundle(session, { before: showing }) };
    }),
  );
  const answers = await Promise.all(bundles.map(({ host, session, bundle }) => host.send(session, bundle)));
  expect(answers.map(outcomeOf).toSorted()).toEqual(['attested', 'refused', 'refused']);
  expect(answers.flatMap(failed)).toEqual(['devices.unique', 'devices.unique']);
});

describe('one chip and two tenants', () => {
  it('tells neither anything of the other, to the very incident', async () => {
    onTestFinished(() => world.close());
    const { verifier, tokens } = world;
    const { token: rival } = await verifier.principal('operator', 'rival');
    const make = async (token: string, path: string, body: object): Promise<Record<string, unknown>> => {
      const answer = await verifier.call('POST', path, { token, body });
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    };
    const facility = await make(tokens.exporter, '/v1/facilities', {
      name: 'Hall 2',
      country: 'IS',
      operatorTenant: 'rival',
      area: { type: 'Point', coordinates: [-21.9, 64.1], radiusMeters: 500 },
    });
    await make(tokens.authority, `/v1/facilities/${facility['id']}/authorisation`, {
      digest: facility['digest'],
      reason: 'in order',
    });
    const minted = await make(rival, '/v1/enrolment-tokens', { facilityId: facility['id'] });
    const first = await newHost();
    const second = await enrolTpm(world, tpm(), {}, String(minted['token']));
    await first.attest({ before: showing });
    const told = [await attestNow(second), await attestNow(first), await attestNow(second)].map((answer) =>
      JSON.stringify(answer),
    );
    const { items: hosts } = (await read('/v1/hosts')) as {
      items: { id: string; tenant: string; suspendedAt: string | null }[];
    };
    expect(hosts.map(({ suspendedAt }) => suspendedAt !== null)).toEqual([true, true]);
    const acts = await logged(['chip.contested', 'incident.opened']);
    expect(acts.map(({ tenant }) => tenant).toSorted()).toEqual(['acme', 'acme', 'rival', 'rival']);
    for (const { id, tenant } of hosts) {
      const mine = tenant === 'rival' ? [told[0], told[2]] : [told[1]];
      const token = tenant === 'rival' ? rival : tokens.operator;
      const shown = [
        ...mine,
        JSON.stringify(await read('/v1/latches', token)),
        JSON.stringify(await read('/v1/hosts', token)),
        ...acts.filter((act) => act.tenant === tenant).map(({ body }) => body),
      ].join();
      expect(shown).toContain(id);
      for (const other of hosts.filter((host) => host.id !== id)) {
        expect(shown).not.toContain(other.id);
        expect(shown).not.toContain(`"${other.tenant}"`);
      }
    }
  });
});

const actsOfType = statement((db, hole: Hole<{ type: string }>) =>
  db.selectFrom('log_leaf').select(['tenant', 'body']).where('type', '=', hole('type')).orderBy('leaf_index'),
);

async function logged(
  types: readonly string[],
): Promise<{ readonly tenant: string; readonly body: string }[]> {
  const { store } = world.verifier.context;
  const rows = types.map((type) => store.read((view) => view.all(actsOfType, { type })));
  return (await Promise.all(rows)).flat();
}

describe('a revoked chip', () => {
  it('is held as a chip, on whatever host and under whatever declaration it comes back', async () => {
    onTestFinished(() => world.close());
    const id = await declare(world, chip);
    const host = await newHost();
    vendors.nvidia = publishedFor([chip], new Map([[chip, 'revoked']]));
    const answer = await host.attest({ before: showing });
    expect(answer.appraisal.outcome).toBe('accepted');
    expect(failed(answer)).toEqual(['nvidia.revocation']);
    expect(answer.appraisal.violations).toEqual([
      expect.objectContaining({ code: 'device.key-revoked', subject: `device:${name}` }),
    ]);
    expect(await holdsOn(`device:${name}`)).toEqual(['device.key-revoked']);
    const { hostId } = await host.session();
    expect(await holdsOn(`host:${hostId}`)).toEqual([]);
    vendors.nvidia = publishedFor([chip]);
    const elsewhere = await newHost();
    expect(outcomeOf(await elsewhere.attest({ before: showing }))).toBe('attested');
    const decide = await licenceFor(world, [id], { minimumLevel: 'G1', referenceSets: 'not-required' });
    expect(codesOf(await decide())).toEqual(['device.held']);
    expect(await read(`/v1/devices/${id}/status`)).toMatchObject({
      latches: [{ code: 'device.key-revoked' }],
    });
  });

  it('is refused and not held while NVIDIA has it on hold', async () => {
    onTestFinished(() => world.close());
    vendors.nvidia = publishedFor([chip], new Map([[chip, 'hold']]));
    const answer = await (await newHost()).attest({ before: showing });
    expect(failed(answer)).toEqual(['nvidia.revocation']);
    expect(answer.appraisal.violations).toEqual([]);
  });
});

describe('what the register says of a chip', () => {
  beforeEach(() => {
    onTestFinished(() => world.close());
  });

  it('is held against the evidence: a model that is none of its names is denied', async () => {
    const id = await declare(world, chip, { model: 'NVIDIA B200' });
    const host = await newHost();
    const answer = await host.attest({ before: showing });
    expect(outcomeOf(answer)).toBe('attested');
    expect(answer.appraisal.reasons).toContainEqual(
      expect.objectContaining({ code: 'device.model-disagrees', subject: `device:${id}` }),
    );
    const decide = await licenceFor(world, [id], { minimumLevel: 'G1', referenceSets: 'not-required' });
    expect(codesOf(await decide())).toEqual(['device.model-disagrees']);
  });

  it('counts from the moment it is declared, without another attestation', async () => {
    const host = await newHost();
    await host.attest({ before: showing });
    const id = await declare(world, chip);
    expect(await read(`/v1/devices/${id}/status`)).toMatchObject({ level: 'G1', serialLink: 'none' });
    const { hostId } = await host.session();
    expect(await read(`/v1/hosts/${hostId}`)).toMatchObject({
      devices: [{ kind: 'host-tpm' }, { id, link: 'chip-certificate' }],
    });
  });

  it('proves nothing of a device that is known by its serial number alone', async () => {
    const { body } = await world.verifier.call('POST', '/v1/devices', {
      token: world.tokens.exporter,
      body: { kind: 'gpu', serial: 'S-1', facilityId: world.facilityId },
    });
    const host = await enrolTpm(world, tpm(), { devices: [{ kind: 'gpu', serial: 'S-1' }] });
    const answer = await host.attest({ before: showing });
    expect(failed(answer)).toEqual([]);
    expect(answer.appraisal.devices[1]).toMatchObject({ id: name, chip: { outcome: 'attested' } });
    expect(await read(`/v1/devices/${body['id']}/status`)).toMatchObject({
      level: 'G0',
      serialLink: 'operator-claimed',
      provenModel: null,
    });
    const fewer = await host.attest({ before: items([]) });
    expect(failed(fewer)).toEqual([]);
    expect(fewer.appraisal.notPerformed).toContainEqual(expect.objectContaining({ id: 'devices.count' }));
  });

  it('misses a declared chip from the first attestation on, where the operator claimed it', async () => {
    const id = await declare(world, chip, { serial: 'S-2' });
    const host = await enrolTpm(world, tpm(), { devices: [{ kind: 'gpu', serial: 'S-2' }] });
    const answer = await host.attest({ before: items([other]) });
    expect(failed(answer)).toEqual(['devices.missing', 'devices.extra']);
    expect(await read(`/v1/devices/${id}/status`)).toMatchObject({
      level: 'G0',
      facts: { device: 'declared' },
    });
    expect(outcomeOf(await host.attest({ before: showing }))).toBe('attested');
    expect(await read(`/v1/devices/${id}/status`)).toMatchObject({ level: 'G1', serialLink: 'none' });
  });

  it('does not take a device off a held host, wherever its card turns up', async () => {
    const id = await declare(world, chip);
    const held = await newHost();
    await held.attest({ before: showing });
    const { hostId } = await held.session();
    const suspension = await world.verifier.call('POST', `/v1/hosts/${hostId}/suspension`, {
      token: world.tokens.authority,
      body: { reason: 'under examination' },
    });
    expect(suspension.status).toBe(200);
    const host = await newHost();
    expect(outcomeOf(await host.attest({ before: showing }))).toBe('attested');
    const decide = await licenceFor(world, [id], { minimumLevel: 'G1', referenceSets: 'not-required' });
    expect(codesOf(await decide())).toEqual(['device.held']);
  });
});

it('takes every chip with a root that falls, and with manifests that NVIDIA does not have', async () => {
  onTestFinished(() => world.close());
  const id = await declare(world, chip);
  const host = await newHost();
  await host.attest({ before: showing });
  expect(await read(`/v1/devices/${id}/status`)).toMatchObject({ level: 'G1' });
  const { items: inputs } = (await read('/v1/trust-inputs')) as { items: { id: string; name: string }[] };
  const root = inputs.find((input) => input.name === 'nvidia-rims');
  await world.withdraw(root?.id ?? '');
  expect(await read(`/v1/devices/${id}/status`)).toMatchObject({ level: 'G0' });
  const answer = await host.attest({ before: showing });
  expect(outcomeOf(answer)).toBe('unproven');
  expect(answer.appraisal.devices[1]?.facts.device).toBe('host-reported');
});
