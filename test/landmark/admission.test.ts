import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeOpen, messageName } from '../../src/location/probe/index.ts';
import { Client, TOKEN } from './client.ts';
import { hostKeys, issue, startWorld, type World } from './world.ts';

let world: World;
let clients: Client[] = [];
const client = (): Client => {
  const made = new Client(world.address);
  clients.push(made);
  return made;
};
afterEach(async () => {
  for (const one of clients) one.close();
  clients = [];
  await world.landmark.close(0).catch(() => {}); // one test closes it itself
});

describe('a landmark admits', () => {
  it('a hello with its cookie, once: the same hello again gets the same answer, another one none', async () => {
    world = await startWorld();
    const keys = hostKeys();
    const { bytes } = issue(world, keys);
    const [first, second] = [client(), client()];
    const cookie = await first.cookie();
    expect(await first.hello(bytes, keys.signing, cookie)).toBe('welcome');
    expect(await first.hello(bytes, keys.signing, cookie)).toBe('welcome');
    expect(world.seen).toEqual(['began']);
    // From another port, or with another cookie, it is another use.
    expect(await second.hello(bytes, keys.signing)).toBe('used');
    expect(world.seen).toEqual(['began', 'refused used']);
  });

  it('nobody without a cookie for the very address, port and token', async () => {
    world = await startWorld();
    const keys = hostKeys();
    const { bytes } = issue(world, keys);
    const [first, second] = [client(), client()];
    const cookie = await first.cookie();
    expect(await second.hello(bytes, keys.signing, cookie)).toBe('cookie');
    expect(await first.hello(bytes, keys.signing, new Uint8Array(24))).toBe('cookie');
    expect(await first.hello(bytes, keys.signing, cookie)).toBe('welcome');
  });

  it('nobody who merely saw a permit: its use is signed by the host', async () => {
    world = await startWorld();
    const keys = hostKeys();
    const { bytes } = issue(world, keys);
    expect(await client().hello(bytes, hostKeys().signing)).toBe('signature');
    expect(await client().hello(bytes, keys.signing)).toBe('welcome');
  });

  it('nobody whose permit does not hold, and says which check failed', async () => {
    world = await startWorld();
    const keys = hostKeys();
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const asked = client();
    expect(await asked.hello(issue(world, keys, {}, stranger).bytes, keys.signing)).toBe('permit');
    const elsewhere = issue(world, keys, { landmarkId: 'paris-1' }).bytes;
    expect(await asked.hello(elsewhere, keys.signing)).toBe('permit');
    const past = new Date(Date.now() - 1);
    const ended = issue(world, keys, { expiresAt: past, issuedAt: new Date(past.getTime() - 10) }).bytes;
    expect(await asked.hello(ended, keys.signing)).toBe('permit');
    expect(world.seen).toEqual(['refused permit.key', 'refused permit.landmark', 'refused permit.open']);
  });

  it('no permit from before its start: it may have been used already', async () => {
    const keys = hostKeys();
    world = await startWorld();
    const before = new Date(Date.now() - 20_000);
    const { bytes } = issue(world, keys, {
      issuedAt: before,
      expiresAt: new Date(before.getTime() + 60_000),
    });
    expect(await client().hello(bytes, keys.signing)).toBe('used');
  });

  it('no exchange key of small order', async () => {
    world = await startWorld();
    const keys = hostKeys();
    const { bytes } = issue(world, keys, { exchangeKey: new Uint8Array(32) });
    expect(await client().hello(bytes, keys.signing)).toBe('key');
    expect(world.landmark.underWay()).toBe(0);
  });

  it('no more than it may at once', async () => {
    world = await startWorld({ maxMeasurements: 1 });
    const keys = hostKeys();
    expect(await client().hello(issue(world, keys).bytes, keys.signing)).toBe('welcome');
    expect(await client().hello(issue(world, keys).bytes, keys.signing)).toBe('busy');
  });

  it('nobody while it is being stopped, and ends what does not finish', async () => {
    world = await startWorld();
    const keys = hostKeys();
    const asked = client();
    expect(await asked.hello(issue(world, keys).bytes, keys.signing)).toBe('welcome');
    const closed = world.landmark.close(60);
    expect(await asked.hello(issue(world, keys).bytes, keys.signing)).toBe('stopping');
    await closed;
    expect(world.seen).toEqual(['began', 'refused stopping', 'stopped']);
  });

  it('answers openings and hellos no faster than it may, by address and in total', async () => {
    world = await startWorld({
      opensByAddress: { perSecond: 0.001, burst: 2 },
      hellosInTotal: { perSecond: 0.001, burst: 1 },
    });
    const keys = hostKeys();
    const asked = client();
    const cookie = await asked.cookie();
    expect(await asked.hello(issue(world, keys).bytes, keys.signing, cookie)).toBe('welcome');
    await asked.cookie();
    asked.send(encodeOpen(TOKEN));
    const nothing = hostKeys();
    const [hello] = await Promise.all([
      Promise.race([asked.hello(issue(world, nothing).bytes, nothing.signing, cookie), untilSeen(3)]),
    ]);
    expect(hello).toBe('nothing');
    expect(world.seen).toEqual(['began', 'dropped address-rate', 'dropped total-rate']);
  });

  it('drops what is none of its protocol', async () => {
    world = await startWorld();
    const asked = client();
    for (const datagram of [
      Buffer.alloc(0),
      Buffer.from('hello'),
      Buffer.of(1, 1),
      Buffer.of(2, 1),
      Buffer.alloc(1400, 1),
    ]) {
      asked.send(datagram);
    }
    expect(messageName(await asked.ask(encodeOpen(TOKEN)))).toBe('cookie');
    expect(world.seen).toEqual(Array.from({ length: 5 }, () => 'dropped malformed'));
  });
});

/** Resolves when that many things were seen. */
async function untilSeen(count: number): Promise<string> {
  while (world.seen.length < count) await new Promise(setImmediate);
  return 'nothing';
}
