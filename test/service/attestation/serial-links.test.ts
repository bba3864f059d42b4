import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ForgedManufacturer, forgeManufacturer } from '../../../src/forge/device-manifest.ts';
import { MANIFEST_MEDIA_TYPE } from '../../../src/protocol/device-manifest.ts';
import { manifestsAfter } from '../../../src/store/manifests/statements.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { shown } from '../../http/possession.ts';
import { type Answer, ask, attest, enrol } from './agent.ts';
import { type Endorsement, makeEndorsement, makeMachine } from './machine.ts';
import { BEGINNING, logged, makeWorld, referenceSetContent, trust, type World } from './world.ts';

const SERIAL = 'SRV-0001';
const ekDigest = ({ publicKey }: Endorsement): string =>
  hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex');
const register7 = Buffer.from(pcrs.get(7) ?? []).toString('hex');
const codes = ({ body }: Answer): string[] => body.reasons.map(({ code }: { code: string }) => code);
const failed = ({ body }: Answer): string[] => body.errors.map(({ path }: { path: string }) => path);

/** A licence that names a TPM by the serial number of its machine, and a host whose operator claims that number. */
async function begin() {
  const world = await makeWorld({ attestationIntervalMs: 0 });
  const { exporter, authority } = world.people;
  await trust(world.context, referenceSetContent({ pcrs: { 7: [register7] } }));
  const declared = await ask(world, '/v1/devices', {
    bearer: exporter.token,
    json: { kind: 'host-tpm', serial: SERIAL, facilityId: world.facilityId },
  });
  const party = await ask(world, '/v1/parties', {
    bearer: exporter.token,
    json: { legalName: 'Acme', country: 'IS' },
  });
  await ask(world, `/v1/parties/${party.body.id}/screening`, {
    bearer: authority.token,
    json: { standing: 'clear', reason: 'on no list' },
  });
  const licence = await ask(world, '/v1/licences', {
    bearer: authority.token,
    json: {
      tenant: 'chips',
      conditions: {
        validFrom: '2026-01-01T00:00:00Z',
        validUntil: '2027-01-01T00:00:00Z',
        parties: [party.body.id],
        facilities: [world.facilityId],
        devices: [declared.body.id],
        minimumFacts: { host: 'tpm', device: 'attested' },
        evidenceMaxAgeSeconds: 3600,
        rulePacks: 'none',
        referenceSets: 'any-approved',
      },
    },
  });
  const decide = (): Promise<Answer> =>
    ask(world, '/v1/decisions', { bearer: authority.token, json: { licenceId: licence.body.id } });
  /** A machine of its own whose operator says that it bears the serial number. */
  const standIn = async (endorsement: Endorsement): Promise<void> => {
    const claims = { devices: [{ kind: 'host-tpm', serial: SERIAL }] };
    await attest(world, await enrol(world, makeMachine(world.manufacturer, { endorsement }), claims));
  };
  return { world, decide, standIn, deviceId: String(declared.body.id) };
}

const maker = forgeManufacturer();
const approve = async (world: World, forged: ForgedManufacturer, version = '1'): Promise<string> => {
  await trust(world.context, {
    kind: 'manufacturer',
    content: { name: 'Maker', version, purpose: 'device-manifest', kinds: ['host-tpm'], keys: [forged.jwk] },
  });
  const { body } = await ask(world, '/v1/trust-inputs', {
    method: 'GET',
    bearer: world.people.auditor.token,
  });
  return body.items.findLast(({ kind }: { kind: string }) => kind === 'manufacturer').id;
};
const manifest = (endorsement: Endorsement, changed: object = {}, serial = SERIAL) => ({
  format: 'sextant-device-manifest/1',
  manufacturer: 'Maker',
  issuedAt: '2026-02-01T00:00:00Z',
  devices: [
    { kind: 'host-tpm', serial, model: 'R1', identity: { type: 'tpm-ek', sha256: ekDigest(endorsement) } },
  ],
  ...changed,
});
const bring = (world: World, bytes: string, bearer = world.people.exporter.token): Promise<Answer> =>
  ask(world, '/v1/device-manifests', { bearer, bytes, mediaType: MANIFEST_MEDIA_TYPE });

describe('a serial number on a licence', () => {
  it('takes the manufacturer’s word, loses it with its key, and never suits another genuine chip', async () => {
    const { world, decide, standIn, deviceId } = await begin();
    const [own, another] = [makeEndorsement(), makeEndorsement()];
    await standIn(own);
    const claimed = await decide();
    expect(codes(claimed)).toEqual(['device.serial-operator-claimed']);
    expect(claimed.body.devices).toMatchObject([{ serialLink: 'operator-claimed' }]);

    const keyId = await approve(world, maker);
    expect(codes(await decide())).toEqual(['device.serial-operator-claimed']);
    const imported = await bring(world, maker.sign(manifest(own)));
    expect(imported).toMatchObject({
      status: 201,
      body: { kind: 'manifest', manufacturer: 'Maker', devices: 1, inForce: true, signer: maker.kid },
    });
    const linked = await decide();
    expect(linked.body).toMatchObject({
      outcome: 'allow',
      devices: [{ serialLink: 'manufacturer-manifest' }],
    });
    const status = await ask(world, `/v1/devices/${deviceId}/status`, {
      method: 'GET',
      bearer: world.people.exporter.token,
    });
    expect(status.body).toMatchObject({ serialLink: 'manufacturer-manifest' });

    await standIn(another);
    const swapped = await decide();
    expect(codes(swapped)).toEqual(['device.serial-contradicted']);
    expect(swapped.body.devices).toMatchObject([{ serialLink: 'contradicted', allowed: false }]);
    await standIn(own);
    expect((await decide()).body.outcome).toBe('allow');

    await ask(world, `/v1/trust-inputs/${keyId}/withdrawal`, {
      bearer: world.people.authority.token,
      json: { reason: 'its key was stolen' },
    });
    expect(codes(await decide())).toEqual(['device.serial-operator-claimed']);
    const read = await ask(world, `/v1/device-manifests/${imported.body.id}`, {
      method: 'GET',
      bearer: world.people.exporter.token,
    });
    expect(read.body.inForce).toBe(false);
    expect(await logged(world, 'device-manifest.imported')).toMatchObject([
      { manufacturer: 'Maker', devices: 1, superseded: 0 },
    ]);
  });

  it('is contradicted by the chip’s own serial number, whatever the licence waives', async () => {
    const { world, decide, standIn } = await begin();
    const own = makeEndorsement();
    await standIn(own);
    await approve(world, maker);
    await bring(world, maker.sign(manifest(own, {}, 'SRV-0002')));
    expect(codes(await decide())).toEqual(['device.serial-contradicted']);
  });

  it('is contradicted still where one person withdraws its manufacturer, until two approve another version', async () => {
    const { world, decide, standIn } = await begin();
    const own = makeEndorsement();
    await standIn(own);
    const keyId = await approve(world, maker);
    await bring(world, maker.sign(manifest(own, {}, 'SRV-0002')));
    await ask(world, `/v1/trust-inputs/${keyId}/withdrawal`, {
      bearer: world.people.authority.token,
      json: { reason: 'as one person says' },
    });
    expect(codes(await decide())).toEqual(['device.serial-contradicted']);
    await approve(world, forgeManufacturer(), '2');
    expect(codes(await decide())).toEqual(['device.serial-operator-claimed']);
  });

  it('is linked until the manifest ends, and the decision ends with it', async () => {
    const { world, decide, standIn } = await begin();
    const own = makeEndorsement();
    await standIn(own);
    await approve(world, maker);
    const expiresAt = new Date(BEGINNING.getTime() + 600_000).toISOString();
    await bring(world, maker.sign(manifest(own, { expiresAt })));
    expect((await decide()).body).toMatchObject({ outcome: 'allow', validUntil: expiresAt });
    world.pass(600_000);
    expect(codes(await decide())).toEqual(['device.serial-operator-claimed']);
  });
});

describe('a manifest that is brought', () => {
  it('changes nothing when it is brought again', async () => {
    const { world } = await begin();
    await approve(world, maker);
    const bytes = maker.sign(manifest(makeEndorsement()));
    const first = await bring(world, bytes);
    const again = await bring(world, bytes, world.people.authority.token);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    expect(await logged(world, 'device-manifest.imported')).toHaveLength(1);
    const url = `${world.server.url}/v1/device-manifests/${first.body.id}/content`;
    const content = await fetch(url, {
      headers: shown(world.people.auditor.token, { method: 'GET', url, now: world.context.clock() }),
    });
    expect(await content.text()).toBe(bytes);
    // A list of many, each of megabytes, reads none of them.
    const read = await world.context.store.read((view) => view.all(manifestsAfter, { after: '', limit: 2 }));
    expect(read.map((row) => [row.id, 'content' in row])).toEqual([[first.body.id, false]]);
    const listed = await ask(world, '/v1/device-manifests', {
      method: 'GET',
      bearer: world.people.exporter.token,
    });
    expect(listed.body.items).toMatchObject([{ id: first.body.id, inForce: true }]);
  });

  it('takes the place of an older one, and none that is older takes its', async () => {
    const { world, decide, standIn } = await begin();
    const [own, another] = [makeEndorsement(), makeEndorsement()];
    await standIn(own);
    await approve(world, maker);
    const wrong = maker.sign(manifest(another));
    const corrected = maker.sign(manifest(own, { issuedAt: '2026-02-02T00:00:00Z' }));
    await bring(world, wrong);
    expect(codes(await decide())).toEqual(['device.serial-contradicted']);
    expect((await bring(world, corrected)).status).toBe(201);
    expect((await decide()).body.outcome).toBe('allow');
    const older = maker.sign(manifest(another, { issuedAt: '2026-02-01T12:00:00Z' }));
    expect(await bring(world, older)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const sameAge = maker.sign(manifest(another, { issuedAt: '2026-02-02T00:00:00Z' }));
    expect((await bring(world, sameAge)).status).toBe(409);
    // One that moves the chip to another serial number is about the same chip.
    const moved = maker.sign(manifest(own, { issuedAt: '2026-02-01T00:00:01Z' }, 'SRV-0009'));
    expect((await bring(world, moved)).status).toBe(409);
    expect((await decide()).body.outcome).toBe('allow');
  });

  it('does not let what it replaced come back when its own key falls', async () => {
    const { world, decide, standIn } = await begin();
    const own = makeEndorsement();
    await standIn(own);
    const newKey = forgeManufacturer('EdDSA');
    await trust(world.context, {
      kind: 'manufacturer',
      content: {
        name: 'Maker',
        version: '1',
        purpose: 'device-manifest',
        kinds: ['host-tpm'],
        keys: [maker.jwk, newKey.jwk],
      },
    });
    await bring(world, maker.sign(manifest(own)));
    await bring(world, newKey.sign(manifest(makeEndorsement(), { issuedAt: '2026-02-02T00:00:00Z' })));
    expect(codes(await decide())).toEqual(['device.serial-contradicted']);
    await approve(world, maker, '2');
    expect(codes(await decide())).toEqual(['device.serial-operator-claimed']);
  });

  it.each<[string, (own: Endorsement) => string, string[]]>([
    [
      'an unknown manufacturer',
      (own) => maker.sign(manifest(own, { manufacturer: 'Nobody' })),
      ['manifest.manufacturer', 'manifest.signature', 'manifest.kinds'],
    ],
    ['another key', (own) => forgeManufacturer().sign(manifest(own)), ['manifest.signature']],
    [
      'the future',
      (own) => maker.sign(manifest(own, { issuedAt: '2026-03-02T00:00:00Z' })),
      ['manifest.issued'],
    ],
    [
      'the past',
      (own) => maker.sign(manifest(own, { expiresAt: '2026-02-02T00:00:00Z' })),
      ['manifest.expired'],
    ],
    [
      'a kind that it may not speak of',
      () =>
        maker.sign(
          manifest(makeEndorsement(), {
            devices: [
              {
                kind: 'gpu',
                serial: '1',
                model: 'H100',
                identity: { type: 'nvidia-chip-key', sha256: '0'.repeat(64) },
              },
            ],
          }),
        ),
      ['manifest.kinds'],
    ],
  ])('is refused from %s, with every failed check and what to do', async (_, make, ids) => {
    const { world } = await begin();
    await approve(world, maker);
    const answer = await bring(world, make(makeEndorsement()));
    expect(answer).toMatchObject({ status: 403, body: { code: 'manifest_refused' } });
    expect(failed(answer)).toEqual(ids);
    expect(answer.body.errors.every(({ mend }: { mend: string }) => mend.length > 0)).toBe(true);
    expect(await logged(world, 'device-manifest.imported')).toEqual([]);
  });

  it('is refused where it is none, and by whoever may not bring it', async () => {
    const { world } = await begin();
    await approve(world, maker);
    expect(await bring(world, 'x')).toMatchObject({ status: 400, body: { code: 'bad_value' } });
    const bytes = maker.sign(manifest(makeEndorsement()));
    expect((await bring(world, bytes, world.people.operator.token)).status).toBe(403);
    expect((await bring(world, bytes, world.people.auditor.token)).status).toBe(403);
  });
});
