import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentDigest } from '../../../src/evidence/digest.ts';
import { deviceTree, parseGrant } from '../../../src/record/grant/index.ts';
import { ask, attest } from '../attestation/agent.ts';
import { logged } from '../attestation/world.ts';
import { makeLicensed, typesOf } from '../events/licensed.ts';
import { failures, honour } from './consumer.ts';

describe('an allowed use', () => {
  it('yields a grant for its host, which a license server honours from what anybody may fetch', async () => {
    const licensed = await makeLicensed({ purpose: 'inference', leaseSeconds: 1800 });
    const { world, host, deviceId, licenceId, post, get } = licensed;
    const answer = await post('/v1/decisions', { licenceId });
    const [issued] = answer.body.grants;
    expect(answer.body.grants).toHaveLength(1);
    expect(issued).toMatchObject({ hostId: host.hostId, devices: [deviceId] });
    const { claims } = parseGrant(issued.grant);
    const now = Math.floor(world.context.clock().getTime() / 1000);
    const [act] = await logged(world, 'grant.issued');
    const [appraised] = await logged(world, 'appraisal');
    expect(claims).toMatchObject({
      iss: world.server.url,
      sub: licenceId,
      aud: ['tag:sextant,2026:tenant/acme', 'tag:sextant,2026:tenant/chips'],
      iat: now,
      nbf: now,
      exp: now + 1800,
      jti: issued.grantId,
      cnf: { jkt: host.key.jkt },
      licence: { holder: 'chips', endUser: null, purpose: 'inference', leaseSeconds: 1800 },
      host: { id: host.hostId, tenant: 'acme', facility: world.facilityId },
      devices: deviceTree([{ id: deviceId, kind: 'host-tpm', model: null }]),
      tpp: null,
      level: 'G2',
      waived: [],
      decision: {
        id: answer.body.id,
        policy: answer.body.policy,
        packs: [],
        trustInputs: contentDigest('trust-inputs', answer.body.trustInputs),
        selfApproved: false,
      },
      appraisal: { session: appraised?.['sessionId'], evidence: appraised?.['evidenceSha256'] },
      log: { origin: 'test.invalid/log', leafIndex: answer.body.receipt.leafIndex },
    });
    expect(claims.devices.list).toBeUndefined();
    expect(act).toMatchObject({ grantId: claims.jti, grantSha256: hash('sha256', issued.grant, 'hex') });
    const { body } = await get(`/v1/grants/${issued.grantId}`);
    expect(body).toMatchObject({
      status: 'valid',
      licenceId,
      decisionId: answer.body.id,
      grant: issued.grant,
    });
    const judgement = await honour(licensed, issued.grant, body.receipt);
    expect(failures(judgement)).toEqual([]);
    expect(judgement.notPerformed.map(({ id }) => id)).toEqual(['grant.checkpoint.cosigned']);
    expect(judgement.accepted).toBe(true);
    expect(failures(await honour(licensed, issued.grant, body.receipt, 'strangers'))).toEqual([
      'grant.audience',
    ]);
  });

  it('is told and answered with the same grants again, and issued once', async () => {
    const { licenceId, world, post, get, events } = await makeLicensed();
    const bearer = world.people.authority.token;
    const headers = { 'idempotency-key': 'question-1' };
    const first = await ask(world, '/v1/decisions', { bearer, json: { licenceId }, headers });
    const again = await ask(world, '/v1/decisions', { bearer, json: { licenceId }, headers });
    expect(again.body.grants).toEqual(first.body.grants);
    expect((await get(`/v1/decisions/${first.body.id}`)).body.grants).toEqual(first.body.grants);
    expect(await logged(world, 'grant.issued')).toHaveLength(1);
    expect(typesOf(await events()).filter((type) => type === 'grant.issued')).toHaveLength(1);
    // One that follows while the first lasts is no news.
    await post('/v1/decisions', { licenceId });
    expect(await logged(world, 'grant.issued')).toHaveLength(2);
    expect(typesOf(await events()).filter((type) => type === 'grant.issued')).toHaveLength(1);
  });

  it('that is tried dry, denied, or about a delivery yields none', async () => {
    const { licenceId, world, post } = await makeLicensed({ models: [{ model: 'H100', quantity: 8 }] });
    expect((await post('/v1/decisions', { licenceId, dryRun: true })).body).toMatchObject({
      outcome: 'allow',
      grants: [],
    });
    const chips = [{ model: 'H100', quantity: 1 }];
    expect((await post('/v1/decisions', { licenceId, action: 'allocate', chips })).body.grants).toEqual([]);
    world.pass(3_600_000);
    expect((await post('/v1/decisions', { licenceId })).body).toMatchObject({ outcome: 'deny', grants: [] });
    expect(await logged(world, 'grant.issued')).toEqual([]);
  });

  it('that ends within the second is none: nothing is recorded', async () => {
    const { licenceId, world, host, post } = await makeLicensed();
    world.pass(200);
    await attest(world, host);
    world.pass(3_599_900);
    expect((await post('/v1/decisions', { licenceId })).body.code).toBe('conflict');
    expect(await logged(world, 'decision')).toEqual([]);
  });
});
