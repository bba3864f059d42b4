import { afterAll, beforeAll, expect, it } from 'vitest';
import { chordMeters, type Place, toEcef } from '../../src/location/wgs84.ts';
import type { LocationAnswer } from '../../src/protocol/location.ts';
import type { Guest } from '../end-to-end/guest.ts';
import { permitsFor, REYKJAVIK, sendReceipts, TestLandmark } from '../end-to-end/landmarks.ts';
import { enrolledGuest, permitKeysOf } from '../end-to-end/measured-host.ts';
import type { World } from '../end-to-end/world.ts';
import { type Child, startChild } from './child.ts';
import type { HostAnswer } from './children/host.ts';
import type { LandmarkSettings } from './children/landmark.ts';
import type { Deed, LinkSettings, LinkState } from './children/wire.ts';
import { buildNetwork, type Cable, describeWithNetwork, type Network } from './namespaces.ts';

/** Three operators around the facility: Reykjavík, Keflavík, Selfoss. */
const PLACES: readonly Place[] = [
  { latitude: 64.15, longitude: -21.94 },
  { latitude: 64.0, longitude: -22.56 },
  { latitude: 63.93, longitude: -21.0 },
];
const LONDON: Place = { latitude: 51.5, longitude: -0.1 };
/** A guest attests an hour after it enrolled. */
const AHEAD_MS = 3_600_000;

const pem = (key: Guest['keys']['signing']): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();
const oneWayNs = (a: Place, b: Place): number =>
  Math.ceil((chordMeters(toEcef(a), toEcef(b)) * 1.1) / (0.299_792_458 * 0.66));

describeWithNetwork('a guest, its verifier over HTTP, and landmarks over a real network', () => {
  const landmarks = PLACES.map((place, index) => new TestLandmark(`rkv-${index}`, place));
  const children: Child[] = [];
  const settings: { readonly world: World; readonly guest: Guest }[] = [];
  let network: Network | null = null;
  let asked = 0;
  let wire: Child;
  let host: Child;

  beforeAll(async () => {
    // One after another: what is computed for one would keep requests of the others waiting, beyond their deadline on a slow machine.
    while (settings.length < 3) settings.push(await enrolledGuest());
    const built = buildNetwork(['host', ...landmarks.map(({ id }) => id)]);
    network = built;
    const cable = (node: string): Cable => {
      const found = built.cables.get(node);
      if (found === undefined) throw new Error(`no cable to ${node}`);
      return found;
    };
    const start = async (namespace: string, name: string, its: object): Promise<Child> => {
      const { child } = await startChild(namespace, name, its);
      children.push(child);
      return child;
    };
    const trusted = await Promise.all(
      settings.map(async ({ world }) => {
        return { issuer: world.verifier.context.config.publicUrl, keySet: await permitKeysOf(world) };
      }),
    );
    const fronts = landmarks.map((_, index) => ({ address: cable('host').v4.wire, port: 4600 + index }));
    const links = landmarks.map(({ id }, index): LinkSettings => {
      const front = fronts[index] ?? { address: '', port: 0 };
      return { id, front, landmark: { address: cable(id).v4.node, port: 4600 } };
    });
    [wire, host] = await Promise.all([
      start(built.wire, 'wire', links),
      start(cable('host').namespace, 'host', {}),
      ...landmarks.map(({ id, key, place, uncertaintyMeters }) => {
        const listen = [{ address: cable(id).v4.node, port: 4600 }];
        const its: LandmarkSettings = {
          ...{ id, key: pem(key), place, uncertaintyMeters, listen, trusted },
          aheadMs: AHEAD_MS,
        };
        return start(cable(id).namespace, 'landmark', its);
      }),
    ]);
    for (const { world } of settings) {
      for (const [index, landmark] of landmarks.entries()) {
        await landmark.register(world, { addresses: fronts.slice(index, index + 1) });
      }
    }
  });

  afterAll(async () => {
    await Promise.all(children.map((child) => child.stop()));
    network?.remove();
    await Promise.all(settings.map(({ world }) => world.close()));
  });

  /** Attests, is measured by all, each time a guest and a verifier of their own, and hands in what came of it. */
  const locateAt = async (place: Place, deed: Deed): Promise<LocationAnswer> => {
    const guest = settings[asked++]?.guest;
    if (guest === undefined) throw new Error('one guest for each question');
    await wire.ask(
      landmarks.map((one): LinkState => ({ id: one.id, oneWayNs: oneWayNs(one.place, place), deed })),
    );
    const { sessionId } = await guest.attest();
    const { permits } = await permitsFor(guest, sessionId);
    const keys = { signing: pem(guest.keys.signing), exchange: pem(guest.keys.exchange) };
    const receipts: string[] = [];
    for (const { permit } of permits) {
      const answer = await host.ask<HostAnswer>({ permit, ...keys });
      if ('receipt' in answer) receipts.push(answer.receipt);
    }
    return sendReceipts(guest, sessionId, receipts);
  };

  it('reaches G3 where its key is', async () => {
    const answer = await locateAt(REYKJAVIK, 'carry');
    expect(answer.receipts?.map(({ counts, failed }) => ({ counts, failed }))).toEqual(
      Array.from({ length: 3 }, () => ({ counts: true, failed: [] })),
    );
    expect(answer).toMatchObject({
      verdict: { verdict: 'proven-inside', area: 'Iceland' },
      devices: [{ kind: 'host-tee', level: 'G3' }],
    });
  });

  it('stays at G2 where its key is elsewhere', async () => {
    const answer = await locateAt(LONDON, 'carry');
    expect(answer.receipts?.map(({ counts }) => counts)).toEqual([true, true, true]);
    expect(answer).toMatchObject({ verdict: { verdict: 'inconclusive' }, devices: [{ level: 'G2' }] });
  });

  it('stays at G2 where somebody near answers without the key', async () => {
    const answer = await locateAt(REYKJAVIK, 'invent');
    expect(answer.receipts?.map(({ failed }) => failed.map(({ id }) => id))).toEqual(
      Array.from({ length: 3 }, () => ['receipt.valid']),
    );
    expect(answer).toMatchObject({ verdict: { verdict: 'inconclusive' }, devices: [{ level: 'G2' }] });
  });
});
