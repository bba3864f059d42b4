import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostKeyFrom } from '../../src/agent/host-key.ts';
import type { SessionKeys } from '../../src/agent/session-keys.ts';
import { type Client, verifierClient } from '../../src/agent/verifier/client.ts';
import { toBase64Url } from '../../src/bytes/text.ts';
import { parsePermit, rawPublicKey } from '../../src/location/probe/index.ts';
import { meshPermitsAnswer } from '../../src/protocol/mesh.ts';
import { standingsNow } from '../../src/service/location/standings.ts';
import { effectiveTrust } from '../../src/service/trust/effective.ts';
import {
  type BentReceipt,
  locateGuest,
  REYKJAVIK,
  receiptsFor,
  sendReceipts,
  TestLandmark,
} from './landmarks.ts';
import { beginLocated, type Located } from './located.ts';

let all: Located;
beforeAll(async () => {
  all = await beginLocated();
});
afterAll(() => all.world.close());

const clientOf = ({ key }: Pick<TestLandmark, 'key'>): Client =>
  verifierClient({
    address: new URL(all.world.verifier.url),
    hostKey: hostKeyFrom(key),
    clock: all.world.pace.clock,
  });
const post = (client: Client, path: string, body: object) =>
  client.post({ path, body: { mediaType: 'application/json', content: JSON.stringify(body) } });

/** Lets others measure a landmark, and hands in what they sign. */
async function measured(landmark: TestLandmark, bent: (by: TestLandmark) => BentReceipt = () => ({})) {
  const client = clientOf(landmark);
  const exchange = generateKeyPairSync('x25519').privateKey;
  const keys: SessionKeys = { signing: landmark.key, exchange, createdAt: new Date() };
  const path = `/v1/landmarks/${landmark.id}`;
  const exchangeKey = toBase64Url(rawPublicKey(exchange));
  const { permits } = meshPermitsAnswer.parse(await post(client, `${path}/permits`, { exchangeKey }));
  const pairs = permits.flatMap(({ landmarkId, permit }) => {
    const by = all.fleet.find(({ id }) => id === landmarkId);
    if (by === undefined) return [];
    const parsed = parsePermit(new Uint8Array(Buffer.from(permit, 'base64url'))).content.permit;
    const at = all.world.pace.clock();
    return [{ permit, receipt: by.receipt(parsed, landmark.place, keys, at, bent(by)) }];
  });
  return post(client, `${path}/receipts`, { measured: pairs });
}

const measurementsOf = (id: string) =>
  all.world.verifier.call('GET', `/v1/landmarks/${id}/measurements`, { token: all.world.tokens.operator });

describe('the mesh of landmarks', () => {
  it('is measured by permits and receipts, as hosts are', async () => {
    const [first, second] = all.fleet;
    expect(await measured(first ?? new TestLandmark('none', REYKJAVIK))).toEqual({ counted: 9, refused: [] });
    expect(await measured(second ?? new TestLandmark('none', REYKJAVIK))).toEqual({
      counted: 9,
      refused: [],
    });
    const { status, body } = await measurementsOf('rkv-0');
    const items = body['items'] as readonly { readonly contradicts: boolean; readonly to: string }[]; // the schema was checked
    expect([status, items.length, items.some(({ contradicts }) => contradicts)]).toEqual([200, 10, false]);
    expect(items.filter(({ to }) => to === 'rkv-0')).toHaveLength(9);
    expect((await measurementsOf('nobody')).status).toBe(404);
  });

  it('takes nothing from another key, of no landmark, and no receipt that does not hold', async () => {
    const [first] = all.fleet;
    const stranger = { key: generateKeyPairSync('ed25519').privateKey };
    const exchangeKey = toBase64Url(new Uint8Array(32).fill(9));
    await expect(
      post(clientOf(stranger), `/v1/landmarks/${first?.id}/permits`, { exchangeKey }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      post(clientOf(stranger), '/v1/landmarks/nobody/permits', { exchangeKey }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    const bend = (change: BentReceipt) =>
      measured(first ?? new TestLandmark('none', REYKJAVIK), (by) => (by.id === 'lon-4' ? change : {}));
    const without = (failed: string[]) => ({ counted: 8, refused: [{ landmarkId: 'lon-4', failed }] });
    expect(await bend({ sessionId: 'another' })).toEqual(without(['receipt.session']));
    expect(await bend({ signedBy: stranger.key })).toEqual(
      without(['receipt.landmark-key', 'receipt.signature']),
    );
    const garbage = { measured: [{ permit: 'AAAA', receipt: 'AAAA' }] };
    expect(await post(clientOf(first ?? stranger), `/v1/landmarks/${first?.id}/receipts`, garbage)).toEqual({
      counted: 0,
      refused: [{ landmarkId: null, failed: ['receipt.well-formed'] }],
    });
  });

  it('says nothing of a key that a landmark had before', async () => {
    const { world } = all;
    const former = await new TestLandmark('moving', REYKJAVIK).register(world);
    const exchange = generateKeyPairSync('x25519').privateKey;
    const exchangeKey = toBase64Url(rawPublicKey(exchange));
    const path = '/v1/landmarks/moving';
    const answer = await post(clientOf(former), `${path}/permits`, { exchangeKey });
    const { permits } = meshPermitsAnswer.parse(answer);
    const [given] = permits.filter(({ landmarkId }) => landmarkId === 'lon-0');
    const by = all.fleet.find(({ id }) => id === 'lon-0');
    if (given === undefined || by === undefined) throw new Error('ten peers, and all are measured by');
    const keys: SessionKeys = { signing: former.key, exchange, createdAt: new Date() };
    const { permit } = parsePermit(new Uint8Array(Buffer.from(given.permit, 'base64url'))).content;
    const receipt = by.receipt(permit, REYKJAVIK, keys, world.pace.clock());
    // Another version, with another key: where the former one was says nothing of it.
    const present = await new TestLandmark('moving', REYKJAVIK).register(world, { version: '2' });
    expect(
      await post(clientOf(present), `${path}/receipts`, { measured: [{ permit: given.permit, receipt }] }),
    ).toEqual({ counted: 0, refused: [{ landmarkId: 'lon-0', failed: ['receipt.permit'] }] });
    await world.withdraw(present.trustInputId);
  });

  it('refuses names that read like others and are written otherwise', async () => {
    const { world } = all;
    const twin = new TestLandmark('twin', REYKJAVIK);
    const register = (more: object) => twin.register(world, more);
    await expect(register({ operator: '\u041eperator of rkv-0' })).rejects.toThrow('body.content.operator');
    await expect(register({ site: '\u200b' })).rejects.toThrow('body.content.site');
    const { placeBasis } = twin.content({ at: world.pace.clock() }) as { readonly placeBasis: object }; // made just there
    const own = { ...placeBasis, auditor: 'Operator\u200b of twin' };
    await expect(register({ placeBasis: own as never })).rejects.toThrow('whoever runs or hosts it'); // as it came
  });

  it('proves the place of a landmark that nobody audited', async () => {
    const { world, fleet, guest } = all;
    const newcomer = new TestLandmark('newcomer', { latitude: 64.12, longitude: -21.85 });
    await newcomer.register(world, { uncertaintyMeters: 500_000, placeBasis: { kind: 'mesh' } });
    Object.assign(newcomer, { uncertaintyMeters: 500_000 });
    fleet.push(newcomer);
    const counts = async (): Promise<boolean> => {
      const { verdict } = await locateGuest(world, guest, [newcomer], { place: REYKJAVIK });
      return 'landmarks' in verdict && verdict.landmarks.includes('newcomer');
    };
    expect(await counts()).toBe(false);
    await measured(newcomer);
    // Near landmarks are drawn at random: of six, five.
    const tries = [await counts(), await counts(), await counts(), await counts()];
    expect(tries).toContain(true);
    fleet.pop();
    await world.withdraw(newcomer.trustInputId);
  });

  it('sets a liar aside, at once and for what it proved before, and counts the others on', async () => {
    const { world, fleet, guest, hostId } = all;
    const located = await locateGuest(world, guest, fleet, { place: REYKJAVIK });
    expect(located.verdict).toMatchObject({ verdict: 'proven-inside' });
    const before = located.verdict.f ?? 0;
    const [drawn] =
      'landmarks' in located.verdict ? located.verdict.landmarks.filter((id) => id.startsWith('rkv')) : [];
    const liar = fleet.find(({ id }) => id === drawn) ?? new TestLandmark('none', REYKJAVIK);
    // It signs that those of London answer it as fast as if they stood beside it.
    const { sessionId } = await guest.attest();
    const late = await receiptsFor(world, guest, sessionId, fleet, { place: REYKJAVIK });
    for (const victim of fleet.filter(({ id }) => id === 'lon-0' || id === 'lon-1')) {
      await measured(victim, (by) => (by === liar ? { rounds: [{ seq: 0, rttNs: 50_000 }] } : {}));
    }
    const answer = await sendReceipts(guest, sessionId, late);
    const failing = answer.receipts?.find(({ landmarkId }) => landmarkId === liar.id);
    if (failing !== undefined)
      expect(failing.failed.map(({ id }) => id)).toEqual(['receipt.landmark-counts']);
    expect(answer.verdict.verdict).toBe('proven-inside');
    expect(answer.verdict.f).toBeLessThanOrEqual(before);
    const { token } = await world.verifier.principal('auditor', 'court');
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}/location`, { token });
    expect(body).toMatchObject({ now: { verdict: 'proven-inside' } });
  });

  it('does not clear a liar because one person withdrew whom it contradicted', async () => {
    const { world, fleet } = all;
    const counting = async (id: string): Promise<boolean> => {
      const { context } = world.verifier;
      const at = context.clock();
      const found = await context.store.read(async (view) =>
        standingsNow(context, view, await effectiveTrust(context, view), at),
      );
      return found.get(id)?.why === null;
    };
    const far = { latitude: -33, longitude: 151 };
    const [liar, victim] = [new TestLandmark('liar', far), new TestLandmark('victim', REYKJAVIK)];
    fleet.push(await liar.register(world), await victim.register(world));
    expect(await counting('liar')).toBe(true);
    await measured(victim, ({ id }) => (id === 'liar' ? { rounds: [{ seq: 0, rttNs: 50_000 }] } : {}));
    expect([await counting('liar'), await counting('victim')]).toEqual([false, false]);
    await world.withdraw(victim.trustInputId);
    expect(await counting('liar')).toBe(false);
    // A new version of either does, for that takes two.
    await victim.register(world, { version: '2' });
    expect([await counting('liar'), await counting('victim')]).toEqual([true, true]);
    fleet.splice(-2);
  });
});
