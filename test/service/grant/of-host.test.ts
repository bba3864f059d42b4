import { describe, expect, it } from 'vitest';
import { standingsOfHost } from '../../../src/store/grants/denials.ts';
import { noteTurnedAway } from '../../../src/store/grants/turned-away.ts';
import { ask, attest } from '../attestation/agent.ts';
import { hireStranger } from '../attestation/world.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';
import { deleteAll } from '../retention/look.ts';
import { DAY_MS } from '../retention/years.ts';
import { renew } from './consumer.ts';

async function seen({ world, host, get }: Licensed, bearer = world.people.operator.token) {
  const { status, body } = await get(`/v1/hosts/${host.hostId}/grants`, bearer);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items;
}

describe('how a host stands under its licences', () => {
  it('is empty until its agent asked for a grant, and then the newest', async () => {
    const licensed = await makeLicensed();
    const { world, deviceId, licenceId } = licensed;
    expect(await seen(licensed)).toEqual([]);
    const { grant, decisionId } = (await renew(licensed)).body;
    const { grantId, expiresAt, renewAfter } = grant;
    const newest = { grantId, status: 'valid', decisionId, expiresAt, renewAfter, devices: [deviceId] };
    const standing = { licenceId, grant: { ...newest, heldBy: [] }, denied: null };
    expect(await seen(licensed)).toMatchObject([standing]);
    for (const { token } of [world.people.authority, world.people.auditor])
      expect(await seen(licensed, token)).toMatchObject([standing]);
  });

  it('keeps a refusal as the host was told it, until a grant comes after it', async () => {
    const licensed = await makeLicensed();
    const { world, host, licenceId } = licensed;
    world.pass(3_600_000);
    const at = world.context.clock().toISOString();
    const { decisionId, reasons } = (await renew(licensed)).body;
    expect(reasons).toMatchObject([{ code: 'evidence.stale' }]);
    const denied = { at, decisionId, reasons };
    expect(await seen(licensed)).toEqual([{ licenceId, grant: null, denied }]);
    // What it is told again within seconds is no other refusal.
    expect((await renew(licensed)).body.code).toBe('too_early');
    expect(await seen(licensed)).toEqual([{ licenceId, grant: null, denied }]);
    world.pass(10_000);
    await attest(world, host);
    const { grant } = (await renew(licensed)).body;
    expect(await seen(licensed)).toMatchObject([{ grant: { grantId: grant.grantId }, denied: null }]);
  });

  it('tells the operator of a refusal once for the same reasons, and of the grant that ends it', async () => {
    const licensed = await makeLicensed();
    const { world, host, licenceId, partyId, post, get } = licensed;
    const { operator, exporter } = world.people;
    const from = (await get('/v1/events?after=0', operator.token)).body.cursor;
    const toldTo = async ({ token }: { readonly token: string }) => {
      const { items } = (await get(`/v1/events?after=${from}`, token)).body;
      return items.filter(({ type }: { type: string }) => type === 'host.grant-changed');
    };
    const subject = `host:${host.hostId}`;
    await renew(licensed);
    expect(await toldTo(operator)).toEqual([]); // the holder of the licence is told of first grants
    world.pass(3_600_000);
    const { decisionId } = (await renew(licensed)).body;
    const stale = { licenceId, outcome: 'refused', decisionId, reasons: ['evidence.stale'] };
    expect(await toldTo(operator)).toMatchObject([{ subject, data: stale }]);
    for (let again = 0; again < 3; again += 1) {
      expect((await renew(licensed)).body.code).toBe('too_early');
      world.pass(10_000);
      expect((await renew(licensed)).body.outcome).toBe('denied');
    }
    expect(await toldTo(operator)).toHaveLength(1);
    await post(`/v1/parties/${partyId}/screening`, { standing: 'denied', reason: 'on a list of somebody' });
    world.pass(10_000);
    await renew(licensed);
    const both = { outcome: 'refused', reasons: ['evidence.stale', 'party.denied'] };
    expect(await toldTo(operator)).toMatchObject([{ data: stale }, { data: both }]);
    await post(`/v1/parties/${partyId}/screening`, { standing: 'clear', reason: 'another of that name' });
    world.pass(10_000);
    await attest(world, host);
    const granted = (await renew(licensed)).body;
    expect(await toldTo(operator)).toMatchObject([
      { data: stale },
      { data: both },
      { data: { licenceId, outcome: 'granted', decisionId: granted.decisionId, reasons: [] } },
    ]);
    expect(JSON.stringify(await toldTo(operator))).not.toContain(partyId);
    expect(await toldTo(exporter)).toEqual([]);
    // After a grant the same reasons are news.
    world.pass(3_600_000);
    await renew(licensed);
    expect(await toldTo(operator)).toHaveLength(4);
  });

  it('keeps what its agent asked under where nothing could be decided, whether there is such a licence or not, and tells of it once', async () => {
    const licensed = await makeLicensed();
    const { world, licenceId, get } = licensed;
    const { operator } = world.people;
    const { cursor } = (await get('/v1/events?after=0', operator.token)).body;
    const told = async (): Promise<object[]> =>
      (await get(`/v1/events?after=${cursor}`, operator.token)).body.items;
    const wrong = (last: string): string => `${licenceId.slice(0, -1)}${last}`;
    const [one = '', ...others] = [...'0123456789'].map(wrong).filter((id) => id !== licenceId);
    const at = world.context.clock().toISOString();
    expect((await renew({ ...licensed, licenceId: one })).status).toBe(404);
    const [standing] = await seen(licensed);
    expect(standing).toMatchObject({
      licenceId: one,
      grant: null,
      denied: { at, decisionId: null, reasons: [{ code: 'request.no-device-of-host' }] },
    });
    const data = {
      licenceId: one,
      outcome: 'refused',
      decisionId: null,
      reasons: ['request.no-device-of-host'],
    };
    expect(await told()).toMatchObject([{ type: 'host.grant-changed', data }]);
    world.pass(60_000);
    expect((await renew({ ...licensed, licenceId: one })).status).toBe(404);
    expect(await seen(licensed)).toEqual([standing]); // it is noted by the hour
    expect(await told()).toHaveLength(1);
    world.pass(3_600_000);
    await renew({ ...licensed, licenceId: one });
    expect(await seen(licensed)).toMatchObject([{ denied: { at: world.context.clock().toISOString() } }]);
    expect(await told()).toHaveLength(1);
    // However many an agent asks under, eight are kept, the newest first, and no more are noted or told within the hour.
    world.pass(3_600_000);
    for (const licence of [...others.slice(0, 8), one]) {
      world.pass(1_000);
      expect((await renew({ ...licensed, licenceId: licence })).status).toBe(404);
    }
    const kept = (await seen(licensed)).map((row: { licenceId: string }) => row.licenceId);
    expect(kept).toEqual(others.slice(0, 8).reverse());
    expect(await told()).toHaveLength(9);
  });

  it('is turned away from a licence that was granted before, and granted again', async () => {
    const licensed = await makeLicensed();
    const { world, host, licenceId, deviceId } = licensed;
    const { grant } = (await renew(licensed)).body;
    const { store } = world.context;
    await store.write((tx) =>
      tx.run(noteTurnedAway, {
        host_id: host.hostId,
        licence_id: licenceId,
        at_ms: world.context.clock().getTime(),
      }),
    );
    // Not after the grant: it was of before.
    expect(await seen(licensed)).toMatchObject([
      { licenceId, grant: { grantId: grant.grantId }, denied: null },
    ]);
    await store.write((tx) =>
      tx.run(noteTurnedAway, {
        host_id: host.hostId,
        licence_id: licenceId,
        at_ms: world.context.clock().getTime() + 1,
      }),
    );
    const denied = { decisionId: null, reasons: [{ code: 'request.no-device-of-host' }] };
    expect(await seen(licensed)).toMatchObject([{ licenceId, grant: { grantId: grant.grantId }, denied }]);
    world.pass(3_000_000);
    await attest(world, host);
    await renew(licensed);
    expect(await seen(licensed)).toMatchObject([{ licenceId, grant: { devices: [deviceId] }, denied: null }]);
  });

  it('says nothing of the licence and its parties, nor to another tenant anything at all', async () => {
    const licensed = await makeLicensed();
    const { world, host, partyId, post, get } = licensed;
    await renew(licensed);
    await post(`/v1/parties/${partyId}/screening`, { standing: 'denied', reason: 'on a list of somebody' });
    world.pass(1);
    const { reasons } = (await renew(licensed)).body;
    expect(reasons).toMatchObject([{ code: 'party.denied' }]);
    const [standing] = await seen(licensed);
    expect(standing).toMatchObject({
      grant: { status: 'suspended', heldBy: ['licence'] },
      denied: { reasons },
    });
    for (const secret of [partyId, 'Acme', 'on a list', 'chips'])
      expect(JSON.stringify(standing)).not.toContain(secret);
    const { token } = await hireStranger(world.context, 'operator');
    expect(await get(`/v1/hosts/${host.hostId}/grants`, token)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    const { exporter } = world.people;
    expect((await get(`/v1/hosts/${host.hostId}/grants`, exporter.token)).status).toBe(403);
  });

  it('names what suspended a grant where that is the host or its own', async () => {
    const licensed = await makeLicensed();
    const { host, deviceId, post } = licensed;
    await renew(licensed);
    const until = new Date(licensed.world.context.clock().getTime() + 3_600_000).toISOString();
    const maintained = await ask(licensed.world, `/v1/devices/${deviceId}/maintenance`, {
      bearer: licensed.world.people.operator.token,
      json: { until, reason: 'a fan' },
    });
    expect(maintained.status, JSON.stringify(maintained.body)).toBe(200);
    await post(`/v1/hosts/${host.hostId}/suspension`, { reason: 'for a test' });
    expect(await seen(licensed)).toMatchObject([
      { grant: { status: 'suspended', heldBy: [`device:${deviceId}`, `host:${host.hostId}`] }, denied: null },
    ]);
    await post(`/v1/hosts/${host.hostId}/reinstatement`, { reason: 'for a test' });
    expect(await seen(licensed)).toMatchObject([{ grant: { heldBy: [`device:${deviceId}`] } }]);
  });

  it('loses the reasons of a refusal with its decision, and still says that there was one', async () => {
    const licensed = await makeLicensed();
    const { world, host } = licensed;
    const { store } = world.context;
    const read = () => store.first(standingsOfHost, { hostId: host.hostId, after: '', limit: 1 });
    world.pass(3_600_000);
    const at = world.context.clock().getTime();
    const { decisionId } = (await renew(licensed)).body;
    expect(await read()).toMatchObject({ denied_at_ms: at, refused_by: decisionId });
    world.pass(4000 * DAY_MS);
    await deleteAll(world.context);
    expect(await read()).toMatchObject({ denied_at_ms: at, refused_by: null, reasons: null });
  });
});
