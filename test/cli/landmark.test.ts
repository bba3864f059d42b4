import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { respondToLandmark } from '../../src/agent/location/respond.ts';
import { verifyReceipt } from '../../src/location/probe/index.ts';
import { BERLIN, hostKeys, ISSUER, issue, permitKeySet } from '../landmark/world.ts';
import { sextant } from './in-process.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-landmark-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('sextant landmark', () => {
  it('makes a key once, and shows its public half', async () => {
    const made = await sextant('landmark', 'key', '--key', join(folder, 'shown.pem'));
    expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/) });
    const shown = await sextant('landmark', 'key', '--key', join(folder, 'shown.pem'));
    expect(shown).toEqual({ status: 0, stdout: made.stdout, stderr: '' });
  });

  it.each([
    [['--place', '91,0'], 'latitude and longitude'],
    [['--place', '52.52'], 'latitude and longitude'],
    [['--uncertainty', '0'], 'at least 1'],
    [['--uncertainty', '1.5'], 'at least 1'],
    [['--listen', 'localhost:4600'], 'an address and a port'],
    [['--listen', '2001:db8::1:4600'], 'an address and a port'],
    [['--listen', '127.0.0.1:70000'], 'an address and a port'],
  ])('refuses %s, and says what it takes', async (words, says) => {
    const { status, stderr } = await sextant('landmark', 'run', ...words);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });

  it('measures a host, says how it is, and stops when it is told to', async () => {
    const key = join(folder, 'landmark.pem');
    const { stdout } = await sextant('landmark', 'key', '--key', key);
    writeFileSync(join(folder, 'keys.json'), permitKeySet);
    const entry = resolve(import.meta.dirname, '../../src/cli/sextant.mjs');
    const words = [
      'landmark',
      'run',
      '--id',
      'berlin-1',
      '--key',
      key,
      '--place',
      '52.52,13.405',
      '--uncertainty',
      '25',
    ];
    const more = [
      '--listen',
      '127.0.0.1:0',
      '--verifier',
      `${ISSUER}=${join(folder, 'keys.json')}`,
      '--status-port',
      '0',
    ];
    const child = spawn(process.execPath, [entry, ...words, ...more, '--clock-skew', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stdout.on('data', (piece) => {
      log += piece;
    });
    const [line] = await once(child.stderr, 'data');
    const [, port, status] = /127\.0\.0\.1:(\d+);.*(http:\S+)/.exec(String(line)) ?? [];
    expect((await fetch(String(status))).status).toBe(200);

    const registered = {
      id: 'berlin-1',
      key: new Uint8Array(Buffer.from(stdout.trim(), 'base64url')),
      controlGroup: 'a',
      place: BERLIN,
      uncertaintyMeters: 25,
    };
    const keys = hostKeys();
    const { bytes, permit } = issue(
      { registered, address: { address: '127.0.0.1', port: Number(port) } },
      keys,
    );
    const receipt = await respondToLandmark(bytes, keys, { signal: new AbortController().signal });
    const context = { permit, landmark: registered, at: new Date(), graceMs: 0, clockSkewMs: 0 };
    expect(verifyReceipt(receipt, context).bound?.rttNs).toBeGreaterThan(0);

    const ended = once(child, 'close');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    const lines = log
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(lines.map(({ msg }) => msg)).toEqual(['landmark listens', 'measurement', 'landmark stopped']);
  });
});
