import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { suspend } from '../../../src/service/host/hosts.ts';
import { insertHost, insertHostState } from '../../../src/store/attestation/hosts.ts';
import { putHostSummary } from '../../../src/store/attestation/summaries.ts';
import { trustEpoch } from '../../../src/store/registry/trust.ts';
import { pcrs } from '../../evidence/bundle/host.ts';
import { issueRoot } from '../../pki/issue.ts';
import { ask, attest, enrol, openSession, send, type TestHost } from '../attestation/agent.ts';
import { makeMachine } from '../attestation/machine.ts';
import {
  anchorsContent,
  hireStranger,
  makeWorld,
  referenceSetContent,
  trust,
  type World,
} from '../attestation/world.ts';

type Listed = { id: string; hostname: string | null; state: string; level: string | null };
type Answered = { items: Listed[]; next: string | null; count?: number };

async function list(world: World, query = '', bearer = world.people.operator.token): Promise<Answered> {
  const answer = await ask(world, `/v1/hosts${query}`, { method: 'GET', bearer });
  expect(answer.status).toBe(200);
  return answer.body as Answered;
}

async function shownLevel(world: World, { hostId }: TestHost): Promise<string> {
  const bearer = world.people.operator.token;
  const { body } = await ask(world, `/v1/hosts/${hostId}/status`, { method: 'GET', bearer });
  return (body as { label: string }).label;
}

const overview = async (world: World, bearer = world.people.operator.token) => {
  const answer = await ask(world, '/v1/overview', { method: 'GET', bearer });
  expect(answer.status).toBe(200);
  return answer.body as Record<string, never>;
};

const MATCHING = { 7: [Buffer.from(pcrs.get(7) ?? []).toString('hex')] };
const HOUR = 3_600_000;

describe('how a host stands in a list', () => {
  it('is at each moment what its status says, and never more', async () => {
    const world = await makeWorld({ attestationIntervalMs: HOUR });
    const host = await enrol(world, makeMachine(world.manufacturer));
    const standing = async () => {
      const [{ state, level } = { state: '', level: null }] = (await list(world)).items;
      // Where a list names a level, it is the one of the host's own status.
      if (level !== null) expect(level).toBe(await shownLevel(world, host));
      return [state, level];
    };
    expect(await standing()).toEqual(['never', null]);
    await attest(world, host);
    expect(await standing()).toEqual(['proven', 'G1']);
    await trust(world.context, referenceSetContent({ pcrs: MATCHING }));
    expect(await standing()).toEqual(['earlier-trust', null]);
    world.pass(HOUR);
    await attest(world, host);
    expect(await standing()).toEqual(['proven', 'G2-tpm']);
    world.pass(2 * HOUR + world.context.config.sessionTtlMs);
    expect(await standing()).toEqual(['stale', null]);
    expect(await shownLevel(world, host)).toBe('G0');
    const session = await openSession(world, host);
    await send(world, host, session.id, Buffer.from('no bundle'));
    expect(await standing()).toEqual(['refused', null]);
    world.pass(HOUR);
    await attest(world, host);
    expect(await standing()).toEqual(['proven', 'G2-tpm']);
    await suspend(world.context, world.people.authority.principal, host.hostId, 'looked odd');
    expect(await standing()).toEqual(['suspended', null]);
  });

  it('ends with the root that it rests on', async () => {
    const world = await makeWorld();
    const host = await enrol(world, makeMachine(world.manufacturer));
    await attest(world, host);
    await trust(world.context, anchorsContent(issueRoot({ subject: 'Another' }), 'others'));
    expect((await list(world)).items[0]).toMatchObject({ state: 'earlier-trust', level: null });
    expect((await list(world, '?level=G1')).items).toEqual([]);
  });
});

const hostIdOf = (order: number): string => `hst_${String(order).padStart(26, '0')}`;

type Filled = {
  hostname: string | null;
  tenant?: string;
  state?: string;
  level?: string;
  evidenceMs?: number;
};

/** Hosts as submissions would leave them, without the submissions. */
async function fill(world: World, hosts: readonly Filled[]): Promise<void> {
  const { context, facilityId } = world;
  const nowMs = context.clock().getTime();
  await context.store.write(async (tx) => {
    const epoch = (await tx.first(trustEpoch, {}))?.epoch ?? -1;
    for (const [order, { hostname, tenant = 'acme', state, level, evidenceMs }] of hosts.entries()) {
      const id = hostIdOf(order);
      const nothing = { ek_certificate: null, ek_anchor: null, ek_name: null, ek_valid_until_ms: null };
      await tx.run(insertHost, {
        ...{
          id,
          tenant,
          facility_id: facilityId,
          kind: 'tee',
          identity_sha256: hash('sha256', id, 'hex'),
          ...nothing,
        },
        ...{ jkt: id, host_key: '{}', ak_name: null, ak_public: null, tee: 'tdx', platform: null, hostname },
        ...{ device_id: id, enrolled_at_ms: nowMs, version: 1 },
      });
      await tx.run(insertHostState, { hostId: id });
      await tx.run(putHostSummary, {
        ...{ host_id: id, tenant, facility_id: facilityId, name_key: hostname?.toLowerCase() ?? '' },
        ...{ suspended: state === 'suspended' ? 1 : 0, outcome: level === undefined ? null : 'accepted' },
        ...{ evidence_at_ms: evidenceMs ?? nowMs - order, level: level ?? null, proves_until_ms: null },
        trust_epoch: epoch,
      });
    }
  });
}

describe('a list of hosts', () => {
  const HOSTS: readonly Filled[] = [
    { hostname: 'rack-2', level: 'G2-tpm' },
    { hostname: 'Rack-10', level: 'G1' },
    { hostname: null },
    { hostname: '100%_\\sure', level: 'G2-tpm' },
    { hostname: 'rack-2', level: 'G1', state: 'suspended' },
    { hostname: 'elsewhere', tenant: 'strangers', level: 'G2-tpm' },
  ];
  const names = ({ items }: Answered) => items.map(({ hostname }) => hostname);

  it('is found by state, level, facility and part of a name, counted, and of one tenant', async () => {
    const world = await makeWorld();
    await fill(world, HOSTS);
    expect((await list(world, '?count=true')).count).toBe(5);
    expect(await list(world, '?level=G2-tpm&count=true')).toMatchObject({ count: 2 });
    expect(names(await list(world, '?state=suspended'))).toEqual(['rack-2']);
    expect(names(await list(world, '?state=never'))).toEqual([null]);
    expect((await list(world, '?state=stale&level=G1')).items).toEqual([]);
    expect(names(await list(world, '?search=RACK-1'))).toEqual(['Rack-10']);
    expect(names(await list(world, `?search=${encodeURIComponent('%_\\s')}`))).toEqual(['100%_\\sure']);
    expect((await list(world, '?search=%25')).items).toHaveLength(1);
    expect((await list(world, `?facilityId=${world.facilityId}&count=true`)).count).toBe(5);
    expect((await list(world, `?facilityId=fac_${'0'.repeat(26)}&count=true`)).count).toBe(0);
    const { token } = world.people.auditor;
    expect((await list(world, '?count=true', token)).count).toBe(6);
    const stranger = await hireStranger(world.context);
    expect(names(await list(world, '', stranger.token))).toEqual(['elsewhere']);
  });

  it('is read whole, once each, in pages of two, in every order', async () => {
    const world = await makeWorld();
    await fill(world, HOSTS);
    for (const sort of ['id', '-id', 'hostname', '-hostname', 'evidence', '-evidence']) {
      const whole = await list(world, `?sort=${sort}`);
      const ids: string[] = [];
      let after = '';
      for (let page = 0; page < 9; page++) {
        const { items, next } = await list(world, `?sort=${sort}&limit=2${after}`);
        ids.push(...items.map(({ id }) => id));
        if (next === null) break;
        after = `&after=${encodeURIComponent(next)}`;
      }
      expect([sort, ids]).toEqual([sort, whole.items.map(({ id }) => id)]);
      expect(new Set(ids).size).toBe(5);
      const other = await list(world, `?sort=${sort.startsWith('-') ? sort.slice(1) : `-${sort}`}`);
      expect(other.items.map(({ id }) => id)).toEqual(ids.toReversed());
      if (sort === 'hostname')
        expect(names(whole)).toEqual([null, '100%_\\sure', 'Rack-10', 'rack-2', 'rack-2']);
    }
  });

  it('takes no cursor that it did not give', async () => {
    const world = await makeWorld();
    const bearer = world.people.operator.token;
    const written = ['["-evidence",1,"x"]', '["evidence","1","x"]', '["evidence","soon","x"]'];
    const others = written.map((text) => Buffer.from(text).toString('base64url'));
    for (const after of ['AAAA', 'e30', ...others, '%']) {
      const path = `/v1/hosts?sort=evidence&after=${encodeURIComponent(after)}`;
      const { status, body } = await ask(world, path, { method: 'GET', bearer });
      expect([after, status, body.code]).toEqual([after, 400, 'invalid_request']);
    }
  });
});

describe('the overview', () => {
  it('counts hosts by state and level, of the tenant that asks', async () => {
    const world = await makeWorld();
    await fill(world, [
      { hostname: 'a', level: 'G2-tpm' },
      { hostname: 'b', level: 'G2-tpm' },
      { hostname: 'c', level: 'G1', evidenceMs: 1 },
      { hostname: 'd' },
      { hostname: 'e', level: 'G1', state: 'suspended' },
      { hostname: 'f', tenant: 'strangers', level: 'G1' },
    ]);
    const { hosts } = await overview(world);
    expect(hosts).toMatchObject({
      total: 5,
      states: { suspended: 1, never: 1, refused: 0, stale: 1, 'earlier-trust': 0, proven: 2 },
      levels: { G0: 0, G1: 0, 'G2-tpm': 2, 'G2-tee': 0, G3: 0, G4: 0 },
    });
    const whole = await overview(world, world.people.auditor.token);
    expect(whole['hosts']).toMatchObject({ total: 6 });
    const there = async (bearer: string) =>
      (await ask(world, '/v1/overview/facilities', { method: 'GET', bearer })).body as { items: unknown };
    const { facilityId } = world;
    const states = { suspended: 1, never: 1, stale: 1, proven: 2 };
    expect((await there(world.people.operator.token)).items).toEqual([{ facilityId, total: 5, states }]);
    expect((await there(world.people.auditor.token)).items).toEqual([
      { facilityId, total: 6, states: { ...states, proven: 3 } },
    ]);
  });

  it('shows nobody what takes a scope that they lack', async () => {
    const world = await makeWorld();
    const { hosts, licences, landmarks, ends } = await overview(world, world.people.exporter.token);
    expect([hosts, landmarks]).toEqual([null, null]);
    expect([licences, ends]).toEqual([{ active: 0, suspended: 0, revoked: 0 }, []]);
    const operator = await overview(world);
    expect([operator['licences'], operator['landmarks']]).toMatchObject([null, { counts: 0 }]);
  });
});
