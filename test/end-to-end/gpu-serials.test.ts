import { describe, expect, it, onTestFinished } from 'vitest';
import { forgeManufacturer } from '../../src/forge/device-manifest.ts';
import type { ForgedNvidiaGpu } from '../../src/forge/nvidia/gpu.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { MANIFEST_MEDIA_TYPE } from '../../src/protocol/device-manifest.ts';
import { earClaimsSet } from '../appraisal/ear-cddl.ts';
import {
  codesOf,
  type Decided,
  declare,
  enrolTpm,
  HOSTS,
  items,
  licenceFor,
  makeFleet,
  makeGpus,
  publishedFor,
} from './composite.ts';
import { failed } from './guest.ts';
import type { World } from './world.ts';

const gpus = makeGpus(9);
const [own, another] = gpus as [ForgedNvidiaGpu, ForgedNvidiaGpu];
const SERIAL = '1653922003481';

async function begin() {
  const { world, vendors } = await makeFleet(gpus);
  onTestFinished(() => world.close());
  const declared = await world.verifier.call('POST', '/v1/devices', {
    token: world.tokens.exporter,
    body: { kind: 'gpu', serial: SERIAL, facilityId: world.facilityId },
  });
  const id = String(declared.body['id']);
  const host = await HOSTS.tdx(world, vendors);
  const decide = await licenceFor(world, [id], { minimumFacts: { device: 'attested' } });
  return { world, vendors, host, decide, id };
}

/** What was decided of the one device. */
const linkOf = ({ devices }: Decided): unknown =>
  (devices[0] as { serialLink?: unknown } | undefined)?.serialLink;

const maker = forgeManufacturer('ES384');
async function approve(world: World): Promise<string> {
  const { token: proposer } = await world.verifier.principal('authority', 'bureau');
  const proposed = await world.verifier.call('POST', '/v1/trust-inputs', {
    token: proposer,
    body: {
      kind: 'manufacturer',
      content: {
        name: 'NVIDIA',
        version: '1',
        purpose: 'device-manifest',
        kinds: ['gpu', 'switch'],
        keys: [maker.jwk],
      },
    },
  });
  const { id, digest } = proposed.body;
  await world.verifier.call('POST', `/v1/trust-inputs/${id}/approval`, {
    token: world.tokens.authority,
    body: { digest },
  });
  return String(id);
}

const bring = (world: World, chips: readonly (readonly [serial: string, gpu: ForgedNvidiaGpu])[]) =>
  world.verifier.call('POST', '/v1/device-manifests', {
    token: world.tokens.exporter,
    mediaType: MANIFEST_MEDIA_TYPE,
    body: maker.sign({
      format: 'sextant-device-manifest/1',
      manufacturer: 'NVIDIA',
      issuedAt: new Date(world.pace.clock().getTime() - 1000).toISOString(),
      devices: chips.map(([serial, { identity }]) => ({
        kind: 'gpu',
        serial,
        model: 'NVIDIA H100 80GB HBM3',
        identity: { type: 'nvidia-chip-key', sha256: identity },
      })),
    }),
  });

describe('a GPU that a licence names by its serial number', () => {
  it('is found by the chip that its manufacturer names, and by no other genuine one', async () => {
    const { world, host, decide, id } = await begin();
    await host.attest({ before: items([own]) });
    expect(codesOf(await decide())).toContain('device.serial-operator-claimed');

    const keyId = await approve(world);
    expect((await bring(world, [[SERIAL, own]])).status).toBe(201);
    const allowed = await decide();
    expect(allowed).toMatchObject({ outcome: 'allow', reasons: [] });
    expect(linkOf(allowed)).toBe('manufacturer-manifest');
    const status = await world.verifier.call('GET', `/v1/devices/${id}/status`, {
      token: world.tokens.exporter,
    });
    expect(status.body).toMatchObject({
      serialLink: 'manufacturer-manifest',
      provenModel: 'GH100 A01 GSP BROM',
      label: 'G2-tee',
    });

    world.verifier.advance(60_000);
    await host.attest({ before: items([another]) });
    const swapped = await decide();
    expect(swapped.outcome).toBe('deny');
    expect(codesOf(swapped)).toContain('device.serial-operator-claimed');

    world.verifier.advance(60_000);
    await host.attest({ before: items([own]) });
    expect((await decide()).outcome).toBe('allow');
    await world.withdraw(keyId);
    // Nobody else has said in which host it sits.
    expect(codesOf(await decide())).toEqual(
      expect.arrayContaining(['device.serial-operator-claimed', 'device.no-host']),
    );
  });

  it('does not let one card stand for two licensed ones, the other being declared by the chip', async () => {
    const { world, host, id, decide } = await begin();
    await approve(world);
    await bring(world, [[SERIAL, own]]);
    await host.attest({ before: items([own]) });
    expect((await decide()).outcome).toBe('allow');
    const keyed = await declare(world, own);
    const both = await licenceFor(world, [id, keyed], { minimumFacts: { device: 'attested' } });
    const decided = await both();
    expect(decided.devices).toMatchObject([
      { id, allowed: false },
      // The chip itself; and that draws on the other licence's grant still.
      { id: keyed, reasons: ['device.leased-elsewhere'] },
    ]);
    expect(codesOf(decided)).toContain('device.serial-operator-claimed');
    expect((await decide()).outcome).toBe('deny');
  });

  it('is in the inventory of the host that shows the chip, and is none too many there', async () => {
    const { world, host, id } = await begin();
    const keyed = await declare(world, another);
    await host.attest({ before: items([another]) });
    const stranger = await host.attest({ before: items([another, own]) });
    expect(failed(stranger)).toEqual(['devices.extra']);
    await approve(world);
    await bring(world, [[SERIAL, own]]);
    const known = await host.attest({ before: items([another, own]) });
    expect(failed(known)).toEqual([]);
    expect(known.appraisal.devices.slice(1).map((device) => device.id)).toEqual([keyed, id]);
  });

  it('is missed by its chip where its operator claims it for a host that shows another', async () => {
    const { world, id } = await begin();
    await approve(world);
    await bring(world, [[SERIAL, own]]);
    const ca = makeEkCa(new Date());
    await world.trustRoots('tpms', ca.rootPem);
    const device = new SoftwareTpm({ ca, clock: world.pace.clock, ek: 'ecc256' });
    const host = await enrolTpm(world, device, { devices: [{ kind: 'gpu', serial: SERIAL }] });
    expect(failed(await host.attest({ before: items([own]) }))).toEqual([]);
    const answer = await host.attest({ before: items([another]) });
    expect(failed(answer)).toEqual(['devices.missing', 'devices.extra']);
    expect(answer.appraisal.reasons).toContainEqual(
      expect.objectContaining({ code: 'devices.missing', subject: `device:${id}` }),
    );
  });

  it('does not leave a suspended host by being moved', async () => {
    const { world, host, decide } = await begin();
    await approve(world);
    await bring(world, [[SERIAL, own]]);
    await host.attest({ before: items([own]) });
    expect((await decide()).outcome).toBe('allow');
    const { hostId } = await host.session();
    await world.verifier.call('POST', `/v1/hosts/${hostId}/suspension`, {
      token: world.tokens.authority,
      body: { reason: 'under examination' },
    });
    const second = await HOSTS.tpm(world);
    const moved = await second.attest({ before: items([own]) });
    expect(moved.appraisal.devices.at(-1)).toMatchObject({ level: 'G2' });
    expect(codesOf(await decide())).toEqual(['device.held']);
  });

  it('is held by a hold on the chip that its manufacturer names', async () => {
    const { world, vendors, host, id, decide } = await begin();
    await approve(world);
    await bring(world, [[SERIAL, own]]);
    await host.attest({ before: items([own]) });
    expect((await decide()).outcome).toBe('allow');
    vendors.nvidia = publishedFor(gpus, new Map([[own, 'revoked']]));
    await host.attest({ before: items([own]) });
    // NVIDIA says good again, and a hold is lifted by people alone.
    vendors.nvidia = publishedFor(gpus);
    const answer = await host.attest({ before: items([own]) });
    expect(answer.appraisal.devices.at(-1)).toMatchObject({ level: 'G2' });
    expect(codesOf(await decide())).toEqual(['device.held']);
    const status = await world.verifier.call('GET', `/v1/devices/${id}/status`, {
      token: world.tokens.exporter,
    });
    expect(status.body['latches']).toMatchObject([{ code: 'device.key-revoked' }]);
  });

  it('is contradicted where its exporter declared another chip under it', async () => {
    const { world, host } = await begin();
    const declared = await world.verifier.call('POST', '/v1/devices', {
      token: world.tokens.exporter,
      body: {
        kind: 'gpu',
        serial: 'other',
        identity: { type: 'nvidia-chip-key', sha256: another.identity },
        facilityId: world.facilityId,
      },
    });
    await host.attest({ before: items([another]) });
    const decide = await licenceFor(world, [String(declared.body['id'])], {
      waivers: ['operator-claimed-serial'],
    });
    expect((await decide()).outcome).toBe('allow');
    await approve(world);
    await bring(world, [['other', own]]);
    const denied = await decide();
    expect(codesOf(denied)).toEqual(['device.serial-contradicted']);
    expect(linkOf(denied)).toBe('contradicted');
  });
});

const claimsOf = ({ ear }: { readonly ear: string }) =>
  earClaimsSet.parse(JSON.parse(Buffer.from(ear.split('.')[1] ?? '', 'base64url').toString('utf8')));

describe('the attestation result of a GPU', () => {
  it('ends with what NVIDIA answered about it, however fresh the host is', async () => {
    const { host, vendors } = await begin();
    // Every session comes an hour later.
    vendors.nvidia = publishedFor([own], new Map(), 3_600_000 + 300_000);
    const answer = await host.attest({ before: items([own]) });
    const chip = answer.appraisal.devices.at(-1)?.chip;
    expect(chip).toMatchObject({ outcome: 'attested', validUntil: expect.any(String) });
    expect(claimsOf(answer).exp).toBe(Date.parse(chip?.validUntil ?? '') / 1000);
  });
});

describe('the attestation result of eight GPUs', () => {
  it('has a submodule for each, is what the draft has, and stays under 8 KiB', async () => {
    const { host } = await begin();
    const answer = await host.attest({ before: items(gpus.slice(0, 8)) });
    expect(answer.ear.length).toBeLessThan(8192);
    const claims = claimsOf(answer);
    expect(Object.keys(claims.submods)).toEqual([
      'host',
      ...gpus.slice(0, 8).map((_, index) => `gpu-${index}`),
    ]);
    for (const [name, submodule] of Object.entries(claims.submods)) {
      if (name === 'host') continue;
      expect(submodule).toMatchObject({
        ear_status: 'affirming',
        ear_trustworthiness_vector: { 'instance-identity': 2, executables: 3, hardware: 2 },
        'sextant.device': { device: 'attested', gpuBinding: 'measured-cvm' },
      });
    }
    expect(claims).toMatchObject({
      ear_status: 'affirming',
      submods: {
        host: { ear_appraisal_policy_ids: [expect.any(String), expect.stringContaining('nvidia-device')] },
      },
    });
  });
});
