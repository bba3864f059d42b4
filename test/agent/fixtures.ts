import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type DataFolder, openDataFolder } from '../../src/agent/folder.ts';
import type { Pace } from '../../src/agent/repeat.ts';

/** A data folder that is gone when the test is. */
export function temporaryFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'sextant-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return openDataFolder(join(path, 'agent'));
}

export type FakePace = Pace & {
  /** What was slept, in order, in milliseconds. */
  readonly slept: number[];
  /** Moves the clock without anybody sleeping. */
  readonly pass: (ms: number) => void;
};

/** A clock that moves only when somebody sleeps, and chance that always says the same. */
export function fakePace(chance = 0.5, start = Date.UTC(2026, 5, 1)): FakePace {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    clock: () => new Date(now),
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
    random: () => chance,
    pass: (ms) => {
      now += ms;
    },
  };
}

export type Received = { readonly request: IncomingMessage; readonly body: Buffer };

/** A server on loopback that answers as told and remembers what it was asked; closed when the test is finished. */
export async function localServer(
  answer: (response: ServerResponse, received: Received, count: number) => void,
): Promise<{ readonly address: URL; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry = { request, body: Buffer.concat(chunks) };
      received.push(entry);
      answer(response, entry, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return { address: new URL(`http://127.0.0.1:${port}/`), received };
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
