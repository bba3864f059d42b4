import { type ChildProcess, fork } from 'node:child_process';
import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { privateKeyFolder } from '../../../src/service/keys/private-keys.ts';
import { openRotatingKeys } from '../../../src/service/keys/rotating-keys.ts';
import { openTestStore } from '../../postgres/choice.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const KILLS = Math.ceil(Number(process.env['SEXTANT_KILLS'] ?? 10) / 2);
/** Some dozens of rotations. */
const LONGEST_MS = 150;

type Told = { readonly kid: string; readonly nowMs: number };

it(`keeps a usable key through ${KILLS} kills while it rotates, and forgets no rotation that it acknowledged`, {
  timeout: 120_000 + KILLS * 20_000,
}, async () => {
  const folder = temporaryFolder();
  let nowMs = Date.parse('2026-03-01T12:00:00Z');
  for (let kill = 0; kill < KILLS; kill++) {
    const told = await rotateUntilKilled(folder, nowMs);
    const last = told.at(-1);
    nowMs = (last?.nowMs ?? nowMs) + 7_200_000;
    const store = await openTestStore({ folder });
    const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
    const clock = (): Date => new Date(nowMs);
    const privateKeys = privateKeyFolder(join(folder, 'keys', 'ear'));
    const keys = await openRotatingKeys({ store, clock, random, purpose: 'ear', privateKeys }, 1000);
    const signing = keys.signing(clock());
    const published = keys.published(clock()).find(({ kid }) => kid === signing.kid);
    const message = randomBytes(8);
    const publicKey = createPublicKey({ key: published?.jwk ?? {}, format: 'jwk' });
    expect(verify('sha256', message, publicKey, sign('sha256', message, signing.privateKey))).toBe(true);
    expect(keys.schedule().map(({ kid }) => kid)).toEqual(expect.arrayContaining(told.map(({ kid }) => kid)));
    await store.close();
  }
});

async function rotateUntilKilled(folder: string, fromMs: number): Promise<readonly Told[]> {
  const child = fork(resolve(import.meta.dirname, 'children/rotate.ts'), [folder, String(fromMs)]);
  onTestFinished(() => void end(child));
  const told: Told[] = [];
  child.on('message', (message: Told) => void told.push(message));
  await once(child, 'message');
  await delay(Math.random() * LONGEST_MS);
  await end(child);
  return told;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // What it said last may be read after its end: the channel is closed when all of it was.
  const gone = Promise.all(['exit', 'disconnect'].map((event) => once(child, event)));
  child.kill('SIGKILL');
  await gone;
}
