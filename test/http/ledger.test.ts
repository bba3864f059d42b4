import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocate, postAllocation } from '../../src/service/ledger/allocations.ts';
import { insertLicence } from '../../src/store/attestation/licences.ts';
import { insertParty } from '../../src/store/registry/parties.ts';
import { AT, expectBooksToAgree, licence, party, TABLE } from '../service/ledger/books.ts';
import { type Answer, startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

const id = (prefix: string, digit: number): string => `${prefix}_${String(digit).repeat(26)}`;
const PARTY = id('pty', 1);
const under = {
  ...licence({
    parties: [PARTY],
    consignee: PARTY,
    endUser: PARTY,
    models: [{ model: 'A100', quantity: 99 }],
  }),
  id: id('lic', 1),
};

let verifier: TestVerifier;
let authority: TestPrincipal;
let exporter: TestPrincipal;
let stranger: TestPrincipal;
let allocationId: string;

beforeAll(async () => {
  verifier = await startTestVerifier();
  authority = await verifier.principal('authority', 'bureau');
  exporter = await verifier.principal('exporter', 'exporter');
  stranger = await verifier.principal('exporter', 'stranger');
  const { store } = verifier.context;
  allocationId = await store.write(async (tx) => {
    const of = { tenant: 'exporter', created_by: 'test', created_at_ms: 0, leaf_index: 0 };
    await tx.run(insertParty, party(PARTY, 'DE', null));
    const conditions = JSON.stringify(under.conditions);
    await tx.run(insertLicence, { ...of, id: under.id, conditions, status: 'active', version: 1 });
    const chips = [{ model: 'A100', quantity: 2 }];
    const { allocation } = await allocate(tx, { licence: under, chips, at: AT, table: TABLE });
    if (allocation === null) throw new Error('not allocated');
    const about = { decisionId: id('dec', 1), by: 'test' };
    return postAllocation(verifier.context, tx, allocation, about);
  });
});
afterAll(() => verifier.close());

const get = (path: string, by: TestPrincipal = authority): Promise<Answer> =>
  verifier.call('GET', path, { token: by.token });
const post = (path: string, body: object, by: TestPrincipal = authority): Promise<Answer> =>
  verifier.call('POST', path, { token: by.token, body });
const accounts = async (query: string, by?: TestPrincipal) =>
  (await get(`/v1/ledger/accounts?${query}`, by)).body;
const adjust = (account: string, amount: number, more: object = {}): Promise<Answer> =>
  post('/v1/ledger/adjustments', { account, amount, reason: 'counted anew', ...more });

describe('the accounts', () => {
  it('of a licence are shown to its exporter, those of a party or country to no exporter', async () => {
    const shown = await accounts(`licence=${under.id}`, exporter);
    expect(shown).toMatchObject({
      items: [
        { account: `tpp:licence:${under.id}`, reserved: 9_984, committed: 0, periods: [] },
        { account: `chips:licence:${under.id}:A100`, unit: 'chips', reserved: 2 },
      ],
    });
    expect(await accounts('country=DE')).toMatchObject({
      items: [{ account: 'tpp:country:DE', periods: [{ period: '2026-03', reserved: 9_984 }] }],
    });
    expect(await accounts(`party=${PARTY}`)).toMatchObject({ items: [{ account: `tpp:party:${PARTY}` }] });
    for (const [query, by] of [
      [`licence=${under.id}`, stranger],
      [`party=${PARTY}`, exporter],
      ['country=DE', exporter],
    ] as const) {
      expect(await accounts(query, by)).toMatchObject({ code: 'not_found' });
    }
  });

  it('are asked for by one subject', async () => {
    for (const query of ['', `party=${PARTY}&country=DE`, 'country=XX']) {
      expect(await accounts(query)).toMatchObject({ code: 'invalid_request' });
    }
  });

  it('have their entries, page by page', async () => {
    const account = 'tpp:country:FR';
    for (const amount of [5, 7, -3]) await adjust(account, amount);
    const first = await get(`/v1/ledger/entries?account=${account}&limit=2`);
    expect(first.body).toMatchObject({
      items: [
        { number: 1, kind: 'adjust', committed: 5, reason: 'counted anew' },
        { number: 2, committed: 7 },
      ],
      next: '2',
    });
    const rest = await get(`/v1/ledger/entries?account=${account}&limit=2&after=2`);
    expect(rest.body).toMatchObject({ items: [{ number: 3, committed: -3 }], next: null });
    expect((await get('/v1/ledger/entries?account=tpp:planet:9')).body['code']).toBe('invalid_request');
    const others = await get(`/v1/ledger/entries?account=tpp:licence:${under.id}`, stranger);
    expect(others.body['code']).toBe('not_found');
  });
});

describe('an adjustment', () => {
  it('is an entry, a leaf of the log and an event', async () => {
    const made = await adjust('tpp:home:exporter', 100, { period: '2026-01' });
    expect(made).toMatchObject({
      status: 200,
      body: {
        period: '2026-01',
        receipt: { act: { type: 'ledger.adjusted', tenant: 'exporter', body: { amount: 100 } } },
      },
    });
    await expectBooksToAgree(verifier.context.store);
  });

  it.each([
    ['tpp:country:DE', -9_999_999, {}, 'conflict'],
    ['tpp:country:DE', Number.MAX_SAFE_INTEGER, {}, 'conflict'],
    ['tpp:country:DE', 0, {}, 'invalid_request'],
    ['tpp:country:DE', 0.5, {}, 'invalid_request'],
    ['tpp:country:ZZ', 1, {}, 'invalid_request'],
    ['tpp:country:DE', 1, { period: '2026-13' }, 'invalid_request'],
    [`tpp:licence:${under.id}`, 1, { period: '2026-01' }, 'invalid_request'],
    [`compute:licence:${id('lic', 2)}`, 1, {}, 'not_found'],
    [`tpp:party:${id('pty', 2)}`, 1, {}, 'not_found'],
  ])('of %s by %d %j is refused: %s', async (account, amount, more, code) => {
    expect((await adjust(account, amount, more)).body['code']).toBe(code);
    await expectBooksToAgree(verifier.context.store);
  });
});

describe('an allocation', () => {
  const rule = (state: string): Promise<Answer> =>
    post(`/v1/allocations/${allocationId}/ruling`, { state, reason: 'as the bill of lading says' });

  it('is delivered, given back, and then no more', async () => {
    const listed = await get(`/v1/allocations?licence=${under.id}`, exporter);
    expect(listed.body).toMatchObject({ items: [{ id: allocationId, state: 'reserved', tpp: 9_984 }] });
    expect((await rule('committed')).body).toMatchObject({ state: 'committed', receipt: {} });
    expect(await accounts('country=DE')).toMatchObject({ items: [{ reserved: 0, committed: 9_984 }] });
    const again = await rule('committed');
    expect(again.body).toMatchObject({ state: 'committed' });
    expect((await rule('released')).body).toMatchObject({ state: 'released' });
    expect(await accounts('country=DE')).toMatchObject({
      items: [{ reserved: 0, committed: 0, entries: 3, periods: [{ period: '2026-03', committed: 0 }] }],
    });
    expect((await rule('committed')).body['code']).toBe('conflict');
    expect((await get(`/v1/allocations?licence=${under.id}`, stranger)).body['code']).toBe('not_found');
    await expectBooksToAgree(verifier.context.store);
  });
});
