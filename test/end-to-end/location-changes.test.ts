import { describe, expect, it, onTestFinished } from 'vitest';
import { openSession } from '../../src/agent/attest.ts';
import { codesOf, licenceFor } from './composite.ts';
import { type Bent, newSessionKeys } from './guest.ts';
import { locateGuest, REYKJAVIK, TestLandmark } from './landmarks.ts';
import { beginLocated, declareGuest, ICELAND, type Located } from './located.ts';
import { NEVER } from './world.ts';

const begin = async () => {
  const all = await beginLocated();
  onTestFinished(() => all.world.close());
  const self = await declareGuest(all);
  return { ...all, self, located: () => locateGuest(all.world, all.guest, all.fleet, { place: REYKJAVIK }) };
};
const shown = async ({ world, hostId }: Pick<Located, 'world' | 'hostId'>, token?: string) =>
  (
    await world.verifier.call('GET', `/v1/hosts/${hostId}/location`, {
      token: token ?? world.tokens.operator,
    })
  ).body;
/** Attests again while what was proven is fresh. */
async function attestSoon({ world, guest }: Located, bent: Bent = {}): Promise<void> {
  world.verifier.advance(61_000);
  const session = await openSession(guest.client, NEVER);
  await guest.send(session, await guest.bundle(session, bent));
}
/** By whole names of members: identifiers and digests are random, and may spell three letters. */
const PLACES = /latitude|coordinates|"\w*rtt\w*":/i;
const G3 = { minimumLevel: 'G3' };

describe('a proof of place', () => {
  it('ends with time, with other keys, and with another authorised area', async () => {
    const all = await begin();
    const { world, guest, self } = all;
    const decide = await licenceFor(world, [self], { ...G3, evidenceMaxAgeSeconds: 86_400 });
    await all.located();
    expect(codesOf(await decide())).toEqual([]);
    // The same keys, devices and boot: the place is what it was, until it ends.
    await attestSoon(all);
    expect(codesOf(await decide())).toEqual([]);
    await guest.attest();
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    await all.located();
    await attestSoon(all, { keys: newSessionKeys() });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    expect(await shown(all)).toMatchObject({ now: null });
    await all.located();
    await world.authorise({
      authorisedArea: { kind: 'countries', name: 'Nordic', countries: ['IS', 'NO'], reading: 'land-only' },
    });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    await all.located();
    expect(codesOf(await decide())).toEqual([]);
    expect(await shown(all)).toMatchObject({ verdict: { area: 'Nordic' } });
  });

  it('is judged again without a landmark that was withdrawn', async () => {
    const all = await begin();
    const { world, fleet, self } = all;
    const decide = await licenceFor(world, [self], G3);
    const { verdict } = await all.located();
    const near = fleet.filter(
      ({ id }) => 'landmarks' in verdict && id.startsWith('rkv') && verdict.landmarks.includes(id),
    );
    expect(near.length).toBeGreaterThanOrEqual(3);
    const [first, ...others] = near;
    await world.withdraw(first?.trustInputId ?? '');
    const now = (await shown(all))['now'] as { readonly toleratedLiars: number } | null; // the schema was checked
    expect(now?.toleratedLiars ?? -1).toBeLessThan(verdict.f ?? 0);
    expect(codesOf(await decide())).toEqual([]);
    for (const { trustInputId } of others) await world.withdraw(trustInputId);
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    expect(await shown(all)).toMatchObject({ now: { verdict: 'inconclusive' } });
  });

  it('survives fewer liars once operators that it needs turn out to be one', async () => {
    const all = await begin();
    const { world, self } = all;
    const decide = await licenceFor(world, [self], G3);
    const { verdict } = await all.located();
    const { landmarks } = 'landmarks' in verdict ? verdict : { landmarks: [] };
    const [first = '', ...others] = landmarks;
    expect(codesOf(await decide())).toEqual([]);
    // Landmarks of no account, each run by the first and hosted by another: whoever could make one lie can make all.
    const links: TestLandmark[] = [];
    for (const [index, other] of others.entries()) {
      const link = new TestLandmark(`link-${index}`, { latitude: -40, longitude: 170 });
      await link.register(world, {
        operator: `Operator of ${first}`,
        company: `company of ${other}`,
        site: `pad ${'abcdefghijklmnopqrstuvwxyz'.charAt(index)}`,
      });
      links.push(link);
    }
    const { now } = await shown(all);
    expect(now).toMatchObject({ toleratedLiars: 0 });
    expect(now).toMatchObject({ byGrade: { B: 0 } });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    // One person who withdraws what ties them together does not make them several.
    for (const { trustInputId } of links) await world.withdraw(trustInputId);
    expect(await shown(all)).toMatchObject({ now: { toleratedLiars: 0 } });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    // Two do, by another version that says otherwise; and its withdrawal does not bring back what it replaced.
    for (const link of links) {
      await link.register(world, { version: '2' });
      await world.withdraw(link.trustInputId);
    }
    expect(codesOf(await decide())).toEqual([]);
  });

  it('that is contradicted stays so when one person withdraws who contradicts it', async () => {
    const all = await begin();
    const { world, guest, fleet, self } = all;
    const decide = await licenceFor(world, [self], {});
    const drawn = new Map<string, string>();
    const isOther = ({ id }: TestLandmark): boolean => {
      const where = id.slice(0, 3);
      drawn.set(where, drawn.get(where) ?? id);
      return drawn.get(where) !== id;
    };
    // One beside it, and one in London that says that it is there.
    const answer = await locateGuest(world, guest, fleet, {
      place: REYKJAVIK,
      without: isOther,
      bent: ({ id }) => (id.startsWith('lon') ? { rounds: [{ seq: 0, rttNs: 1_000_000 }] } : {}),
    });
    expect(answer.verdict).toMatchObject({ verdict: 'inconsistent' });
    expect(codesOf(await decide())).toEqual(['device.place-inconsistent']);
    const london = fleet.find(({ id }) => id === drawn.get('lon'));
    await world.withdraw(london?.trustInputId ?? '');
    expect(await shown(all)).toMatchObject({ now: { verdict: 'inconsistent' } });
    expect(codesOf(await decide())).toEqual(['device.place-inconsistent']);
    // Measured anew it is judged by those who are in force.
    await all.located();
    expect(await shown(all)).toMatchObject({ now: { verdict: 'proven-inside' } });
    expect(codesOf(await decide())).toEqual([]);
  });

  it('takes no country that the map does not have', async () => {
    const { world } = await begin();
    const strange = { kind: 'countries', name: 'Tokelau', countries: ['TK'], reading: 'strict' };
    await expect(world.authorise({ authorisedArea: strange })).rejects.toThrow('invalid_request');
  });
});

describe('a facility whose places are disclosed to auditors alone', () => {
  it('tells everybody else the area, the verdict and its end', async () => {
    const all = await begin();
    const { world, hostId } = all;
    await world.authorise({ ...ICELAND, disclosure: 'area-only' });
    const answer = await all.located();
    const said = {
      verdict: 'proven-inside',
      area: 'Iceland',
      grade: 'A',
      f: expect.any(Number),
      byGrade: expect.any(Object),
      insideGeofence: false,
      reason: null,
    };
    expect(answer).toMatchObject({ disclosure: 'area-only', receipts: null });
    expect(answer.verdict).toEqual(said);
    const claims = JSON.parse(Buffer.from(answer.ear.split('.')[1] ?? '', 'base64url').toString());
    expect(claims.submods.location['sextant.location'].radius).toBeNull();
    for (const token of [world.tokens.operator, world.tokens.authority]) {
      const body = await shown(all, token);
      expect(body).toMatchObject({ disclosure: 'area-only', region: null, receipts: null });
      expect(body['verdict']).toEqual(said);
      expect(JSON.stringify(body)).not.toMatch(PLACES);
      const picture = await world.verifier.call('GET', `/v1/hosts/${hostId}/location/picture`, { token });
      expect(picture).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    const { token } = await world.verifier.principal('auditor', 'court');
    expect(await shown(all, token)).toMatchObject({
      disclosure: 'full',
      verdict: { radiusMeters: expect.any(Number) },
      region: { type: 'FeatureCollection' },
    });
    // Nor does anything that is logged of it, to whoever may read it.
    const read = await Promise.all(
      Array.from({ length: Number(answer.receipt?.leafIndex ?? 0) + 1 }, (_, leaf) =>
        world.verifier.call('GET', `/v1/log/receipts/${leaf}`, { token: world.tokens.operator }),
      ),
    );
    const leaves = read.flatMap(({ status, body }) => (status === 200 ? [body['act']] : []));
    const types = leaves.map((act) => (act as { readonly type: string }).type); // by its schema
    expect(types).toEqual(expect.arrayContaining(['permits.issued', 'location', 'appraisal']));
    expect(JSON.stringify(leaves)).not.toMatch(PLACES);
    expect(JSON.stringify(leaves)).not.toMatch(/"(?:rkv-|lon-\d)/);
    // What was measured so stays so, whatever is authorised later.
    await world.authorise(ICELAND);
    expect(await shown(all)).toMatchObject({ disclosure: 'area-only', region: null });
  });
});

describe('a licence that demands the same', () => {
  it('seals the places of its facilities', async () => {
    const all = await begin();
    expect((await all.located()).disclosure).toBe('full');
    await licenceFor(all.world, [all.self], { placeDisclosure: 'area-only' });
    expect(await shown(all)).toMatchObject({ disclosure: 'area-only', region: null });
    expect((await all.located()).disclosure).toBe('area-only');
  });
});

/** Has everybody's owners declared: auditor, exporter, operator, and the importer that the licence names. */
async function declareOwners({ world }: Pick<Located, 'world'>, auditorId: string) {
  const { verifier, tokens } = world;
  const call = async (method: string, path: string, body?: object, token = tokens.authority) => {
    const answer = await verifier.call(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const top = { ownUltimateParent: true, parentId: null, source: 'register', dated: '2026-01-01' };
  const register = async (legalName: string, token?: string): Promise<string> => {
    const { parentId: _, ...said } = top;
    const { id } = await call('POST', '/v1/parties', { legalName, country: 'IS', ...said }, token);
    return String(id);
  };
  const own = (id: string, parentId: string | null) => {
    const said = parentId === null ? top : { ...top, ownUltimateParent: false, parentId };
    return call('POST', `/v1/parties/${id}/versions`, { ...said, reason: 'sold' });
  };
  const parties = (await call('GET', '/v1/parties'))['items'] as readonly { id: string; legalName: string }[]; // by its schema
  const importer = parties.find(({ legalName }) => legalName === 'Acme')?.id ?? '';
  await own(importer, null);
  const [auditor, operator] = [await register('Inspectors'), await register('Halls')];
  const { token } = await verifier.principal('administrator', 'bureau');
  const people = (await call('GET', '/v1/principals', undefined, token))['items'];
  for (const { id, tenant } of people as readonly { id: string; tenant: string }[]) {
    const party = { court: auditor, acme: operator, chips: await register(`Of ${id}`) }[tenant];
    if (party !== undefined && (tenant !== 'court' || id === auditorId))
      await call('POST', `/v1/principals/${id}/party`, { partyId: party }, token);
  }
  // An exporter's register has the auditor under its name, and not by its number.
  const known = await register('INSPECTORS', tokens.exporter);
  return { auditor, operator, importer, known, own };
}

describe('G4', () => {
  it('takes landmarks on the site and an approved audit, and ends with a signal of tampering', async () => {
    const all = await begin();
    const { world, fleet, guest, self } = all;
    await world.authorise(ICELAND);
    const decide = await licenceFor(world, [self], { minimumLevel: 'G4' });
    // The outline is half a kilometre wide: a landmark in the same hall, and an answer in a microsecond.
    const hall = await new TestLandmark('hall', REYKJAVIK).register(world, { uncertaintyMeters: 100 });
    fleet.push(hall);
    const answer = await locateGuest(world, guest, fleet, {
      place: REYKJAVIK,
      bent: ({ id }) => (id === 'hall' ? { rounds: [{ seq: 0, rttNs: 1_000 }] } : {}),
    });
    expect(answer.verdict).toMatchObject({ verdict: 'proven-inside', insideGeofence: true });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    const auditor = await world.verifier.principal('auditor', 'court');
    const file = (token: string, more: object = {}) => {
      const at = world.pace.clock().getTime();
      return world.verifier.call('POST', `/v1/facilities/${world.facilityId}/audits`, {
        token,
        body: {
          auditedAt: new Date(at - 3_600_000).toISOString(),
          validUntil: new Date(at + 30 * 86_400_000).toISOString(),
          tamperSignal: false,
          reportSha256: 'ab'.repeat(32),
          summary: 'everything where it should be',
          ...more,
        },
      });
    };
    const own = await world.verifier.principal('auditor', 'acme');
    expect(await file(own.token)).toMatchObject({ status: 403, body: { code: 'auditor_related' } });
    expect(
      await file(auditor.token, { auditedAt: '2999-01-01T00:00:00Z', validUntil: '2999-02-01T00:00:00Z' }),
    ).toMatchObject({
      status: 400,
    });
    const filed = await file(auditor.token);
    expect(filed).toMatchObject({ status: 201, body: { kind: 'facility-audit', state: 'proposed' } });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    const approve = ({ body }: Awaited<ReturnType<typeof file>>) =>
      world.verifier.call('POST', `/v1/trust-inputs/${body['id']}/approval`, {
        token: world.tokens.authority,
        body: { digest: body['digest'] },
      });
    expect(await approve(filed)).toMatchObject({ status: 200 });
    // Nobody has said yet who owns whom.
    expect(await decide()).toMatchObject({
      devices: [{ level: 'G3' }],
      reasons: [{ code: 'facility.auditor-unproven' }],
    });
    const owners = await declareOwners(all, auditor.id);
    expect(await decide()).toMatchObject({ outcome: 'allow', devices: [{ level: 'G4' }] });
    // Who buys the importer later than the audit takes it away, and whoever sells it gives it back.
    await owners.own(owners.importer, owners.known);
    expect(await decide()).toMatchObject({
      devices: [{ level: 'G3' }],
      reasons: [{ code: 'facility.auditor-related' }],
    });
    await owners.own(owners.importer, null);
    expect(codesOf(await decide())).toEqual([]);
    await owners.own(owners.operator, owners.auditor);
    expect(await decide()).toMatchObject({ reasons: [{ code: 'facility.auditor-related' }] });
    const host = await world.verifier.call('GET', `/v1/hosts/${all.hostId}`, {
      token: world.tokens.operator,
    });
    expect(JSON.stringify(host.body)).not.toContain('"G4"');
    await owners.own(owners.operator, null);
    expect(await decide()).toMatchObject({ outcome: 'allow', devices: [{ level: 'G4' }] });
    // One person's signal suffices, and an older audit does not close it.
    const older = await file(auditor.token);
    world.verifier.advance(1_000);
    const at = world.pace.clock().getTime();
    const signal = await file(auditor.token, { tamperSignal: true, auditedAt: new Date(at).toISOString() });
    expect(signal).toMatchObject({ status: 201, body: { state: 'effective' } });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
    expect(await approve(older)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    // Nor does taking the signal out of force: that would trust more, on one person's word.
    const withdrawn = await world.verifier.call('POST', `/v1/trust-inputs/${signal.body['id']}/withdrawal`, {
      token: world.tokens.authority,
      body: { reason: 'a false alarm' },
    });
    expect(withdrawn).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(codesOf(await decide())).toEqual(['device.level-too-low']);
  });
});
