import { generateKeyPairSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { respondToLandmark } from '../../../src/agent/location/respond.ts';
import { SextantError } from '../../../src/bytes/errors.ts';
import {
  agreeKeys,
  type Endpoint,
  encodeCookie,
  messageName,
  type Permit,
  ProbeWriter,
  parseHello,
  parseOpen,
  probeContext,
  rawPublicKey,
  sealRounds,
  signWelcome,
} from '../../../src/location/probe/index.ts';
import { hostKeys, issue, startWorld, type World } from '../../landmark/world.ts';

const signal = new AbortController().signal;
const options = { signal, resendMs: 5 };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function world(): Promise<World> {
  const made = await startWorld();
  closing.push(() => made.landmark.close(0));
  return made;
}

/** A socket that does with each datagram what the test says. */
async function station(
  answer: (datagram: Buffer, send: (reply: Uint8Array) => void) => void,
): Promise<Endpoint> {
  const socket: Socket = createSocket('udp4');
  closing.push(() => socket.close());
  socket.on('message', (datagram, { port, address }) => {
    answer(datagram, (reply) => socket.send(reply, port, address));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: '127.0.0.1', port: socket.address().port };
}

/** An address where nobody listens. */
async function deserted(): Promise<Endpoint> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return { address: '127.0.0.1', port };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: unknown) => {
      if (error instanceof SextantError) return error.code;
      throw error;
    },
  );

describe('a host that is to be measured', () => {
  it('goes on where datagrams of the untimed half are lost', async () => {
    const { address, registered } = await world();
    const dropped = new Set<string>();
    const back = createSocket('udp4');
    closing.push(() => back.close());
    let send: (datagram: Uint8Array) => void = () => {};
    // Of every message but the timed ones, in both directions, the first is lost.
    const isLost = (datagram: Buffer): boolean => {
      const name = messageName(datagram);
      if (name === null || name === 'probe' || name === 'reply' || dropped.has(name)) return false;
      dropped.add(name);
      return true;
    };
    back.on('message', (datagram) => {
      if (!isLost(datagram)) send(datagram);
    });
    const relay = await station((datagram, reply) => {
      send = reply;
      if (!isLost(datagram)) back.send(datagram, address.port, address.address);
    });
    const keys = hostKeys();
    const { bytes } = issue({ registered, address: relay }, keys);
    await expect(respondToLandmark(bytes, keys, { signal, resendMs: 40 })).resolves.toBeInstanceOf(
      Uint8Array,
    );
    expect([...dropped].sort()).toEqual(
      ['attest', 'cookie', 'hello', 'open', 'ready', 'receipt', 'rounds', 'welcome'].sort(),
    );
  });

  it('gets no receipt for a signature that does not hold', async () => {
    const made = await world();
    const back = createSocket('udp4');
    closing.push(() => back.close());
    let send: (datagram: Uint8Array) => void = () => {};
    back.on('message', (datagram) => send(datagram));
    const relay = await station((datagram, reply) => {
      send = reply;
      const last = datagram.length - 1;
      if (messageName(datagram) === 'attest') datagram[last] = (datagram[last] ?? 0) ^ 1;
      back.send(datagram, made.address.port, made.address.address);
    });
    const keys = hostKeys();
    const { bytes } = issue({ registered: made.registered, address: relay }, keys);
    expect(await codeOf(respondToLandmark(bytes, keys, { signal, resendMs: 10 }))).toBe('landmark_silent');
    expect(new Set(made.seen)).toEqual(new Set(['began', 'dropped transcript']));
  });

  it('tries the next address where one is dead or silent', async () => {
    const { address, registered } = await world();
    const keys = hostKeys();
    const silent = await station(() => {});
    const { bytes } = issue({ registered, address }, keys, {
      addresses: [await deserted(), silent, address],
    });
    await expect(respondToLandmark(bytes, keys, options)).resolves.toBeInstanceOf(Uint8Array);
  });

  it('says so where nobody answers at all', async () => {
    const { registered } = await world();
    const keys = hostKeys();
    for (const address of [await deserted(), await station(() => {})]) {
      const { bytes } = issue({ registered, address }, keys);
      expect(await codeOf(respondToLandmark(bytes, keys, options))).toBe('landmark_silent');
    }
  });

  it('takes a refusal as the landmark’s word', async () => {
    const made = await world();
    const keys = hostKeys();
    const { bytes } = issue(made, keys, {}, generateKeyPairSync('ed25519').privateKey);
    await expect(respondToLandmark(bytes, keys, options)).rejects.toMatchObject({
      code: 'landmark_refused',
      actual: 'permit',
    });
  });

  it('does not begin with a permit that is none, or not for its keys', async () => {
    const made = await world();
    const keys = hostKeys();
    const { bytes } = issue(made, keys);
    expect(await codeOf(respondToLandmark(bytes.subarray(1), keys, options))).toBe('permit_unusable');
    expect(await codeOf(respondToLandmark(bytes, hostKeys(), options))).toBe('permit_unusable');
    const exchange = hostKeys().exchange;
    expect(await codeOf(respondToLandmark(bytes, { ...keys, exchange }, options))).toBe('permit_unusable');
    expect(made.seen).toEqual([]);
  });

  it('ends when it is told to', async () => {
    const { registered } = await world();
    const keys = hostKeys();
    const ending = new AbortController();
    const address = await station(() => ending.abort(new Error('enough')));
    const { bytes } = issue({ registered, address }, keys);
    await expect(respondToLandmark(bytes, keys, { signal: ending.signal })).rejects.toThrow('enough');
    await expect(respondToLandmark(bytes, keys, { signal: ending.signal })).rejects.toThrow('enough');
  });

  /** A landmark of the test's own, up to its list of rounds. */
  const impostor = async (
    key = generateKeyPairSync('ed25519').privateKey,
    transcript = new Uint8Array(32),
  ) => {
    const keys = hostKeys();
    const ephemeral = generateKeyPairSync('x25519').privateKey;
    let permit: Permit | null = null;
    const replies: Buffer[] = [];
    const address = await station((datagram, send) => {
      const name = messageName(datagram);
      if (permit === null) return;
      const context = probeContext(permit);
      if (name === 'open') send(encodeCookie(parseOpen(datagram), new Uint8Array(24)));
      if (name === 'hello') {
        parseHello(datagram);
        send(signWelcome(context, rawPublicKey(ephemeral), datagram, key));
      }
      if (name === 'reply') replies.push(datagram);
      if (name !== 'ready') return;
      const publics = { host: permit.exchangeKey, landmark: rawPublicKey(ephemeral) };
      const agreed = agreeKeys(ephemeral, permit.exchangeKey, context, publics);
      const probe = new ProbeWriter(context);
      probe.fill(0, new Uint8Array(32));
      send(probe.datagram);
      send(probe.datagram);
      send(sealRounds(context, agreed, { sent: 1, valid: [0] }, transcript));
    });
    const registered = {
      id: 'impostor',
      key: rawPublicKey(key),
      controlGroup: 'x',
      place: { latitude: 0, longitude: 0 },
      uncertaintyMeters: 1,
    };
    return {
      keys,
      replies,
      permit: (changes: Partial<Permit> = {}): Uint8Array => {
        const issued = issue({ registered, address }, keys, changes);
        permit = issued.permit;
        return issued.bytes;
      },
    };
  };

  it('speaks with nobody who lacks the key that its permit pins', async () => {
    const { keys, permit, replies } = await impostor();
    const other = rawPublicKey(generateKeyPairSync('ed25519').privateKey);
    expect(await codeOf(respondToLandmark(permit({ landmarkKey: other }), keys, options))).toBe(
      'landmark_unproven',
    );
    expect(replies).toEqual([]);
  });

  it('signs no list of rounds that it did not answer so, and answers each probe once', async () => {
    const { keys, permit, replies } = await impostor();
    expect(await codeOf(respondToLandmark(permit(), keys, options))).toBe('landmark_disputed');
    expect(replies.length).toBeLessThanOrEqual(1);
  });
});
