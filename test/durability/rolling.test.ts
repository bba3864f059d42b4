import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, hash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { hold, type Possession, shown } from '../http/possession.ts';
import { describeWithPostgres, newDatabase } from '../postgres/shared.ts';
import { temporaryFolder } from '../store/temporary.ts';

const ENTRY = resolve(import.meta.dirname, '../../src/cli/sextant.mjs');
const PUBLIC_URL = 'https://verifier.example';
/** A hundred looks of the balancer, of which it needs three: a busy machine is late with some, and stands still for a while. */
const DRAIN_SECONDS = 5;
const LOOK_MS = 50;
/** As deployments have it: one late answer of a busy machine takes nobody out. */
const MISSES = 3;
const PAUSE_MS = 20;

type Replica = { readonly url: string; readonly process: ChildProcess; readonly agent: Agent };

/** `sextant serve` as it is deployed: one of several on a database, with a while to drain. */
async function startReplica(folder: string, name: string, database: string): Promise<Replica> {
  const options = [
    '--keys',
    join(folder, 'keys'),
    '--public-url',
    PUBLIC_URL,
    '--log-origin',
    'rolling.test/log',
  ];
  const child = spawn(
    process.execPath,
    [
      ENTRY,
      'serve',
      ...['--data', join(folder, name), '--database', database, '--port', '0', '--workers', '0'],
      ...['--drain', String(DRAIN_SECONDS), '--log-level', 'error', '--collateral', 'offline'],
      ...options,
    ],
    { stdio: ['ignore', 'inherit', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    const url = /serves on (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) return { url, process: child, agent: new Agent({ keepAlive: true }) };
  }
  throw new Error('the verifier did not come up');
}

/** One request over connections that are kept, as a proxy sends it; a connection that breaks is a failure. */
function ask(
  { url, agent }: Replica,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<number> {
  return new Promise((done, fail) => {
    const sent = request(`${url}${path}`, { method, agent, headers }, (answer) => {
      answer.resume().once('end', () => done(answer.statusCode ?? 0));
    });
    sent.once('error', fail);
    sent.end(body);
  });
}

/** The administrator's token and its key, as the first start wrote them. */
function administrator(folder: string): string {
  const privateKey = createPrivateKey(readFileSync(join(folder, 'admin.key')));
  const { crv, kty, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  const jwk = { crv, kty, x, y };
  const key: Possession = { privateKey, jwk, jkt: hash('sha256', JSON.stringify(jwk), 'base64url') };
  return hold(readFileSync(join(folder, 'admin.token'), 'utf8').trim(), key);
}

describeWithPostgres('a verifier that is replaced by another', () => {
  it('fails no request of whoever follows their readiness', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const database = await newDatabase();
    const replicas = [await startReplica(folder, 'first', database)];
    const token = administrator(join(folder, 'first'));
    let ready: readonly Replica[] = [...replicas];
    let ended = false;

    const misses = new Map(replicas.map((replica) => [replica, 0]));
    const look = async (): Promise<void> => {
      while (!ended) {
        const seen = await Promise.all(
          replicas.map(async (replica) => (await ask(replica, 'GET', '/readyz').catch(() => 0)) === 200),
        );
        for (const [index, replica] of replicas.entries())
          misses.set(replica, seen[index] === true ? 0 : (misses.get(replica) ?? MISSES) + 1);
        ready = replicas.filter((replica) => (misses.get(replica) ?? MISSES) < MISSES);
        await delay(LOOK_MS);
      }
    };

    const failures: string[] = [];
    let answered = 0;
    const load = async (worker: number): Promise<void> => {
      for (let turn = 0; !ended; turn++) {
        const replica = ready[turn % Math.max(1, ready.length)];
        const path = turn % 3 === 0 ? '/v1/principals' : '/.well-known/jwks.json';
        const body = JSON.stringify({ name: `${worker}-${turn}`, role: 'auditor', tenant: 'bureau' });
        const proof = { method: 'POST', url: `${PUBLIC_URL}${path}`, now: new Date() };
        const asking =
          replica === undefined
            ? Promise.reject(new Error('nobody is ready'))
            : turn % 3 === 0
              ? ask(
                  replica,
                  'POST',
                  path,
                  { ...shown(token, proof), 'content-type': 'application/json' },
                  body,
                )
              : ask(replica, 'GET', path);
        const status = await asking.catch((error: unknown) => String(error));
        if (status === 200 || status === 201) answered++;
        else failures.push(`${path}: ${status}`);
        await delay(PAUSE_MS);
      }
    };

    const running = [look(), ...[0, 1, 2].map(load)];
    const next = await startReplica(folder, 'second', database);
    replicas.push(next);
    while (!ready.includes(next)) await delay(LOOK_MS);
    const [old] = replicas;
    old?.process.kill('SIGTERM');
    expect(await once(old?.process as ChildProcess, 'exit')).toEqual([0, null]);
    replicas.shift();
    const before = answered;
    while (answered < before + 10 && failures.length === 0) await delay(LOOK_MS);
    ended = true;
    await Promise.all(running);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(20);
    process.stdout.write(`${answered} requests answered over a replacement\n`);
  });
});
