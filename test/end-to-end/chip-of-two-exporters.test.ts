import { expect, it, onTestFinished } from 'vitest';
import { openSession, submit } from '../../src/agent/attest.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { codesOf, declare, enrolTpm, items, licenceFor, makeFleet, makeGpus } from './composite.ts';
import type { Guest } from './guest.ts';
import { NEVER, type World } from './world.ts';

const [chip] = makeGpus(1);
if (chip === undefined) throw new Error('no GPU');

/** The same world as another exporter has it: a facility of its own. */
async function asRival(world: World): Promise<World> {
  const { token } = await world.verifier.principal('exporter', 'rival');
  const { body } = await world.verifier.call('POST', '/v1/facilities', {
    token,
    body: {
      name: 'Hall 9',
      country: 'IS',
      operatorTenant: 'acme',
      area: { type: 'Point', coordinates: [-21.9, 64.1], radiusMeters: 500 },
    },
  });
  const facilityId = String(body['id']);
  await world.verifier.call('POST', `/v1/facilities/${facilityId}/authorisation`, {
    token: world.tokens.authority,
    body: { digest: body['digest'], reason: 'in order' },
  });
  return { ...world, facilityId, tokens: { ...world.tokens, exporter: token } };
}

it('a chip that two exporters registered draws on one grant at a time, and neither hears of the other', async () => {
  const { world } = await makeFleet([chip]);
  onTestFinished(() => world.close());
  const ca = makeEkCa(new Date());
  await world.trustRoots('tpms', ca.rootPem);
  const rival = await asRival(world);
  const newHost = (at: World): Promise<Guest> =>
    enrolTpm(at, new SoftwareTpm({ ca, clock: world.pace.clock, ek: 'ecc256' }), {
      facilityId: at.facilityId,
    });
  const [ours, theirs] = [await newHost(world), await newHost(rival)];
  const attest = async (host: Guest, shown: typeof chip | null): Promise<void> => {
    world.verifier.advance(1_000);
    const session = await openSession(host.client, NEVER);
    const bundle = await host.bundle(session, { before: items(shown === null ? [] : [shown]) });
    await submit(host.client, session.id, bundle, NEVER);
  };
  const terms = (at: World) => ({
    minimumLevel: undefined,
    minimumFacts: { device: 'attested' },
    referenceSets: 'not-required',
    leaseSeconds: 600,
    facilities: [at.facilityId],
  });
  const mine = await declare(world, chip);
  const first = await licenceFor(world, [mine], terms(world));
  const rivals = await declare(rival, chip);
  const second = await licenceFor(rival, [rivals], terms(rival));

  await attest(ours, chip);
  expect(codesOf(await first())).toEqual([]);
  // The card is carried over, and its first host comes back without it.
  await attest(theirs, chip);
  await attest(ours, null);
  await attest(theirs, chip);
  const denied = await second();
  expect(denied.reasons.map(({ code, subject }) => [code, subject])).toEqual([
    ['device.leased-elsewhere', `device:${rivals}`],
  ]);
  const { hostId } = await ours.session();
  for (const secret of [mine, hostId, world.facilityId]) expect(JSON.stringify(denied)).not.toContain(secret);
  // Its grant has ended, and the minute by which clocks may lag is over.
  world.verifier.advance(661_000);
  await attest(theirs, chip);
  expect(codesOf(await second())).toEqual([]);
});
