import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on this machine alone; answers address and port once it does. */
export async function listening(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
}
