import { describe, expect, it } from 'vitest';
import { ask, attest, enrol, openSession, send } from '../attestation/agent.ts';
import { makeMachine } from '../attestation/machine.ts';
import { hireStranger, makeWorld, type World } from '../attestation/world.ts';
import { makeLicensed } from '../events/licensed.ts';

const get = (world: World, path: string, bearer = world.people.operator.token) =>
  ask(world, path, { method: 'GET', bearer });

/** Every page of two of a list, in one. */
async function whole(world: World, path: string, bearer?: string): Promise<{ [name: string]: never }[]> {
  const items: { [name: string]: never }[] = [];
  for (let after = ''; ; ) {
    const { status, body } = await get(
      world,
      `${path}${path.includes('?') ? '&' : '?'}limit=2${after}`,
      bearer,
    );
    expect(status).toBe(200);
    items.push(...body.items);
    if (body.next === null) return items;
    after = `&after=${encodeURIComponent(body.next)}`;
  }
}

describe('the appraisals of a host', () => {
  it('are read newest first, each once, with what became of each', async () => {
    const world = await makeWorld({ attestationIntervalMs: 0 });
    const host = await enrol(world, makeMachine(world.manufacturer));
    const path = `/v1/hosts/${host.hostId}/appraisals`;
    expect(await whole(world, path)).toEqual([]);
    const sessions: string[] = [];
    for (let times = 0; times < 4; times++) sessions.push((await attest(world, host)).sessionId);
    const refused = await openSession(world, host);
    await send(world, host, refused.id, Buffer.from('no bundle'));
    const listed = await whole(world, path);
    expect(listed.map(({ sessionId }) => sessionId)).toEqual(
      expect.arrayContaining([...sessions, refused.id]),
    );
    expect(new Set(listed.map(({ sessionId }) => sessionId)).size).toBe(5);
    const instants = listed.map(({ at }) => String(at));
    expect(instants).toEqual(instants.toSorted().toReversed());
    const of = (id: string) => listed.find(({ sessionId }) => sessionId === id);
    expect(of(refused.id)).toMatchObject({ outcome: 'refused', devices: [] });
    expect(of(refused.id)?.['reasons']).not.toEqual([]);
    expect(of(sessions[0] ?? '')).toMatchObject({ outcome: 'accepted', devices: [{ label: 'G1' }] });
  });

  it('are not there for another tenant', async () => {
    const world = await makeWorld();
    const host = await enrol(world, makeMachine(world.manufacturer));
    const stranger = await hireStranger(world.context);
    const answer = await get(world, `/v1/hosts/${host.hostId}/appraisals`, stranger.token);
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('devices', () => {
  it('are found by facility, kind, state and part of a serial number or model, and counted', async () => {
    const world = await makeWorld();
    const bearer = world.people.exporter.token;
    for (const [serial, model] of [
      ['A-100%', 'H100'],
      ['B_2', 'H200'],
      ['C3', 'H100'],
    ]) {
      const json = {
        kind: 'gpu',
        serial,
        model,
        ...(serial === 'C3' ? { facilityId: world.facilityId } : {}),
      };
      expect((await ask(world, '/v1/devices', { bearer, json })).status).toBe(201);
    }
    const found = async (query: string, by = bearer) => {
      const { body } = await get(world, `/v1/devices?count=true&${query}`, by);
      expect(body.count).toBe(body.items.length);
      return body.items.map(({ serial }: { serial: string }) => serial).sort();
    };
    expect(await found('')).toEqual(['A-100%', 'B_2', 'C3']);
    expect(await found('search=h100')).toEqual(['A-100%', 'C3']);
    expect(await found('search=%25')).toEqual(['A-100%']);
    expect(await found('search=_')).toEqual(['B_2']);
    expect(await found(`facilityId=${world.facilityId}`)).toEqual(['C3']);
    expect(await found('kind=switch')).toEqual([]);
    const [{ notedState }] = (await get(world, '/v1/devices?limit=1', bearer)).body.items;
    expect(await found(`notedState=${notedState}`)).toHaveLength(3);
    const stranger = await hireStranger(world.context, 'exporter');
    expect(await found('', stranger.token)).toEqual([]);
    expect(await found('', world.people.auditor.token)).toHaveLength(3);
  });
});

describe('decisions', () => {
  it('are read newest first, of one licence or outcome, by those who may read them', async () => {
    const { world, licenceId, post } = await makeLicensed();
    const auditor = world.people.auditor.token;
    for (let times = 0; times < 3; times++) {
      expect((await post('/v1/decisions', { licenceId })).status).toBe(200);
      world.pass(1_000);
    }
    await post('/v1/decisions', { licenceId, dryRun: true });
    const listed = await whole(world, `/v1/decisions?licenceId=${licenceId}`, auditor);
    expect(listed).toHaveLength(3);
    expect(await whole(world, '/v1/decisions', auditor)).toEqual(listed);
    const instants = listed.map(({ at }) => String(at));
    expect(instants).toEqual(instants.toSorted().toReversed());
    const { body } = await get(world, `/v1/decisions/${listed[0]?.['id']}`, auditor);
    expect(listed[0]).toMatchObject({ licenceId, action: 'use', outcome: body.outcome, at: body.at });
    const other = body.outcome === 'allow' ? 'deny' : 'allow';
    expect(await whole(world, `/v1/decisions?outcome=${other}`, auditor)).toEqual([]);
    expect((await get(world, '/v1/decisions', world.people.exporter.token)).status).toBe(403);
  });
});

describe('landmarks', () => {
  it('are listed with how they count; where there are none, none', async () => {
    const world = await makeWorld();
    expect((await get(world, '/v1/landmarks')).body).toMatchObject({ items: [] });
    expect((await get(world, '/v1/landmarks', world.people.exporter.token)).status).toBe(403);
  });
});
