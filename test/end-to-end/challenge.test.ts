import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import type { AgentState } from '../../src/agent/loop.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { commitmentTo } from '../../src/record/challenge/draw.ts';
import { hostRecord } from '../../src/store/attestation/hosts.ts';
import { makeWorld, type World } from './world.ts';

/** As the auditor orders and draws: one of the devices at the facility. */
async function challenge({ verifier, facilityId }: World): Promise<string> {
  const { token } = await verifier.principal('auditor', 'court');
  const secret = randomBytes(32).toString('hex');
  const of = { kind: 'facility', id: facilityId };
  const body = { of, devices: 1, commitment: commitmentTo(secret), reason: 'as every quarter' };
  const ordered = await verifier.call('POST', '/v1/challenges', { token, body });
  const id = String(ordered.body['id']);
  await verifier.call('POST', `/v1/challenges/${id}/draw`, { token, body: { secret } });
  return id;
}

it('an agent that runs attests at once when one of its devices is drawn', async () => {
  const world = await makeWorld();
  onTestFinished(() => world.close());
  const { verifier } = world;
  const ca = makeEkCa(new Date());
  await world.trustRoots('tpms', ca.rootPem);
  const host = world.host({ device: new SoftwareTpm({ ca, clock: world.pace.clock, ek: 'ecc256' }) });
  const id = await host.enrol(await world.enrolmentToken());
  const sha256 = (await verifier.context.store.first(hostRecord, { id }))?.identity_sha256;
  const identity = { type: 'tpm-ek', sha256 };
  await verifier.call('POST', '/v1/devices', {
    token: world.tokens.exporter,
    body: { kind: 'host-tpm', identity, facilityId: world.facilityId },
  });

  let ordered = '';
  const sleep = world.pace.sleep;
  Object.assign(world.pace, {
    sleep: async (ms: number, signal: AbortSignal) => {
      // Its first wait: it has attested, and expects nothing for a minute.
      if (ordered === '') ordered = await challenge(world);
      await sleep(ms, signal);
    },
  });
  const ending = new AbortController();
  const attested: { readonly state: AgentState; readonly at: number }[] = [];
  await host.agent.run(ending.signal, (state) => {
    attested.push({ state, at: verifier.context.clock().getTime() });
    if (attested.length === 2) ending.abort();
  });
  const [first, second] = attested;
  expect([first?.state.state, second?.state.state]).toEqual(['attested', 'attested']);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(60_000);
  const { token } = await verifier.principal('authority', 'court');
  const { body } = await verifier.call('GET', `/v1/challenges/${ordered}`, { token });
  expect(body['devices']).toMatchObject([{ hostId: id, outcome: 'answered' }]);
});
