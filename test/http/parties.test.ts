import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knowYourCustomerAgeDays } from '../../src/service/registry/customers.ts';
import { ownershipOf } from '../../src/service/registry/ownership.ts';
import { screeningOf } from '../../src/service/registry/screening.ts';
import { type Answer, startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let acme: TestPrincipal;
let other: TestPrincipal;
let authority: TestPrincipal;
let operator: TestPrincipal;
beforeAll(async () => {
  verifier = await startTestVerifier();
  acme = await verifier.principal('exporter', 'acme');
  other = await verifier.principal('exporter', 'other');
  authority = await verifier.principal('authority', 'bis');
  operator = await verifier.principal('operator', 'cloud');
});
afterAll(() => verifier.close());

const post = (path: string, body: unknown, { token } = acme): Promise<Answer> =>
  verifier.call('POST', path, { token, body });
const get = (path: string, { token } = acme): Promise<Answer> => verifier.call('GET', path, { token });
async function party(more: object = {}, by = acme): Promise<string> {
  const made = await post('/v1/parties', { legalName: 'A party', country: 'DE', ...more }, by);
  expect(made.status).toBe(201);
  return String(made.body['id']);
}
const sourced = { source: 'commercial register', dated: '2026-01-02' };
const change = (id: string, body: object, by = acme) =>
  post(`/v1/parties/${id}/versions`, { reason: 'a new extract', ...body }, by);
const errorOf = ({ body }: Answer) => (body['errors'] as { actual: string }[] | undefined)?.[0]?.actual;

describe('owners', () => {
  it('are a chain that is complete once its top says so from a dated source', async () => {
    const top = await party({ headquarters: 'US' });
    const middle = await party({ parentId: top, headquarters: 'FR' });
    const id = await party({ parentId: middle, ultimateParentId: top });
    const ownership = async () => (await get(`/v1/parties/${id}`)).body['ownership'];
    expect(await ownership()).toMatchObject({
      parents: [
        { id: middle, headquarters: 'FR' },
        { id: top, headquarters: 'US' },
      ],
      chainComplete: false,
      gap: 'top-not-declared',
    });
    expect(errorOf(await change(top, { ownUltimateParent: true }))).toBe('source_missing');
    expect((await change(top, { ownUltimateParent: true, ...sourced })).status).toBe(200);
    expect(await ownership()).toMatchObject({ chainComplete: true, gap: null });
    const owned = await verifier.context.store.read((view) => ownershipOf(view, id));
    expect(owned?.parents.map(({ id: parent }) => parent)).toEqual([middle, top]);
  });

  it('do not come back to whom they own, over however many steps', async () => {
    const first = await party();
    const second = await party({ parentId: first });
    const third = await party({ parentId: second });
    expect(errorOf(await change(first, { parentId: third }))).toBe('ownership_loops');
    expect(errorOf(await change(first, { parentId: first }))).toBe('ownership_loops');
  });

  it('are parties of the same exporter, and no owner besides oneself', async () => {
    const mine = await party();
    const theirs = await party({}, other);
    expect(errorOf(await change(mine, { parentId: theirs }))).toBe('parent_unknown');
    const both = { parentId: await party(), ownUltimateParent: true, ...sourced };
    expect(errorOf(await change(mine, both))).toBe('ownership_contradicts');
    expect(errorOf(await change(mine, { ownUltimateParent: true, ...sourced, dated: '2999-01-01' }))).toBe(
      'source_missing',
    );
    expect((await change(theirs, { country: 'FR' })).status).toBe(404);
  });

  it('are what the authority says once it has said so, also where its word is repeated', async () => {
    const id = await party();
    const parent = await party();
    expect((await change(id, { parentId: parent }, authority)).status).toBe(200);
    expect((await change(id, { parentId: null })).body['code']).toBe('conflict');
    expect((await change(id, { parentId: parent, ...sourced })).status).toBe(200);
    expect((await change(id, { parentId: null })).body['code']).toBe('conflict');
    expect((await change(id, { legalName: 'Another name' })).status).toBe(200);
    expect((await change(id, { parentId: null, ownUltimateParent: true }, authority)).status).toBe(200);
  });

  it('that are denied are taken off by the authority alone, however far above they stand', async () => {
    const top = await party();
    const middle = await party({ parentId: top });
    const id = await party({ parentId: middle });
    await post(`/v1/parties/${top}/screening`, { standing: 'denied', reason: 'an order' }, authority);
    expect((await change(id, { parentId: null })).body['code']).toBe('conflict');
    expect((await change(middle, { parentId: null })).body['code']).toBe('conflict');
    expect((await change(id, { parentId: top })).status).toBe(200);
    expect((await change(middle, { parentId: null }, authority)).status).toBe(200);
  });

  it('are kept as they were, each version with its leaf; the same again makes none', async () => {
    const id = await party({ legalName: 'Old' });
    const changed = await change(id, { legalName: 'New', headquarters: 'CH' });
    expect(changed.body).toMatchObject({ version: 2, legalName: 'New', headquarters: 'CH' });
    expect((await change(id, { legalName: 'New' })).body['version']).toBe(2);
    const { items } = (await get(`/v1/parties/${id}/versions`)).body as { items: { leafIndex: number }[] }; // the schema was checked
    expect(items).toMatchObject([
      { version: 2, legalName: 'New', reason: 'a new extract' },
      { version: 1, legalName: 'Old', reason: null },
    ]);
    const leaf = await get(`/v1/log/receipts/${items[0]?.leafIndex}`);
    expect(leaf.body['act']).toMatchObject({ type: 'party.changed', body: { version: 2, legalName: 'New' } });
  });
});

describe('an import of parties', () => {
  const send = (body: string, { token } = acme) =>
    verifier.call('POST', '/v1/parties/import', { token, body, mediaType: 'text/csv' });
  const HEADER = 'reference,legalName,country,parentReference,ownUltimateParent,source,dated';

  it('names parents by their references, and repeated changes nothing', async () => {
    const csv = [
      HEADER,
      'HRB 1,Top AG,CH,,true,register,2026-01-02',
      'HRB 2,Daughter,DE,HRB 1,,,',
      'HRB 4,Orphan,DE,HRB 3,,,',
      'HRB 2,Again,DE,,,,',
      'HRB 5,Nowhere,XX,,,,',
      'HRB 6,Short',
      'HRB 7,Sourceless,DE,,true,,',
    ].join('\n');
    const first = await send(csv);
    expect(first.body).toMatchObject({ rows: 7, created: 2, rejected: 5 });
    const results = first.body['results'] as { code: string | null; partyId: string }[]; // the schema was checked
    expect(results.map(({ code }) => code)).toEqual([
      null,
      null,
      'parent_unknown',
      'duplicate_row',
      'field_invalid',
      'row_malformed',
      'source_missing',
    ]);
    const daughter = await get(`/v1/parties/${results[1]?.partyId}`);
    expect(daughter.body['ownership']).toMatchObject({ chainComplete: true });
    expect((await send(csv)).body).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
    const renamed = `${HEADER}\nHRB 2,Daughter SE,DE,HRB 1,,,`;
    expect((await send(renamed)).body).toMatchObject({ changed: 1 });
    expect((await send(renamed, other)).body).toMatchObject({ rejected: 1 });
  });

  it('needs its columns', async () => {
    expect((await send('legalName,country\nX,DE')).body['code']).toBe('invalid_request');
    const twice = { legalName: 'X', country: 'DE', reference: 'HRB 1' };
    expect((await post('/v1/parties', twice)).body['code']).toBe('conflict');
  });
});

describe('screenings', () => {
  const send = (rows: readonly object[] | string, mediaType = 'application/json') =>
    verifier.call('POST', '/v1/screenings/import', { token: authority.token, body: rows, mediaType });
  const declare = (version: string) =>
    post('/v1/screening-lists', { version, reason: 'published' }, authority);
  const standing = async (id: string) => (await get(`/v1/parties/${id}`)).body['standing'];

  it('are imported row by row against lists that were declared, and repeated change nothing', async () => {
    expect((await declare('2026-01')).status).toBe(201);
    expect((await declare('2026-01')).body['code']).toBe('conflict');
    const [one, two] = [await party(), await party()];
    const row = (partyId: string, more: object = {}) => ({
      partyId,
      listVersion: '2026-01',
      outcome: 'clear',
      reviewer: 'R. Eviewer',
      date: '2026-02-01',
      ...more,
    });
    const rows = [
      row(one),
      row(two, { outcome: 'hit' }),
      row(`pty_${'0'.repeat(26)}`),
      row(one, { listVersion: '2031-01' }),
      row(one, { date: '2999-01-01' }),
      row(one, { outcome: 'fine' }),
    ];
    const { body } = await send(rows);
    expect(body).toMatchObject({ rows: 6, recorded: 2, rejected: 4 });
    expect(
      (body['results'] as { code: string | null; standing: string | null }[]).map(
        (r) => r.code ?? r.standing,
      ),
    ).toEqual(['clear', 'denied', 'party_unknown', 'list_unknown', 'date_ahead', 'field_invalid']);
    expect((await send(rows)).body).toMatchObject({ recorded: 0, unchanged: 2 });
    const csv = `partyId,listVersion,outcome,reviewer,date\n${one},2026-01,review,X,2026-02-02\n${two},2026-01,clear,X,2026-02-03`;
    expect((await send(csv, 'text/csv')).body).toMatchObject({ recorded: 2 });
    expect([await standing(one), await standing(two)]).toEqual(['unscreened', 'clear']);
    const runs = await get(`/v1/parties/${two}/screenings`);
    expect(runs.body['items']).toMatchObject([{ outcome: 'clear' }, { outcome: 'hit' }]);
    const found = await verifier.context.store.read((view) => screeningOf(view, [one, two]));
    expect(found).toEqual({ standing: 'unscreened', listVersion: '2026-01', currentListVersion: '2026-01' });
  });

  it('clear nobody by a run of a day on which the party had, or may have had, another name', async () => {
    await declare('2026-03');
    const id = await party();
    const day = () => verifier.context.clock().toISOString().slice(0, 10);
    const row = { partyId: id, listVersion: '2026-03', outcome: 'clear', reviewer: 'X', date: day() };
    const outcomeOf = async (more: object = {}) => {
      const { body } = await send([{ ...row, ...more }]);
      const [result] = body['results'] as { outcome: string; code: string | null }[];
      return result?.code ?? result?.outcome;
    };
    await change(id, { legalName: 'Somebody else' });
    expect(await outcomeOf()).toBe('renamed_since');
    expect(await outcomeOf({ date: '2026-03-01' })).toBe('renamed_since');
    expect(await standing(id)).toBe('unscreened');
    await change(id, { headquarters: 'FR', source: 'register', dated: '2026-03-01' });
    verifier.advance(86_400_000);
    expect(await outcomeOf({ date: day() })).toBe('recorded');
    expect(await standing(id)).toBe('clear');
    // A hit says enough, whatever its day.
    expect(await outcomeOf({ outcome: 'hit' })).toBe('recorded');
  });

  it('clear nobody whom a person denied, and nobody under another name', async () => {
    await declare('2026-02');
    const id = await party();
    const row = { partyId: id, listVersion: '2026-02', outcome: 'clear', reviewer: 'X', date: '2026-03-01' };
    await send([row]);
    expect(await standing(id)).toBe('clear');
    await change(id, { legalName: 'Somebody else' });
    expect(await standing(id)).toBe('unscreened');
    await post(`/v1/parties/${id}/screening`, { standing: 'denied', reason: 'an order' }, authority);
    await send([{ ...row, date: new Date().toISOString().slice(0, 10) }]);
    expect(await standing(id)).toBe('denied');
    const word = { standing: 'clear', listVersion: 'no-such', reason: 'the order fell' };
    expect((await post(`/v1/parties/${id}/screening`, word, authority)).body['code']).toBe('invalid_request');
    const lifted = { ...word, listVersion: '2026-02' };
    expect((await post(`/v1/parties/${id}/screening`, lifted, authority)).body).toMatchObject({
      standing: 'clear',
      listVersion: '2026-02',
    });
  });
});

describe('customers', () => {
  it('are examined on a day that has come, and let in and out on record', async () => {
    const id = await party();
    const area = { type: 'Point', coordinates: [8, 50], radiusMeters: 100 };
    const facility = await post('/v1/facilities', {
      name: 'H',
      country: 'DE',
      operatorTenant: 'cloud',
      area,
    });
    const facilityId = String(facility.body['id']);
    const examined = { reference: 'K-1', dated: '2026-01-02', reviewer: 'X' };
    const path = `/v1/parties/${id}/know-your-customer`;
    expect((await post(path, { ...examined, dated: '2999-01-01' })).body['code']).toBe('invalid_request');
    const kyc = await post(path, examined);
    expect(kyc.status).toBe(201);
    const age = await verifier.context.store.read((view) =>
      knowYourCustomerAgeDays(view, id, new Date('2026-01-12T23:00:00Z')),
    );
    expect(age).toBe(10);
    const begun = await post('/v1/accesses', { partyId: id, facilityId }, operator);
    expect(begun).toMatchObject({
      status: 201,
      body: { tenant: 'cloud', hostId: null, knowYourCustomerId: kyc.body['id'], endedAt: null },
    });
    const elsewhere = await verifier.principal('operator', 'elsewhere');
    const end = (by: TestPrincipal, more: object = {}) =>
      post(`/v1/accesses/${begun.body['id']}/end`, { reason: 'contract ended', ...more }, by);
    expect((await post('/v1/accesses', { partyId: id, facilityId }, elsewhere)).status).toBe(404);
    expect((await end(elsewhere)).status).toBe(404);
    expect((await end(operator, { endedAt: '2020-01-01T00:00:00Z' })).body['code']).toBe('invalid_request');
    expect((await end(operator)).body).toMatchObject({ endedReason: 'contract ended' });
    expect((await end(operator)).body['code']).toBe('conflict');
    const ahead = { partyId: id, facilityId, startedAt: '2999-01-01T00:00:00Z' };
    expect((await post('/v1/accesses', ahead, operator)).body['code']).toBe('invalid_request');
    expect((await get('/v1/accesses', authority)).body['items']).toHaveLength(1);
    expect((await get('/v1/accesses', elsewhere)).body['items']).toEqual([]);
  });
});
