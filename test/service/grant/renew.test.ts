import { describe, expect, it } from 'vitest';
import { parseGrant } from '../../../src/record/grant/index.ts';
import {
  activate,
  ask,
  attest,
  begin,
  enrol,
  makeHostKey,
  mintToken,
  proofFor,
} from '../attestation/agent.ts';
import { makeMachine } from '../attestation/machine.ts';
import { logged } from '../attestation/world.ts';
import { makeLicensed } from '../events/licensed.ts';
import { failures, honour, renew } from './consumer.ts';

describe('a host that asks for its grant', () => {
  it('has it by a decision about its own devices, and the same one until half of its life is over', async () => {
    const licensed = await makeLicensed();
    const { world, host, deviceId } = licensed;
    const first = await renew(licensed, { listDevices: true });
    expect(first.body).toMatchObject({ outcome: 'granted', reasons: [], grant: { devices: [deviceId] } });
    const { grant, receipt } = first.body;
    expect(parseGrant(grant.grant).claims.devices.list).toEqual([
      { id: deviceId, kind: 'host-tpm', model: null },
    ]);
    expect(failures(await honour(licensed, grant.grant, receipt))).toEqual([]);
    world.pass(Date.parse(grant.renewAfter) - world.context.clock().getTime() - 1);
    expect((await renew(licensed)).body.grant).toEqual(grant);
    expect(await logged(world, 'decision')).toHaveLength(1);
    world.pass(1);
    const second = await renew(licensed);
    expect(second.body.outcome).toBe('granted');
    expect(second.body.grant.grantId).not.toBe(grant.grantId);
    expect(await logged(world, 'decision')).toMatchObject([{ by: host.hostId }, { by: host.hostId }]);
    // It rests on the same evidence, and ends with it.
    expect(second.body.grant.expiresAt).toBe(grant.expiresAt);
  });

  it('is told why not, and asked to wait before it asks again', async () => {
    const licensed = await makeLicensed();
    const { world, host } = licensed;
    world.pass(3_600_000);
    const denied = await renew(licensed);
    expect(denied.body).toMatchObject({
      outcome: 'denied',
      grant: null,
      reasons: [{ code: 'evidence.stale' }],
    });
    expect((await renew(licensed)).body.code).toBe('too_early');
    expect(await logged(world, 'decision')).toHaveLength(1);
    world.pass(10_000);
    await attest(world, host);
    expect((await renew(licensed)).body.outcome).toBe('granted');
  });

  it('hears nothing of the licence and its parties but the code', async () => {
    const licensed = await makeLicensed();
    const { partyId, post } = licensed;
    await post(`/v1/parties/${partyId}/screening`, { standing: 'denied', reason: 'on a list' });
    const { body } = await renew(licensed);
    expect(body).toMatchObject({ outcome: 'denied', reasons: [{ code: 'party.denied' }] });
    expect(JSON.stringify(body.reasons)).not.toContain(partyId);
  });

  it('has none under a licence that does not name it, or that there is not', async () => {
    const licensed = await makeLicensed();
    const { world, licenceId } = licensed;
    const stranger = await enrol(world, makeMachine(world.manufacturer));
    await attest(world, stranger);
    expect(await renew({ ...licensed, host: stranger })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    const other = `${licenceId.slice(0, -1)}${licenceId.endsWith('0') ? '1' : '0'}`;
    expect(await renew({ ...licensed, licenceId: other })).toMatchObject({ status: 404 });
    expect(await logged(world, 'decision')).toEqual([]);
  });

  it('has none while it is suspended, and with a proof that was used', async () => {
    const licensed = await makeLicensed();
    const { world, host, licenceId, post } = licensed;
    const proof = await proofFor(world, host.key, 'POST', '/v1/grants/renewals');
    const again = () => ask(world, '/v1/grants/renewals', { proof, json: { licenceId } });
    expect((await again()).status).toBe(200);
    expect((await again()).body.code).toBe('dpop_replayed');
    await post(`/v1/hosts/${host.hostId}/suspension`, { reason: 'for a test' });
    expect((await renew(licensed)).body.code).toBe('host_suspended');
  });

  it('loses the one that it has when it is enrolled with another key', async () => {
    const licensed = await makeLicensed();
    const { world, host, get } = licensed;
    const { grantId, grant } = (await renew(licensed)).body.grant;
    const enrolling = { token: await mintToken(world), machine: host.machine, key: await makeHostKey() };
    const challenge = await begin(world, enrolling);
    expect((await activate(world, enrolling, challenge.body)).status).toBe(200);
    expect((await get(`/v1/grants/${grantId}`)).body.status).toBe('invalid');
    expect(failures(await honour(licensed, grant))).toEqual(['grant.status']);
    expect((await renew(licensed)).body.code).toBe('unauthenticated');
  });
});
