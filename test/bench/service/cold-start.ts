import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median, type Row, row } from '../row.ts';
import { inTemporaryFolder } from '../temporary.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../src/cli/sextant.mjs');
const STARTS = 5;
const MOST_SECONDS = 2;
const PATIENCE_MS = 60_000;

/** From `sextant serve` on a data folder of before to the first 200 of /readyz, by the clock: the median of some starts. */
export async function coldStart(): Promise<Row> {
  const seconds = await inTemporaryFolder(async (folder) => {
    const data = join(folder, 'data');
    await startOnce(data); // makes the folder
    const all: number[] = [];
    while (all.length < STARTS) all.push(await startOnce(data));
    return median(all);
  });
  return row('service: cold start, of 2 s', seconds, 's', MOST_SECONDS);
}

async function startOnce(data: string): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--data', data, '--port', `${port}`], {
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  try {
    await ready(`http://127.0.0.1:${port}/readyz`, started + PATIENCE_MS);
    return (performance.now() - started) / 1000;
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

async function ready(url: string, until: number): Promise<void> {
  while (performance.now() < until) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 200) return;
    await delay(5);
  }
  throw new Error('it did not become ready');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
