import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { serveSubject } from './subject.ts';

/** The least that a Koa application can do: the baseline for everything that is served. */
const app = new Koa();
app.use((context) => {
  context.body = '{}';
});
const server = app.listen(0, '127.0.0.1', () => {
  // A server that listens on a TCP port has an address of this form.
  serveSubject(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  process.disconnect();
});
