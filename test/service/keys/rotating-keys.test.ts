import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RotatingKeys } from '../../../src/service/context.ts';
import { privateKeyFolder } from '../../../src/service/keys/private-keys.ts';
import { openRotatingKeys } from '../../../src/service/keys/rotating-keys.ts';
import { PUBLISH_AHEAD_MS, standbyOf, stateAt } from '../../../src/service/keys/schedule.ts';
import type { Store } from '../../../src/store/port.ts';
import { serviceStore } from '../../store/temporary.ts';

const LIFE = 7_500_000;

async function begin() {
  const { store, folder } = await serviceStore();
  const clock = { ms: Date.parse('2026-03-01T12:00:00Z') };
  const keysFolder = join(folder, 'keys', 'ear');
  const open = (through: Store = store, life = LIFE): Promise<RotatingKeys> =>
    openRotatingKeys(
      {
        store: through,
        clock: () => new Date(clock.ms),
        random: (length) => new Uint8Array(randomBytes(length)),
        purpose: 'ear',
        privateKeys: privateKeyFolder(keysFolder),
      },
      life,
    );
  const now = (): Date => new Date(clock.ms);
  const states = (keys: RotatingKeys): string[] =>
    keys.schedule().map((row) => stateAt(keys.schedule(), row, clock.ms));
  return { store, keysFolder, open, clock, now, states };
}

const request = { by: 'prn_1', reason: 'test', compromised: false };
const kids = (keys: RotatingKeys, at: Date): string[] => keys.published(at).map(({ kid }) => kid);
/** What was signed with the key of an instant verifies under the key set of another. */
function verifies(keys: RotatingKeys, signedBy: ReturnType<RotatingKeys['signing']>, at: Date): boolean {
  const message = randomBytes(16);
  const published = keys.published(at).find(({ kid }) => kid === signedBy.kid);
  if (published === undefined) return false;
  const publicKey = createPublicKey({ key: published.jwk, format: 'jwk' });
  return verify('sha256', message, publicKey, sign('sha256', message, signedBy.privateKey));
}

describe('keys that rotate', () => {
  it('are at the first start one that signs and one held ready, both published', async () => {
    const { open, now, states } = await begin();
    const keys = await open();
    expect(states(keys)).toEqual(expect.arrayContaining(['signing', 'next']));
    expect(kids(keys, now())).toHaveLength(2);
    expect(verifies(keys, keys.signing(now()), now())).toBe(true);
    expect((await open()).signing(now()).kid).toBe(keys.signing(now()).kid);
  });

  it('give way to one that was published for an hour, and stay published for as long as they are needed', async () => {
    const { open, clock, now } = await begin();
    const keys = await open();
    const old = keys.signing(now());
    clock.ms += 60_000;
    await keys.rotate(request);
    expect(keys.signing(now()).kid).toBe(old.kid);
    await expect(keys.rotate(request)).rejects.toMatchObject({ code: 'conflict' });
    clock.ms += PUBLISH_AHEAD_MS - 60_000 - 1;
    expect(keys.signing(now()).kid).toBe(old.kid);
    clock.ms += 1;
    const turned = keys.signing(now());
    expect(turned.kid).not.toBe(old.kid);
    expect(verifies(keys, turned, now())).toBe(true);
    clock.ms += LIFE;
    expect(verifies(keys, old, now())).toBe(true);
    clock.ms += 300_000;
    expect(kids(keys, now())).not.toContain(old.kid);
  });

  it('keep an old key published for as long as its tokens were good for, though new ones end sooner', async () => {
    const { open, store, clock, now } = await begin();
    const old = (await open(store, 10 * LIFE)).signing(now());
    const keys = await open(store, LIFE);
    clock.ms += PUBLISH_AHEAD_MS;
    await keys.rotate(request);
    clock.ms += 9 * LIFE;
    expect(verifies(keys, old, now())).toBe(true);
    clock.ms += 2 * LIFE;
    expect(kids(keys, now())).not.toContain(old.kid);
  });

  it('are all given up where they are compromised, and others sign at once', async () => {
    const { open, keysFolder, clock, now } = await begin();
    const keys = await open();
    clock.ms += PUBLISH_AHEAD_MS;
    await keys.rotate(request);
    const before = kids(keys, now());
    await keys.rotate({ ...request, compromised: true });
    const after = kids(keys, now());
    expect(after).toHaveLength(2);
    expect(after.filter((kid) => before.includes(kid))).toEqual([]);
    expect(verifies(keys, keys.signing(now()), now())).toBe(true);
    expect(readdirSync(keysFolder).sort()).toEqual(after.map((kid) => `${kid}.pem`).sort());
  });

  it('lie in files of their owner alone, and no longer than they may sign', async () => {
    const { open, keysFolder, clock, now } = await begin();
    const keys = await open();
    const old = keys.signing(now()).kid;
    expect(readdirSync(keysFolder).map((name) => statSync(join(keysFolder, name)).mode & 0o777)).toEqual([
      0o600, 0o600,
    ]);
    clock.ms += PUBLISH_AHEAD_MS;
    await keys.rotate(request);
    expect(existsSync(join(keysFolder, `${old}.pem`))).toBe(false);
    // What a crash left behind between a key's making and its row goes with a later start; a new one may be another process's.
    for (const name of ['old.pem', 'new.pem']) writeFileSync(join(keysFolder, name), 'x');
    const longAgo = new Date(Date.now() - 7_200_000);
    utimesSync(join(keysFolder, 'old.pem'), longAgo, longAgo);
    await open();
    expect(existsSync(join(keysFolder, 'old.pem'))).toBe(false);
    expect(existsSync(join(keysFolder, 'new.pem'))).toBe(true);
  });

  it('are replaced where the private half is gone, and what it signed still verifies', async () => {
    const { open, keysFolder, now, states, clock } = await begin();
    const old = (await open()).signing(now());
    clock.ms += 1000;
    rmSync(join(keysFolder, `${old.kid}.pem`));
    const keys = await open();
    expect(keys.signing(now()).kid).not.toBe(old.kid);
    expect(verifies(keys, old, now())).toBe(true);
    expect(states(keys).sort()).toEqual(['next', 'retired', 'signing']);
  });

  it('are those of every process on a store, once it has looked again', async () => {
    const { open, clock, now } = await begin();
    const [one, other] = [await open(), await open()];
    const old = one.signing(now()).kid;
    clock.ms += PUBLISH_AHEAD_MS;
    await one.rotate({ ...request, expected: old });
    expect(other.signing(now()).kid).toBe(old);
    await other.reload();
    expect(other.signing(now()).kid).toBe(one.signing(now()).kid);
    expect(verifies(one, other.signing(now()), now())).toBe(true);
    clock.ms += 60_000;
    await one.rotate({ ...request, compromised: true });
    await other.reload();
    expect(kids(other, now())).toEqual(kids(one, now()));
    expect(verifies(one, other.signing(now()), now())).toBe(true);
  });

  it('take their turn once, though two processes find it due', async () => {
    const { open, clock, now } = await begin();
    const [one, other] = [await open(), await open()];
    const expected = one.signing(now()).kid;
    clock.ms += PUBLISH_AHEAD_MS;
    await one.rotate({ ...request, expected });
    await expect(other.rotate({ ...request, expected })).rejects.toMatchObject({ code: 'conflict' });
    await other.reload();
    expect(kids(other, now())).toEqual(kids(one, now()));
  });

  it('do not sign where the private half is another folder’s, and say so', async () => {
    const { open, clock, now, keysFolder } = await begin();
    const [one, other] = [await open(), await open()];
    clock.ms += PUBLISH_AHEAD_MS;
    await one.rotate({ ...request, compromised: true });
    rmSync(keysFolder, { recursive: true });
    await other.reload();
    expect(() => other.signing(now())).toThrow(expect.objectContaining({ code: 'store_unavailable' }));
  });

  it('get another one held ready where that one is gone', async () => {
    const { open, keysFolder, now } = await begin();
    const first = await open();
    const [signing, lost] = [first.signing(now()).kid, standbyOf(first.schedule())?.kid];
    rmSync(join(keysFolder, `${lost}.pem`));
    const keys = await open();
    expect(keys.signing(now()).kid).toBe(signing);
    expect(kids(keys, now())).not.toContain(lost);
    expect(kids(keys, now())).toHaveLength(2);
  });

  it('are as they were where a rotation is not committed', async () => {
    const { open, store, clock, now } = await begin();
    let powered = true;
    const failing: Store = {
      ...bound(store),
      write: (work) =>
        store.write(async (tx) => {
          const done = await work(tx);
          if (!powered) throw new Error('the power is gone');
          return done;
        }),
    };
    const keys = await open(failing);
    clock.ms += PUBLISH_AHEAD_MS;
    const before = kids(keys, now());
    powered = false;
    await expect(keys.rotate(request)).rejects.toThrow('the power is gone');
    const again = await open();
    expect(kids(again, now())).toEqual(before);
    expect(verifies(again, again.signing(now()), now())).toBe(true);
  });
});

function bound(store: Store): Store {
  return {
    write: store.write.bind(store),
    read: store.read.bind(store),
    first: store.first.bind(store),
    highWater: store.highWater.bind(store),
    ping: store.ping.bind(store),
    tend: store.tend.bind(store),
    processes: store.processes.bind(store),
    close: store.close.bind(store),
  };
}
