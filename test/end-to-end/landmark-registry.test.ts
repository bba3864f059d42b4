import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REYKJAVIK, TestLandmark } from './landmarks.ts';
import { makeWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const propose = (change: object) => {
  const content = { ...new TestLandmark('rkv', REYKJAVIK).content({ at: world.pace.clock() }), ...change };
  return world.verifier.call('POST', '/v1/trust-inputs', {
    token: world.tokens.authority,
    body: { kind: 'landmark', content },
  });
};
const audit = (auditor: string) => ({
  placeBasis: { kind: 'audit', auditedAt: '2026-01-01T00:00:00Z', auditor, sealedUnit: 'seal 1' },
});

describe('a landmark, proposed', () => {
  it('changes nothing until another approves it', async () => {
    const proposed = await propose({});
    expect(proposed).toMatchObject({
      status: 201,
      body: { kind: 'landmark', name: 'rkv', state: 'proposed' },
    });
    const own = await world.verifier.call('POST', `/v1/trust-inputs/${proposed.body['id']}/approval`, {
      token: world.tokens.authority,
      body: { digest: proposed.body['digest'] },
    });
    expect(own).toMatchObject({ status: 403, body: { code: 'self_approval_refused' } });
  });

  it.each([
    ['whose operator audited it', { ...audit('Operator of  RKV'), version: '2' }],
    ['whose company audited it', { ...audit('company of rkv'), version: '3' }],
    ['with a key that is none', { key: 'AAAA', version: '4' }],
    ['with the name of a host', { name: 'RKV_1' }],
    ['with a name too long for a permit', { name: 'a'.repeat(65) }],
    ['without an address', { addresses: [] }],
    ['with a name for an address', { addresses: [{ address: 'rkv.example', port: 1 }] }],
    ['off the Earth', { place: { latitude: 91, longitude: 0 } }],
    ['without any uncertainty', { uncertaintyMeters: 0 }],
    ['without a word of how its place is known', { placeBasis: undefined }],
  ])('is refused %s', async (_, change) => {
    expect(await propose(change)).toMatchObject({ status: 400 });
  });
});
