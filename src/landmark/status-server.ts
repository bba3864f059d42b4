import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type StatusPages = {
  /** Whether it can measure, and why not. */
  readonly health: () => { readonly ok: boolean; readonly body: object };
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly mesh: () => readonly object[];
};

export type StatusServer = { readonly url: string; readonly close: () => Promise<void> };

/**
 * `/healthz`, `/metrics` and `/mesh`, on loopback alone: for this machine's own monitoring, and no other.
 * @throws the system's error where the port is taken
 */
export async function startStatusServer(port: number, pages: StatusPages): Promise<StatusServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    void answer(request.method ?? '', request.url ?? '', pages, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${bound.port}`,
    close: async () => {
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

async function answer(
  method: string,
  path: string,
  pages: StatusPages,
  response: ServerResponse,
): Promise<void> {
  const json = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  if (method !== 'GET') return json(405, { code: 'method_not_allowed' });
  if (path === '/healthz') {
    const { ok, body } = pages.health();
    return json(ok ? 200 : 503, body);
  }
  if (path === '/mesh') return json(200, { receipts: pages.mesh() });
  if (path !== '/metrics') return json(404, { code: 'not_found' });
  const { contentType, text } = await pages.metrics();
  response.writeHead(200, { 'content-type': contentType });
  response.end(text);
}
