import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import { refuseEverybody } from '../../src/http/middleware/authorise.ts';
import { everyTime } from '../../src/http/middleware/once.ts';
import type { Route } from '../../src/http/route.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/http/server.ts';

/** A server for the routes of one test, on any free port, that holds every answer against its schema. */
export function serveRoutes(
  routes: readonly Route[],
  options: Partial<Omit<ServerOptions, 'routes'>> = {},
): Promise<RunningServer> {
  return startServer({
    routes,
    host: '127.0.0.1',
    port: 0,
    authenticators: refuseEverybody,
    once: everyTime,
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
    checkReplies: true,
    ...options,
  });
}

/** Bytes sent as they stand and whatever came back until the server closed: for what no HTTP client would send. */
export async function exchangeRaw(server: RunningServer, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  for (const piece of pieces) socket.write(piece);
  await once(socket, 'close');
  return answer;
}
