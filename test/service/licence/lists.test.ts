import { describe, expect, it } from 'vitest';
import type { LicenceStatusName } from '../../../src/protocol/licence-list.ts';
import { insertLicence } from '../../../src/store/attestation/licences.ts';
import { putLicenceStanding } from '../../../src/store/events/licence-subjects.ts';
import { ask } from '../attestation/agent.ts';
import { BEGINNING, hireStranger, makeWorld, type World } from '../attestation/world.ts';

type Listed = { id: string; tenant: string; status: string; suspendsAt: string | null; cause: unknown };
type Answered = { items: Listed[]; next: string | null; count?: number };

async function list(world: World, query = '', bearer = world.people.authority.token): Promise<Answered> {
  const answer = await ask(world, `/v1/licences${query}`, { method: 'GET', bearer });
  expect(answer.status).toBe(200);
  return answer.body as Answered;
}

const idOf = (order: number): string => `lic_${String(order).padStart(26, '0')}`;
const orders = ({ items }: Pick<Answered, 'items'>): number[] => items.map(({ id }) => Number(id.slice(4)));

type Filled = {
  readonly tenant?: string;
  readonly status?: LicenceStatusName;
  /** Hours from now; null: nothing suspends it. Absent: it was never looked at. */
  readonly suspendsIn?: number | null;
};

const CONDITIONS = JSON.stringify({
  validFrom: BEGINNING.toISOString(),
  validUntil: '2027-03-01T12:00:00.000Z',
  parties: [`pty_${'0'.repeat(26)}`],
  facilities: [`fac_${'0'.repeat(26)}`],
  devices: [`dev_${'0'.repeat(26)}`],
  minimumLevel: 'G3',
  evidenceMaxAgeSeconds: 3600,
  rulePacks: 'none',
  referenceSets: 'any-approved',
  purpose: 'inference',
});
const CAUSE = { code: 'host.held', subject: 'host:hst_x', sentence: 'Held.' };

/** Licences as grants and looks would leave them, without the fleets. */
async function fill({ context }: World, licences: readonly Filled[]): Promise<void> {
  const nowMs = BEGINNING.getTime();
  await context.store.write(async (tx) => {
    for (const [order, { tenant = 'chips', status = 'active', suspendsIn }] of licences.entries()) {
      const made = { created_by: 'test', created_at_ms: nowMs, version: 1, leaf_index: 0 };
      await tx.run(insertLicence, { id: idOf(order), tenant, conditions: CONDITIONS, status, ...made });
      if (suspendsIn === undefined) continue;
      await tx.run(putLicenceStanding, {
        ...{ licence_id: idOf(order), failing: '{}', judged_at_ms: nowMs, reinstated_at_ms: null },
        suspends_at_ms: suspendsIn === null ? null : nowMs + suspendsIn * 3_600_000,
        cause: suspendsIn === null ? null : JSON.stringify(CAUSE),
      });
    }
  });
}

const LICENCES: readonly Filled[] = [
  { suspendsIn: 9 },
  { status: 'suspended', suspendsIn: 1 },
  {},
  { status: 'revoked', suspendsIn: null },
  { tenant: 'a1-chips', suspendsIn: 2 },
  { suspendsIn: null },
  { suspendsIn: 2 },
  { tenant: 'strangers', suspendsIn: 5 },
];

describe('a list of licences', () => {
  it('is found by status, beginning of the identifier and part of the holder, and counted', async () => {
    const world = await makeWorld();
    await fill(world, LICENCES);
    const found = async (query: string) => {
      const answer = await list(world, `?count=true&${query}`);
      expect(answer.count).toBe(answer.items.length);
      return orders(answer);
    };
    expect(await found('limit=500')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await found('status=active')).toEqual([0, 2, 4, 5, 6, 7]);
    expect(await found('status=suspended')).toEqual([1]);
    expect(await found('status=revoked')).toEqual([3]);
    expect(await found(`search=${idOf(4).toUpperCase()}`)).toEqual([4]);
    expect(await found(`search=${idOf(4).slice(5)}`)).toEqual([]); // no beginning
    expect(await found('search=1-CHIP')).toEqual([4]);
    expect(await found('search=strangers&status=active')).toEqual([7]);
    expect(await found('search=strangers&status=revoked')).toEqual([]);
    for (const anything of ['%', '_', '\\'])
      expect(await found(`search=${encodeURIComponent(anything)}`)).toEqual([]);
    expect(await list(world, '?limit=1&count=true&status=active')).toMatchObject({
      items: [{ id: idOf(0), suspendsAt: '2026-03-01T21:00:00.000Z', cause: CAUSE }],
      next: idOf(0),
      count: 6,
    });
    expect(await list(world, '?limit=1')).not.toHaveProperty('count');
  });

  it('shows and counts to an exporter its own alone, however they are asked for', async () => {
    const world = await makeWorld();
    await fill(world, LICENCES);
    const { token } = world.people.exporter;
    for (const [query, own] of [
      ['', [0, 1, 2, 3, 5, 6]],
      ['status=active', [0, 2, 5, 6]],
      ['search=chips', [0, 1, 2, 3, 5, 6]],
      ['search=strangers', []],
      [`search=${idOf(7)}`, []],
      ['sort=-id', [6, 5, 3, 2, 1, 0]],
      ['sort=suspendsAt', [6, 0, 1, 2, 3, 5]],
    ] as const) {
      const answer = await list(world, `?count=true&${query}`, token);
      expect([query, orders(answer), answer.count]).toEqual([query, own, own.length]);
    }
    const stranger = await hireStranger(world.context, 'exporter');
    expect(orders(await list(world, '?sort=suspendsAt', stranger.token))).toEqual([7]);
  });

  it('is read whole, once each, in pages of two, in every order', async () => {
    const world = await makeWorld();
    await fill(world, LICENCES);
    for (const [sort, expected] of [
      ['id', [0, 1, 2, 3, 4, 5, 6, 7]],
      // A licence that is not in force is not suspended next, whatever its last look said.
      ['suspendsAt', [4, 6, 7, 0, 1, 2, 3, 5]],
    ] as const) {
      for (const [asked, order] of [
        [sort, expected],
        [`-${sort}`, expected.toReversed()],
      ] as const) {
        expect([asked, orders(await list(world, `?sort=${asked}`))]).toEqual([asked, order]);
        const read: number[] = [];
        let after = '';
        for (let page = 0; page < 9; page++) {
          const answer = await list(world, `?sort=${asked}&limit=2${after}`);
          read.push(...orders(answer));
          if (answer.next === null) break;
          after = `&after=${encodeURIComponent(answer.next)}`;
        }
        expect([asked, read]).toEqual([asked, order]);
      }
    }
  });

  it('takes no cursor that it did not give, and no question that it does not know', async () => {
    const world = await makeWorld();
    const bearer = world.people.authority.token;
    const cursor = (...parts: unknown[]) =>
      `after=${Buffer.from(JSON.stringify(parts)).toString('base64url')}`;
    for (const query of [
      'sort=suspendsAt&after=AAAA',
      `sort=suspendsAt&${cursor('-suspendsAt', 1, 'x')}`,
      `sort=suspendsAt&${cursor('suspendsAt', 'soon', 'x')}`,
      `sort=-id&${cursor('-id', 'x', 'x')}`,
      'status=lapsed',
      'sort=tenant',
      'search=',
      'count=false',
    ]) {
      const { status, body } = await ask(world, `/v1/licences?${query}`, { method: 'GET', bearer });
      expect([query, status, body.code]).toEqual([query, 400, 'invalid_request']);
    }
  });
});
