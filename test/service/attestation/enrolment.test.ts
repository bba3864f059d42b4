import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../../../src/bytes/text.ts';
import { issueRoot } from '../../pki/issue.ts';
import {
  type Answer,
  activate,
  activationProof,
  ask,
  attest,
  begin,
  enrol,
  makeHostKey,
  mintToken,
} from './agent.ts';
import { makeEndorsement, makeMachine } from './machine.ts';
import { AREA, hireStranger, makeWorld } from './world.ts';

const paths = ({ body }: Answer): string[] => body.errors.map(({ path }: { path: string }) => path);

describe('an enrolment token', () => {
  it('is minted by the operator of an authorised facility alone', async () => {
    const world = await makeWorld();
    const mint = (bearer: string, facilityId = world.facilityId): Promise<Answer> =>
      ask(world, '/v1/enrolment-tokens', { bearer, json: { facilityId } });
    expect((await mint(world.people.operator.token)).status).toBe(201);
    expect((await mint(world.people.authority.token)).body.code).toBe('forbidden');
    expect((await mint(world.people.exporter.token)).body.code).toBe('forbidden');
    const stranger = await hireStranger(world.context);
    expect((await mint(stranger.token)).body.code).toBe('not_found');
    await ask(world, `/v1/facilities/${world.facilityId}/withdrawal`, {
      bearer: world.people.authority.token,
      json: { reason: 'closed' },
    });
    expect((await mint(world.people.operator.token)).body.code).toBe('conflict');
  });

  it('enrols one host', async () => {
    const world = await makeWorld();
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const { body } = await begin(world, enrolling);
    expect((await activate(world, enrolling, body)).status).toBe(200);
    const second = { ...enrolling, machine: makeMachine(world.manufacturer), key: await makeHostKey() };
    expect(await begin(world, second)).toMatchObject({
      status: 401,
      body: { code: 'enrolment_token_invalid' },
    });
  });

  it('is consumed by one of two hosts that began with it', async () => {
    const world = await makeWorld();
    const token = await mintToken(world);
    const hosts = [0, 1].map(async () => {
      const enrolling = { token, machine: makeMachine(world.manufacturer), key: await makeHostKey() };
      return { enrolling, challenge: (await begin(world, enrolling)).body };
    });
    const begun = await Promise.all(hosts);
    const answers = await Promise.all(
      begun.map(({ enrolling, challenge }) => activate(world, enrolling, challenge)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const { body } = await ask(world, '/v1/hosts', { method: 'GET', bearer: world.people.operator.token });
    expect(body.items).toHaveLength(1);
  });

  it.each([
    ['unknown', async () => `sxe_${'A'.repeat(43)}`],
    ['malformed', async () => 'sxe_short'],
  ])('that is %s begins nothing', async (_, token) => {
    const world = await makeWorld();
    const enrolling = {
      token: await token(),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    expect((await begin(world, enrolling)).body.code).toBe('enrolment_token_invalid');
  });

  it('begins nothing once it is revoked or has expired, and says so', async () => {
    const world = await makeWorld();
    const { operator } = world.people;
    const minted = await ask(world, '/v1/enrolment-tokens', {
      bearer: operator.token,
      json: { facilityId: world.facilityId, expiresInSeconds: 60 },
    });
    const enrolling = {
      token: minted.body.token,
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const revoked = await ask(world, `/v1/enrolment-tokens/${minted.body.id}`, {
      method: 'DELETE',
      bearer: operator.token,
    });
    expect(revoked.body.state).toBe('revoked');
    expect((await begin(world, enrolling)).body.detail).toContain('revoked');
    const late = { ...enrolling, token: await mintToken(world, { expiresInSeconds: 60 }) };
    world.pass(60_000);
    expect((await begin(world, late)).body.detail).toContain('expired');
  });

  it('survives refusals, but not for ever', async () => {
    const world = await makeWorld();
    const forged = makeMachine(issueRoot({ subject: 'forger' }));
    const enrolling = { token: await mintToken(world), machine: forged, key: await makeHostKey() };
    for (let time = 0; time < 100; time++) {
      expect((await begin(world, enrolling)).body.code).toBe('enrolment_refused');
    }
    expect((await begin(world, enrolling)).body.detail).toContain('no attempts left');
  });
});

describe('a TPM', () => {
  it('without any trusted manufacturer is refused, never trusted', async () => {
    const world = await makeWorld({ anchors: false });
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const answer = await begin(world, enrolling);
    expect(answer).toMatchObject({ status: 403, body: { code: 'enrolment_refused' } });
    expect(paths(answer)).toContain('tpm.ek.chain');
  });

  it("with a forger's certificate is refused, and its operator reads why", async () => {
    const world = await makeWorld();
    const forged = makeMachine(issueRoot({ subject: 'forger' }));
    const enrolling = { token: await mintToken(world), machine: forged, key: await makeHostKey() };
    const answer = await begin(world, enrolling);
    expect(paths(answer)).toContain('tpm.ek.chain');
    expect(answer.body.errors[0].mend).not.toBe('');
    const { body } = await ask(world, '/v1/enrolments', {
      method: 'GET',
      bearer: world.people.operator.token,
    });
    expect(body.items).toMatchObject([{ outcome: 'refused', hostname: 'rack-1' }]);
    // The honest operator mends it and goes on with the same token.
    const mended = { ...enrolling, machine: makeMachine(world.manufacturer) };
    expect((await begin(world, mended)).status).toBe(201);
  });

  it.each<[string, string, (world: Awaited<ReturnType<typeof makeWorld>>) => object]>([
    [
      'another key than its certificate',
      'tpm.ek.public',
      (world) => ({ ekPublic: toBase64Url(makeMachine(world.manufacturer).ekPublic) }),
    ],
    [
      'an endorsement key in the place of the attestation key',
      'tpm.ak.attributes',
      (world) => ({ akPublic: toBase64Url(makeMachine(world.manufacturer).ekPublic) }),
    ],
    ['no certificate', 'tpm.ek.well-formed', () => ({ ekCertificate: toBase64Url(Uint8Array.of(1, 2, 3)) })],
    ['an attestation key cut short', 'tpm.ak.well-formed', () => ({ akPublic: 'AAAA' })],
  ])('with %s is refused by its own check', async (_, check, tpm) => {
    const world = await makeWorld();
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const answer = await begin(world, enrolling, tpm(world));
    expect(answer.body.code).toBe('enrolment_refused');
    expect(paths(answer)).toContain(check);
  });

  it('may bring a padded certificate', async () => {
    const world = await makeWorld();
    const machine = makeMachine(world.manufacturer);
    const padded = {
      ...machine,
      ekCertificate: Buffer.concat([machine.ekCertificate, Buffer.alloc(64, 0xff)]),
    };
    await expect(enrol(world, padded)).resolves.toBeDefined();
  });
});

describe('an activation', () => {
  it('without the secret is refused, five times at most, and the token is still good', async () => {
    const world = await makeWorld();
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const { body: challenge } = await begin(world, enrolling);
    const guess = activationProof(new Uint8Array(32), challenge.enrolmentId, enrolling.key.jkt);
    for (let time = 0; time < 5; time++) {
      expect((await activate(world, enrolling, challenge, guess)).body.code).toBe('activation_refused');
    }
    expect((await activate(world, enrolling, challenge)).body.code).toBe('activation_refused');
    const next = await begin(world, enrolling);
    expect((await activate(world, enrolling, next.body)).status).toBe(200);
  });

  it('by another host key does not exist', async () => {
    const world = await makeWorld();
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const { body: challenge } = await begin(world, enrolling);
    const thief = { ...enrolling, key: await makeHostKey() };
    expect(await activate(world, thief, challenge)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  it('comes in time', async () => {
    const world = await makeWorld({ enrolmentTtlMs: 60_000 });
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const { body: challenge } = await begin(world, enrolling);
    world.pass(60_000);
    expect(await activate(world, enrolling, challenge)).toMatchObject({
      status: 410,
      body: { code: 'enrolment_expired' },
    });
  });

  it('repeated with the same proof gets the same host', async () => {
    const world = await makeWorld();
    const enrolling = {
      token: await mintToken(world),
      machine: makeMachine(world.manufacturer),
      key: await makeHostKey(),
    };
    const { body: challenge } = await begin(world, enrolling);
    const first = await activate(world, enrolling, challenge);
    const again = await activate(world, enrolling, challenge);
    expect(again).toMatchObject({ status: 200, body: { hostId: first.body.hostId } });
    expect(first.body.receipt.act.type).toBe('host.enrolled');
  });
});

describe('a host', () => {
  it('is its endorsement key: enrolled again it stays the host that it was, under its new keys', async () => {
    const world = await makeWorld({ attestationIntervalMs: 0 });
    const endorsement = makeEndorsement();
    const first = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
    await attest(world, first);
    const second = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
    expect(second.hostId).toBe(first.hostId);
    const old = await ask(world, '/v1/sessions', { key: first.key });
    expect(old).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect((await attest(world, second)).appraisal.outcome).toBe('accepted');
  });

  it('loses what its old keys proved when it is enrolled with new ones', async () => {
    const world = await makeWorld();
    const endorsement = makeEndorsement();
    const { hostId, ...first } = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
    await attest(world, { ...first, hostId });
    await enrol(world, makeMachine(world.manufacturer, { endorsement }));
    const bearer = world.people.operator.token;
    const { body } = await ask(world, `/v1/hosts/${hostId}/status`, { method: 'GET', bearer });
    expect(body).toMatchObject({ level: 'G0', evidenceIssuedAt: null });
  });

  it("is refused a host key that is another TPM's", async () => {
    const world = await makeWorld();
    const { key } = await enrol(world, makeMachine(world.manufacturer));
    const enrolling = { token: await mintToken(world), machine: makeMachine(world.manufacturer), key };
    expect(await begin(world, enrolling)).toMatchObject({ status: 409, body: { code: 'host_key_taken' } });
  });

  it('cannot be taken over by another tenant, who learns nothing of whose it is', async () => {
    const world = await makeWorld();
    const endorsement = makeEndorsement();
    const { hostId } = await enrol(world, makeMachine(world.manufacturer, { endorsement }));
    const stranger = await hireStranger(world.context);
    const { body: facility } = await ask(world, '/v1/facilities', {
      bearer: world.people.exporter.token,
      json: { name: 'Hall 2', country: 'IS', operatorTenant: 'strangers', area: AREA },
    });
    await ask(world, `/v1/facilities/${facility.id}/authorisation`, {
      bearer: world.people.authority.token,
      json: { digest: facility.digest, reason: 'in order' },
    });
    const minted = await ask(world, '/v1/enrolment-tokens', {
      bearer: stranger.token,
      json: { facilityId: facility.id },
    });
    const enrolling = {
      token: minted.body.token,
      machine: makeMachine(world.manufacturer, { endorsement }),
      key: await makeHostKey(),
    };
    // Whoever has only read the certificate somewhere learns nothing at all.
    const begun = await begin(world, enrolling);
    expect(begun.status).toBe(201);
    const answer = await activate(world, enrolling, begun.body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(JSON.stringify(answer.body)).not.toContain(hostId);
    expect(JSON.stringify(answer.body)).not.toContain('acme');
  });

  it('has one endorsement key: the attestation key of one cannot be enrolled under another', async () => {
    const world = await makeWorld();
    const first = makeMachine(world.manufacturer);
    await enrol(world, first);
    // A TPM with an RSA and an ECC endorsement key would open this credential too.
    const other = makeMachine(world.manufacturer);
    const both = {
      ...first,
      ekCertificate: other.ekCertificate,
      ekPublic: other.ekPublic,
      activate: (blob: Uint8Array, secret: Uint8Array) => other.activateFor(first.akName, blob, secret),
    };
    await expect(enrol(world, both)).rejects.toThrow('conflict');
  });

  it('that is suspended gets no session until it is reinstated', async () => {
    const world = await makeWorld();
    const host = await enrol(world, makeMachine(world.manufacturer));
    const bearer = world.people.authority.token;
    const json = { reason: 'seen elsewhere' };
    const byOperator = await ask(world, `/v1/hosts/${host.hostId}/suspension`, {
      bearer: world.people.operator.token,
      json,
    });
    expect(byOperator.body.code).toBe('forbidden');
    expect((await ask(world, `/v1/hosts/${host.hostId}/suspension`, { bearer, json })).status).toBe(200);
    const refused = await ask(world, '/v1/sessions', { key: host.key });
    expect(refused).toMatchObject({ status: 403, body: { code: 'host_suspended' } });
    expect(refused.body.detail).toContain('seen elsewhere');
    await ask(world, `/v1/hosts/${host.hostId}/reinstatement`, { bearer, json });
    expect((await ask(world, '/v1/sessions', { key: host.key })).status).toBe(201);
  });

  it('reads its own record by its own key, and nobody reads it across tenants', async () => {
    const world = await makeWorld();
    const host = await enrol(world, makeMachine(world.manufacturer));
    const own = await ask(world, '/v1/host', { method: 'GET', key: host.key });
    expect(own.body).toMatchObject({ id: host.hostId, hostname: 'rack-1' });
    expect(own.body.devices).toMatchObject([{ kind: 'host-tpm', link: 'undeclared' }]);
    const stranger = await hireStranger(world.context);
    const other = await ask(world, `/v1/hosts/${host.hostId}`, { method: 'GET', bearer: stranger.token });
    expect(other).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
