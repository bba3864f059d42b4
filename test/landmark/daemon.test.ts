import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { respondToLandmark } from '../../src/agent/location/respond.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/landmark/daemon.ts';
import { makeLandmarkKey, readLandmarkKey } from '../../src/landmark/key-file.ts';
import { type MeshReceipt, meshIssuer, parsePeers } from '../../src/landmark/mesh.ts';
import { parseKeySet } from '../../src/landmark/permit-keys.ts';
import { parsePermit, rawPublicKey, verifyReceipt } from '../../src/location/probe/index.ts';
import { BERLIN, hostKeys, ISSUER, issue, kidOf, LIMITS, permitKey } from './world.ts';

const x = (key: typeof permitKey): string => Buffer.from(rawPublicKey(key)).toString('base64url');
const jwk = (key: typeof permitKey) => ({
  kty: 'OKP',
  crv: 'Ed25519',
  alg: 'Ed25519',
  use: 'sig',
  kid: kidOf(key),
  x: x(key),
});
const keySet = JSON.stringify({ keys: [jwk(permitKey)] });
const signal = new AbortController().signal;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-landmark-'));
  writeFileSync(join(folder, 'keys.json'), keySet);
});
afterAll(() => rmSync(folder, { recursive: true }));

let daemons: Daemon[] = [];
afterEach(async () => {
  await Promise.all(daemons.map((daemon) => daemon.close()));
  daemons = [];
});

const lines: { msg: string; [member: string]: unknown }[] = [];
const log = pino({ level: 'debug', base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });

async function daemon(changes: Partial<DaemonOptions> = {}): Promise<Daemon> {
  lines.length = 0;
  const made = await startDaemon({
    identity: {
      id: 'berlin-1',
      key: generateKeyPairSync('ed25519').privateKey,
      place: BERLIN,
      uncertaintyMeters: 25,
      clockErrorPpm: 100,
    },
    listen: [{ address: '127.0.0.1', port: 0 }],
    verifiers: [{ issuer: ISSUER, source: { file: join(folder, 'keys.json') } }],
    peers: [],
    meshEveryMs: 10_000,
    statusPort: 0,
    limits: LIMITS,
    log,
    ...changes,
  });
  daemons.push(made);
  return made;
}

const boundOf = ({ bound }: Daemon) => {
  const [address] = bound;
  if (address === undefined) throw new Error('it listens');
  return address;
};

describe('the landmark daemon', () => {
  it('measures whom a trusted verifier permits, counts it, logs it and says how it is', async () => {
    const key = generateKeyPairSync('ed25519').privateKey;
    const identity = { id: 'berlin-1', key, place: BERLIN, uncertaintyMeters: 25, clockErrorPpm: 100 };
    const running = await daemon({ identity });
    const keys = hostKeys();
    const registered = { ...identity, key: rawPublicKey(key), controlGroup: 'a' };
    const { bytes, permit } = issue({ registered, address: boundOf(running) }, keys);
    await respondToLandmark(bytes, keys, { signal });
    const health = await fetch(`${running.statusUrl}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({
      ok: true,
      id: 'berlin-1',
      permitKeys: 1,
      underWay: 0,
      stopping: false,
    });
    const metrics = await (await fetch(`${running.statusUrl}/metrics`)).text();
    expect(metrics).toContain('sextant_landmark_measurements_total{outcome="measured"} 1');
    expect(metrics).toContain('sextant_landmark_rounds_total{result="valid"} 24');
    expect(lines.find(({ msg }) => msg === 'measurement')).toMatchObject({
      outcome: 'measured',
      jti: permit.jti,
      sent: 24,
      valid: 24,
    });
    expect((await fetch(`${running.statusUrl}/nothing`)).status).toBe(404);
    expect((await fetch(`${running.statusUrl}/healthz`, { method: 'POST' })).status).toBe(405);
  });

  it('asks a verifier for its keys, says that it cannot measure without, and follows when they change', async () => {
    let answer = '{"keys":[]}';
    const server = createServer((_request, response) => response.end(answer));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const url = new URL(`http://127.0.0.1:${port}/.well-known/permit-keys.json`);
    const verifiers = [{ issuer: ISSUER, source: { url } }];
    try {
      const without = await daemon({ verifiers });
      expect((await fetch(`${without.statusUrl}/healthz`)).status).toBe(503);
      expect(lines.some(({ msg }) => msg === 'permit keys were not had')).toBe(true);
      answer = keySet;
      const having = await daemon({ verifiers });
      expect((await fetch(`${having.statusUrl}/healthz`)).status).toBe(200);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('is measured by its peers, who believe it about itself alone', async () => {
    const identityOf = (id: string) => ({
      id,
      key: generateKeyPairSync('ed25519').privateKey,
      place: BERLIN,
      uncertaintyMeters: 25,
      clockErrorPpm: 100,
    });
    const [a, b] = [identityOf('a'), identityOf('b')];
    const peerOf = ({ id, key }: typeof a, at: Daemon | null) => ({
      id,
      key: rawPublicKey(key),
      addresses: at === null ? [{ address: '127.0.0.1', port: 9 }] : [boundOf(at)],
    });
    // a knows b and never reaches it; b is measured by a.
    const first = await daemon({ identity: a, peers: [peerOf(b, null)], meshEveryMs: 3_600_000 });
    const second = await daemon({ identity: b, peers: [peerOf(a, first)], meshEveryMs: 3_600_000 });
    let receipts: MeshReceipt[] = [];
    while (receipts.length === 0) {
      const answer = await fetch(`${second.statusUrl}/mesh`);
      ({ receipts } = (await answer.json()) as { receipts: MeshReceipt[] });
    }
    const [mesh] = receipts;
    const permit = parsePermit(Buffer.from(mesh?.permit ?? '', 'base64url')).content.permit;
    expect(permit).toMatchObject({ issuer: meshIssuer('b'), hostId: 'b', landmarkId: 'a' });
    const landmark = { ...a, key: rawPublicKey(a.key), controlGroup: 'a' };
    const context = { permit, landmark, at: new Date(), graceMs: 0, clockSkewMs: 0 };
    const { bound } = verifyReceipt(Buffer.from(mesh?.receipt ?? '', 'base64url'), context);
    expect(bound?.rttNs).toBe(mesh?.rttNs);
    // b's key permits nothing but b.
    const keys = hostKeys();
    const { bytes } = issue(
      { registered: landmark, address: boundOf(first) },
      keys,
      { issuer: meshIssuer('b') },
      b.key,
    );
    await expect(respondToLandmark(bytes, keys, { signal })).rejects.toMatchObject({ actual: 'permit' });
    expect(lines.find(({ msg }) => msg === 'refused')).toMatchObject({ check: 'permit.self' });
  });

  it('does not start on an address that is taken', async () => {
    const first = await daemon();
    const refused = startDaemon({
      identity: { id: 'x', key: permitKey, place: BERLIN, uncertaintyMeters: 1, clockErrorPpm: 0 },
      listen: first.bound,
      verifiers: [{ issuer: ISSUER, source: { file: join(folder, 'keys.json') } }],
      peers: [],
      meshEveryMs: 1,
      statusPort: 0,
      limits: {},
      log,
    });
    await expect(refused).rejects.toMatchObject({ code: 'listen_failed' });
  });
});

describe('what a landmark is given', () => {
  it.each<[string, string]>([
    ['no JSON', '{'],
    ['no set', '{"keys":{}}'],
    ['an empty set', '{"keys":[]}'],
    ['keys of another kind alone', '{"keys":[{"kty":"EC","crv":"P-256"}]}'],
    ['a key that is none', JSON.stringify({ keys: [{ ...jwk(permitKey), x: 'AA', kid: undefined }] })],
    ['a key under another’s id', JSON.stringify({ keys: [{ ...jwk(permitKey), kid: 'x' }] })],
  ])('is no set of permit keys: %s', (_, text) => {
    expect(() => parseKeySet(ISSUER, text)).toThrow(
      expect.objectContaining({ code: 'permit_keys_unusable' }),
    );
  });

  it('is a key of its owner’s alone', () => {
    const path = join(folder, 'landmark.pem');
    const key = makeLandmarkKey(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(rawPublicKey(readLandmarkKey(path))).toEqual(rawPublicKey(key));
    expect(() => makeLandmarkKey(path)).toThrow(expect.objectContaining({ code: 'key_unreadable' }));
    chmodSync(path, 0o640);
    expect(() => readLandmarkKey(path)).toThrow(expect.objectContaining({ code: 'key_exposed' }));
    const other = join(folder, 'x25519.pem');
    writeFileSync(other, hostKeys().exchange.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    expect(() => readLandmarkKey(other)).toThrow(expect.objectContaining({ code: 'key_unreadable' }));
    expect(() => readLandmarkKey(join(folder, 'none'))).toThrow(
      expect.objectContaining({ code: 'key_unreadable' }),
    );
  });

  it('is a list of peers as they are registered', () => {
    const peer = {
      name: 'a',
      key: x(permitKey),
      addresses: [{ address: '192.0.2.1', port: 4600 }],
      country: 'DE',
    };
    expect(parsePeers(JSON.stringify([peer]))).toEqual([
      { id: 'a', key: rawPublicKey(permitKey), addresses: peer.addresses },
    ]);
    for (const text of [
      '',
      '{}',
      '[{}]',
      JSON.stringify([{ ...peer, key: '!' }]),
      JSON.stringify([{ ...peer, key: 'AA' }]),
    ]) {
      expect(() => parsePeers(text)).toThrow(expect.objectContaining({ code: 'peers_unusable' }));
    }
  });
});
