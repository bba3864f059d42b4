import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { type Answer, startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let acme: TestPrincipal;
let other: TestPrincipal;
let authority: TestPrincipal;
let auditor: TestPrincipal;
let operator: TestPrincipal;
beforeAll(async () => {
  verifier = await startTestVerifier();
  acme = await verifier.principal('exporter', 'acme');
  other = await verifier.principal('exporter', 'other');
  authority = await verifier.principal('authority', 'bis');
  auditor = await verifier.principal('auditor', 'bis');
  operator = await verifier.principal('operator', 'cloud');
});
afterAll(() => verifier.close());

const square = {
  type: 'Polygon',
  coordinates: [
    [
      [8, 50],
      [8.01, 50],
      [8.01, 50.01],
      [8, 50.01],
      [8, 50],
    ],
  ],
};

const propose = (area: unknown, by = acme): Promise<Answer> =>
  verifier.call('POST', '/v1/facilities', {
    token: by.token,
    body: { name: 'Hall 1', country: 'DE', operatorTenant: 'cloud', area },
  });

describe('parties', () => {
  it('are registered by an exporter, logged, and unseen by another', async () => {
    const made = await verifier.call('POST', '/v1/parties', {
      token: acme.token,
      body: { legalName: 'Acme GmbH', country: 'DE' },
    });
    expect(made).toMatchObject({ status: 201, body: { standing: 'unscreened', tenant: 'acme' } });
    const path = String(made.headers.get('location'));
    expect(await verifier.call('GET', path, { token: acme.token })).toMatchObject({ status: 200 });
    expect(await verifier.call('GET', path, { token: other.token })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    const { keys, config } = verifier.context;
    const proven = verifyReceipt(made.body['receipt'], {
      name: config.logOrigin,
      publicKey: keys.log.publicKey,
    });
    expect(proven.act).toMatchObject({ type: 'party.registered', body: { legalName: 'Acme GmbH' } });
  });

  it('are screened by the authority alone, with a reason', async () => {
    const made = await verifier.call('POST', '/v1/parties', {
      token: acme.token,
      body: { legalName: 'Buyer', country: 'FR' },
    });
    const path = `${made.headers.get('location')}/screening`;
    const body = { standing: 'clear', clearUntil: '2030-01-01T00:00:00Z', reason: 'list of 1 March' };
    expect((await verifier.call('POST', path, { token: acme.token, body })).status).toBe(403);
    expect(await verifier.call('POST', path, { token: authority.token, body })).toMatchObject({
      status: 200,
      body: { standing: 'clear', clearUntil: '2030-01-01T00:00:00.000Z' },
    });
    const denied = { ...body, standing: 'denied' };
    expect(await verifier.call('POST', path, { token: authority.token, body: denied })).toMatchObject({
      body: { code: 'invalid_request' },
    });
  });

  it.each([
    [{ legalName: 'X', country: 'XX' }],
    [{ legalName: 'X', country: 'de' }],
    [{ legalName: '', country: 'DE' }],
    [{ legalName: 'X', country: 'DE', tenant: 'other' }],
    [{ legalName: 'X', country: 'DE', ultimateParentId: `pty_${'0'.repeat(26)}` }],
  ])('such as %j are refused', async (body) => {
    expect(await verifier.call('POST', '/v1/parties', { token: acme.token, body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });
});

describe('facilities', () => {
  it('are proposed, then authorised by digest, then withdrawn with a reason', async () => {
    const made = await propose(square);
    expect(made).toMatchObject({ status: 201, body: { state: 'proposed', area: square } });
    const path = String(made.headers.get('location'));
    const { digest } = made.body;
    const rule = (kind: string, body: unknown, by = authority) =>
      verifier.call('POST', `${path}/${kind}`, { token: by.token, body });
    const approval = { digest, reason: 'inspected' };
    expect((await rule('authorisation', approval, acme)).status).toBe(403);
    expect(await rule('authorisation', { ...approval, digest: '0'.repeat(64) })).toMatchObject({
      body: { code: 'conflict' },
    });
    const past = { ...approval, authorisedUntil: '2020-01-01T00:00:00Z' };
    expect(await rule('authorisation', past)).toMatchObject({ body: { code: 'invalid_request' } });
    expect(await rule('withdrawal', { reason: 'too early' })).toMatchObject({ body: { code: 'conflict' } });
    expect(await rule('authorisation', approval)).toMatchObject({
      status: 200,
      body: { state: 'authorised' },
    });
    expect(await rule('refusal', { reason: 'too late' })).toMatchObject({ body: { code: 'conflict' } });
    expect(await rule('withdrawal', {})).toMatchObject({ body: { code: 'invalid_request' } });
    expect(await rule('withdrawal', { reason: 'moved' })).toMatchObject({
      status: 200,
      body: { state: 'withdrawn', decidedReason: 'moved', decidedBy: authority.id },
    });
  });

  it('are handed out by the middle of their outlines to whoever sees them, page by page', async () => {
    const exporter = await verifier.principal('exporter', 'places');
    const ids: unknown[] = [];
    for (const longitude of [8, 9, 179.5]) {
      const area = { type: 'Point', coordinates: [longitude, 50], radiusMeters: 900 };
      ids.push((await propose(longitude === 8 ? square : area, exporter)).body['id']);
    }
    const places = async (query: string, by = exporter) =>
      (await verifier.call('GET', `/v1/overview/places${query}`, { token: by.token })).body as {
        items: { id: string }[];
        next: string | null;
      }; // the schema was checked
    const whole = await places('');
    expect(whole).toMatchObject({
      items: [
        { id: ids[0], state: 'proposed', latitude: expect.closeTo(50.005), longitude: expect.closeTo(8.005) },
        { id: ids[1], latitude: 50, longitude: 9 },
        { id: ids[2], latitude: 50, longitude: 179.5 },
      ],
      next: null,
    });
    const first = await places('?limit=2');
    expect([first.items.map(({ id }) => id), first.next]).toEqual([ids.slice(0, 2), ids[1]]);
    expect(await places(`?limit=2&after=${first.next}`)).toEqual({ items: whole.items.slice(2), next: null });
    expect((await places('', acme)).items.some(({ id }) => ids.includes(id))).toBe(false);
    expect((await places('', auditor)).items.filter(({ id }) => ids.includes(id))).toEqual(whole.items);
    const tooMany = await verifier.call('GET', '/v1/overview/places?limit=2501', { token: exporter.token });
    expect(tooMany).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('are seen by their exporter, their operator, the authority and auditors', async () => {
    const made = await propose(square);
    const path = String(made.headers.get('location'));
    for (const [who, status] of [
      [acme, 200],
      [operator, 200],
      [authority, 200],
      [auditor, 200],
      [other, 404],
      [await verifier.principal('operator', 'elsewhere'), 404],
    ] as const) {
      expect((await verifier.call('GET', path, { token: who.token })).status).toBe(status);
    }
    const elsewhere = await verifier.call('GET', '/v1/facilities', { token: other.token });
    expect(elsewhere.body['items']).toEqual([]);
  });

  const bent = (...positions: [number, number][]) => ({ type: 'Polygon', coordinates: [positions] });
  it.each([
    ['a ring that is not closed', bent([8, 50], [8.01, 50], [8.01, 50.01], [8, 50.01])],
    ['a ring that crosses itself', bent([8, 50], [8.01, 50.01], [8.01, 50], [8, 50.01], [8, 50])],
    ['a ring that encloses nothing', bent([8, 50], [8.01, 50], [8.02, 50], [8, 50])],
    ['a ring of three positions', bent([8, 50], [8.01, 50], [8, 50])],
    ['a repeated position', bent([8, 50], [8, 50], [8.01, 50], [8.01, 50.01], [8, 50])],
    ['a latitude beyond the pole', bent([8, 89], [8.01, 89], [8.01, 91], [8, 89])],
    ['a longitude beyond the line', bent([179.99, 0], [180.01, 0], [180, 0.01], [179.99, 0])],
    ['an edge across the antimeridian', bent([179.99, 0], [-179.99, 0], [-179.99, 0.01], [179.99, 0])],
    ['a country', bent([5, 47], [15, 47], [15, 55], [5, 55], [5, 47])],
    ['an altitude', { type: 'Point', coordinates: [8, 50, 100], radiusMeters: 100 }],
    ['a point without a radius', { type: 'Point', coordinates: [8, 50] }],
    ['a point with the radius of a region', { type: 'Point', coordinates: [8, 50], radiusMeters: 200_000 }],
    [
      'another geometry',
      {
        type: 'LineString',
        coordinates: [
          [8, 50],
          [8.01, 50],
        ],
      },
    ],
    ['an empty polygon', { type: 'Polygon', coordinates: [] }],
    [
      'more positions than an outline needs',
      bent(...Array.from({ length: 2_500 }, (_, i): [number, number] => [8 + i / 1e5, 50])),
    ],
  ])('with %s are refused', async (_, area) => {
    expect(await propose(area)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it.each([
    ['a point and a radius', { type: 'Point', coordinates: [8, 50], radiusMeters: 250 }],
    [
      'a hole',
      {
        type: 'Polygon',
        coordinates: [
          square.coordinates[0],
          [
            [8.002, 50.002],
            [8.004, 50.002],
            [8.004, 50.004],
            [8.002, 50.002],
          ],
        ],
      },
    ],
    [
      'two parts',
      {
        type: 'MultiPolygon',
        coordinates: [
          square.coordinates,
          [
            [
              [8.02, 50],
              [8.03, 50],
              [8.03, 50.01],
              [8.02, 50],
            ],
          ],
        ],
      },
    ],
    ['either winding', { type: 'Polygon', coordinates: [square.coordinates[0]?.toReversed()] }],
  ])('with %s are taken', async (_, area) => {
    expect((await propose(area)).status).toBe(201);
  });
});

describe('devices', () => {
  const register = (body: unknown, by = acme): Promise<Answer> =>
    verifier.call('POST', '/v1/devices', { token: by.token, body });
  const ek = 'ab'.repeat(32);

  it('are declared once, and the same declaration again changes nothing', async () => {
    const body = { kind: 'gpu', model: 'H100', serial: 'S-1' };
    const first = await register(body);
    expect(first).toMatchObject({ status: 201, body: { lifecycle: 'in-service' } });
    const second = await register(body);
    expect(second).toMatchObject({ status: 200, body: { id: first.body['id'] } });
    expect(second.body['leafIndex']).toBe(first.body['leafIndex']);
    const third = await register({ kind: 'gpu', serial: 'S-1', model: 'H200' });
    expect(third).toMatchObject({ status: 200, body: { id: first.body['id'], model: 'H200' } });
    expect(third.body['leafIndex']).not.toBe(first.body['leafIndex']);
  });

  it('of one tenant are not found by another, who may declare the same serial number', async () => {
    const mine = await register({ kind: 'gpu', serial: 'S-2' });
    const theirs = await register({ kind: 'gpu', serial: 'S-2' }, other);
    expect(theirs.status).toBe(201);
    expect(theirs.body['id']).not.toBe(mine.body['id']);
    const path = `/v1/devices/${mine.body['id']}`;
    expect(await verifier.call('GET', path, { token: other.token })).toMatchObject({ status: 404 });
    expect(await verifier.call('GET', path, { token: auditor.token })).toMatchObject({ status: 200 });
    const retirement = { token: other.token, body: { reason: 'not mine' } };
    expect(await verifier.call('POST', `${path}/retirement`, retirement)).toMatchObject({ status: 404 });
    const { body } = await verifier.call('GET', '/v1/devices?limit=500', { token: other.token });
    expect(JSON.stringify(body)).not.toContain(String(mine.body['id']));
  });

  it('do not exchange their hardware identity', async () => {
    const body = { kind: 'host-tpm', serial: 'T-1', identity: { type: 'tpm-ek', sha256: ek } };
    expect((await register(body)).status).toBe(201);
    const changed = { ...body, identity: { type: 'tpm-ek', sha256: 'cd'.repeat(32) } };
    expect(await register(changed)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const renamed = { ...body, serial: 'T-2' };
    expect(await register(renamed)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('gain a serial number after they were declared by identity alone', async () => {
    const identity = { type: 'tpm-ek', sha256: '12'.repeat(32) };
    const first = await register({ kind: 'host-tpm', identity });
    const second = await register({ kind: 'host-tpm', identity, serial: 'T-9' });
    expect(second).toMatchObject({ status: 200, body: { id: first.body['id'], serial: 'T-9' } });
  });

  it('stay retired', async () => {
    const made = await register({ kind: 'switch', serial: 'W-1' });
    const path = `/v1/devices/${made.body['id']}/retirement`;
    const retired = await verifier.call('POST', path, { token: acme.token, body: { reason: 'scrapped' } });
    expect(retired).toMatchObject({ status: 200, body: { lifecycle: 'retired' } });
    expect(await register({ kind: 'switch', serial: 'W-1' })).toMatchObject({ status: 409 });
  });

  it('stand only at facilities of their own exporter that may be used', async () => {
    const facility = await propose(square);
    const facilityId = facility.body['id'];
    expect((await register({ kind: 'gpu', serial: 'F-1', facilityId })).status).toBe(201);
    expect(await register({ kind: 'gpu', serial: 'F-1', facilityId }, other)).toMatchObject({ status: 409 });
    const reason = { token: authority.token, body: { reason: 'not there' } };
    await verifier.call('POST', `/v1/facilities/${facilityId}/refusal`, reason);
    expect(await register({ kind: 'gpu', serial: 'F-2', facilityId })).toMatchObject({ status: 409 });
  });

  it.each([
    [{ kind: 'gpu' }],
    [{ kind: 'cpu', serial: 'X' }],
    [{ kind: 'gpu', serial: ' padded ' }],
    [{ kind: 'gpu', serial: 'new\nline' }],
    [{ kind: 'gpu', serial: 'X', identity: { type: 'tpm-ek', sha256: ek } }],
    [{ kind: 'gpu', serial: 'X', tenant: 'other' }],
  ])('such as %j are refused', async (body) => {
    expect(await register(body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('lists', () => {
  it('are read page by page, each row once', async () => {
    const exporter = await verifier.principal('exporter', 'pages');
    const rows = Array.from({ length: 7 }, (_, index) => ({ kind: 'gpu', serial: `P-${index}` }));
    await verifier.call('POST', '/v1/devices/import', { token: exporter.token, body: rows });
    const seen: string[] = [];
    let after = '';
    for (let pages = 0; pages < 10; pages++) {
      const { body } = await verifier.call('GET', `/v1/devices?limit=3${after}`, { token: exporter.token });
      const { items, next } = body as { items: { serial: string }[]; next: string | null }; // the schema was checked
      seen.push(...items.map(({ serial }) => serial));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(seen.sort()).toEqual(rows.map(({ serial }) => serial));
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'limit=-1', 'offset=3'])(
    'refuse %s',
    async (query) => {
      const answer = await verifier.call('GET', `/v1/devices?${query}`, { token: acme.token });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    },
  );
});
