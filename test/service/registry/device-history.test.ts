import { describe, expect, it } from 'vitest';
import { openIncident } from '../../../src/service/incident/open.ts';
import { grantById, insertGrant, noteGrantedDevice } from '../../../src/store/grants/grants.ts';
import { ask } from '../attestation/agent.ts';
import { hireStranger } from '../attestation/world.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';

const HOUR_MS = 3_600_000;

/** Grants as a renewal would have left them: of hosts by turns, an hour apart, the device among others. */
async function grantsAfter({ world, deviceId }: Licensed, first: string, hosts: readonly string[]) {
  const { store } = world.context;
  const row = await store.first(grantById, { id: first });
  if (row === undefined) throw new Error('no such grant');
  await store.write(async (tx) => {
    for (const [index, host_id] of hosts.entries()) {
      const place = index + 1;
      const id = `grt_7${String(place).padStart(25, '0')}`;
      const issued_at_ms = row.issued_at_ms + place * HOUR_MS;
      const devices = JSON.stringify([`${deviceId}x`, deviceId]);
      const position = row.position + place;
      const moved = { id, host_id, issued_at_ms, expires_at_ms: issued_at_ms + HOUR_MS, devices, position };
      await tx.run(insertGrant, { ...row, ...moved });
      await tx.run(noteGrantedDevice, { device_id: deviceId, host_id });
    }
    // Of the same host, another device alone.
    const devices = JSON.stringify([`${deviceId}x`]);
    await tx.run(insertGrant, { ...row, id: `grt_7${'z'.repeat(25)}`, devices, position: row.position + 99 });
  });
}

describe('what names a device', () => {
  it('are licences, with the instant at which it was first proven under each', async () => {
    const licensed = await makeLicensed({ leaseSeconds: 1800 });
    const { world, deviceId, licenceId, get, post } = licensed;
    await post('/v1/decisions', { licenceId });
    const path = `/v1/devices/${deviceId}/licences`;
    for (const bearer of [world.people.authority.token, world.people.exporter.token]) {
      const { status, body } = await get(path, bearer);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        items: [{ id: licenceId, tenant: 'chips', status: 'active' }],
        next: null,
      });
    }
    await post(`/v1/licences/${licenceId}/ruling`, { status: 'suspended', reason: 'looked into' });
    expect((await get(path)).body.items).toMatchObject([{ status: 'suspended', suspendsAt: null }]);
  });

  it('are incidents about it and about the host that it is in, each for whoever sees that incident', async () => {
    const { world, host, deviceId, get } = await makeLicensed();
    const at = world.context.clock();
    const opened = (tenant: string, subjects: readonly string[]): Promise<string> =>
      world.context.store.write((tx) =>
        openIncident(world.context, tx, { kind: 'tampering', tenant, subjects, evidence: [], at }),
      );
    const ofHost = await opened('acme', [`host:${host.hostId}`]);
    const ofDevice = await opened('chips', [`device:${deviceId}`]);
    await opened('chips', [`device:${deviceId}x`]);
    await opened('acme', ['host:hst_another']);
    const path = `/v1/devices/${deviceId}/incidents`;
    const listed = async (token: string): Promise<string[]> =>
      (await get(path, token)).body.items.map(({ id }: { id: string }) => id);
    expect((await listed(world.people.authority.token)).toSorted()).toEqual([ofHost, ofDevice].toSorted());
    expect(await listed(world.people.operator.token)).toEqual([ofHost]);
    expect(await listed(world.people.exporter.token)).toEqual([ofDevice]);
    const first = (await get(`${path}?limit=1`)).body;
    const rest = (await get(`${path}?limit=1&after=${first.next}`)).body;
    expect([...first.items, ...rest.items].map(({ id }) => id).toSorted()).toEqual(
      [ofHost, ofDevice].toSorted(),
    );
    expect(rest.next).toBeNull();
  });

  it('are the hosts that it was granted to, stay by stay, the newest first, page by page', async () => {
    const licensed = await makeLicensed({ leaseSeconds: 1800 });
    const { world, host, deviceId, licenceId, post, get } = licensed;
    const path = `/v1/devices/${deviceId}/hosts`;
    expect((await get(path)).body).toEqual({ items: [], next: null });
    const decided = (await post('/v1/decisions', { licenceId })).body;
    const [{ grantId }] = decided.grants;
    const [other, third] = [`hst_${'1'.repeat(26)}`, `hst_${'2'.repeat(26)}`];
    await grantsAfter(licensed, grantId, [other, other, third, host.hostId, host.hostId, host.hostId]);
    const items = (await get(path)).body.items;
    expect(items.map(({ hostId, grants }: { hostId: string; grants: number }) => [hostId, grants])).toEqual([
      [host.hostId, 3],
      [third, 1],
      [other, 2],
      [host.hostId, 1],
    ]);
    expect(items[3]).toMatchObject({
      facilityId: world.facilityId,
      firstGrantId: grantId,
      lastGrantId: grantId,
      firstAt: items[3].lastAt,
      licenceId,
      decisionId: decided.id,
    });
    expect(Date.parse(items[2].lastAt) - Date.parse(items[2].firstAt)).toBe(HOUR_MS);
    const read: unknown[] = [];
    for (let after = ''; ; ) {
      const { body } = await get(`${path}?limit=1${after}`);
      read.push(...body.items);
      if (body.next === null) break;
      after = `&after=${body.next}`;
    }
    expect(read).toEqual(items);
    // The licence's holder sees every grant of it, the operator those of its hosts.
    expect((await get(path, world.people.exporter.token)).body.items).toEqual(items);
    expect((await get(path, world.people.operator.token)).body.items).toEqual(items);
  });

  it('is not told to whoever may not read its status', async () => {
    const { world, deviceId } = await makeLicensed();
    const stranger = await hireStranger(world.context, 'exporter');
    for (const what of ['licences', 'incidents', 'hosts']) {
      const { status, body } = await ask(world, `/v1/devices/${deviceId}/${what}`, {
        method: 'GET',
        bearer: stranger.token,
      });
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
  });
});
