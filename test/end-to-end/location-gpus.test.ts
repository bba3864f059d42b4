import { describe, expect, it, onTestFinished } from 'vitest';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import type { Weakness } from '../../src/protocol/facts.ts';
import { codesOf, declare, enrolTpm, HOSTS, items, licenceFor, makeFleet, makeGpus } from './composite.ts';
import { LONDON, REYKJAVIK, receiptsFor, registerFleet, sendReceipts } from './landmarks.ts';
import { ICELAND } from './located.ts';
import { SNP_MEASUREMENT } from './measured.ts';
import type { World } from './world.ts';

const gpus = makeGpus(2);
const PLACE = { verdict: 'proven-inside', grade: 'B', f: 1 };

async function begin() {
  const { world, vendors } = await makeFleet(gpus);
  onTestFinished(() => world.close());
  await world.authorise(ICELAND);
  return { world, vendors, landmarks: await registerFleet(world) };
}

/** A GPU that its operator declares by its serial number, and says is in a host. */
async function declareSerial(world: World, serial: string): Promise<string> {
  const body = { kind: 'gpu', serial, facilityId: world.facilityId };
  const answer = await world.verifier.call('POST', '/v1/devices', { token: world.tokens.exporter, body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return String(answer.body['id']);
}

describe('GPUs in a located guest', () => {
  it('are allowed what asks for G3 only where the licence names that their reports could be relayed', async () => {
    const { world, vendors, landmarks } = await begin();
    const ids = await Promise.all(gpus.map((gpu) => declare(world, gpu)));
    const guest = await HOSTS.snp(world, vendors);
    await world.trustSet({ kind: 'snp', name: 'sealed', measurement: [SNP_MEASUREMENT], sealed: true });
    const { sessionId } = await guest.attest({ before: items(gpus) });
    const receipts = await receiptsFor(world, guest, sessionId, landmarks, { place: REYKJAVIK });
    const answer = await sendReceipts(guest, sessionId, receipts);
    expect(answer.devices.map(({ kind, level }) => [kind, level])).toEqual([
      ['host-tee', 'G3'],
      ['gpu', 'G2'],
      ['gpu', 'G2'],
    ]);
    const g3 = { minimumLevel: 'G3' };
    const plain = await (await licenceFor(world, ids, g3))();
    expect(codesOf(plain)).toEqual(['device.level-too-low']);
    const waiving = await (await licenceFor(world, ids, { ...g3, waivers: ['gpu-binding'] }))();
    expect(waiving).toMatchObject({
      outcome: 'allow',
      devices: ids.map((id) => ({ id, label: 'G2-tee', waived: ['gpu-binding'] })),
      validUntil: answer.expiresAt,
    });
    // Another set of devices is another subject: the place is void until it is measured anew.
    await guest.attest({ before: items(gpus.slice(0, 1)) });
    const fewer = await (await licenceFor(world, ids.slice(0, 1), { ...g3, waivers: ['gpu-binding'] }))();
    expect(codesOf(fewer)).toEqual(['device.level-too-low']);
  });
});

describe('GPUs that cannot attest, in a located bare-metal host', () => {
  it('are allowed only under a licence that names every weakness', async () => {
    const { world, landmarks } = await begin();
    const ca = makeEkCa(new Date());
    await world.trustRoots('tpms', ca.rootPem);
    const device = new SoftwareTpm({ ca, clock: world.pace.clock });
    const gpu = await declareSerial(world, 'H100-1');
    const host = await enrolTpm(world, device, { devices: [{ kind: 'gpu', serial: 'H100-1' }] });
    const measure = async (place: typeof REYKJAVIK) => {
      const { sessionId } = await host.attest();
      return sendReceipts(host, sessionId, await receiptsFor(world, host, sessionId, landmarks, { place }));
    };
    const answer = await measure(REYKJAVIK);
    expect(answer.verdict).toMatchObject({ verdict: 'proven-inside' });
    const decide = async (waivers: readonly Weakness[]) => {
      const asked = {
        minimumLevel: undefined,
        minimumFacts: { place: PLACE },
        referenceSets: 'not-required',
      };
      return (await licenceFor(world, [gpu], { ...asked, waivers }))();
    };
    const codes = async (...waivers: Weakness[]) => codesOf(await decide(waivers));
    const [serial, relayed, custody] = [
      'operator-claimed-serial',
      'gpu-binding',
      'operator-extractable',
    ] as const;
    expect(await codes(serial, relayed)).toEqual(['device.keys-extractable']);
    expect(await codes(serial, custody)).toEqual(['device.not-bound-to-host']);
    expect(await codes(relayed, custody)).toEqual(['device.serial-operator-claimed']);
    expect(await decide([serial, relayed, custody])).toMatchObject({
      outcome: 'allow',
      devices: [{ level: 'G0', waived: [serial, custody, relayed] }],
    });
    await measure(LONDON);
    expect(await codes(serial, relayed, custody)).toEqual([
      'host.held',
      'device.place-forbidden',
      'device.fact-too-low',
    ]);
  });
});
