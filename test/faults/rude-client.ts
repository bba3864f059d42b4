import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A connection to a server, errors unheard: being cut is what is waited for. */
export async function reach(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Resolves once a socket has closed, by an error too. */
function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** As many connections, each of which asked once and stays: opened a few at a time. */
export async function reachTimes(url: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(100, count - sockets.length) }, () => greeted(url));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

async function greeted(url: string): Promise<Socket> {
  const socket = await reach(url);
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'data');
  return socket.resume();
}

/** What became of bytes that were sent on and on. */
export type Poured = {
  /** What the server said until it closed. */
  readonly answer: string;
  /** Bytes of the body that left this process. */
  readonly sent: number;
};

const CHUNK = Buffer.alloc(64 * 1024, 0x20);

/** Sends a head, and a body of `size` bytes, until all is sent or the server closes. */
export async function pour(url: string, head: string, size: number, chunked: boolean): Promise<Poured> {
  const socket = await reach(url);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  const closed = gone(socket);
  socket.write(head);
  const headBytes = socket.bytesWritten;
  const piece = chunked
    ? Buffer.concat([Buffer.from(`${CHUNK.length.toString(16)}\r\n`), CHUNK, Buffer.from('\r\n')])
    : CHUNK;
  for (let poured = 0; poured < size && !socket.destroyed; poured += CHUNK.length) {
    if (socket.write(piece)) continue;
    await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  }
  const sent = socket.bytesWritten - socket.writableLength - headBytes;
  await Promise.race([closed, delay(30_000)]);
  socket.destroy();
  return { answer, sent };
}

/** Sends a text piece by piece, with `pauseMs` between, until the server closes; answers what it said and how long that took. */
export async function trickle(
  url: string,
  pieces: Iterable<string>,
  pauseMs: number,
): Promise<{ readonly answer: string; readonly tookMs: number }> {
  const socket = await reach(url);
  const from = performance.now();
  let answer = '';
  socket.setEncoding('latin1').on('data', (said: string) => {
    answer += said;
  });
  const closed = gone(socket);
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    await Promise.race([delay(pauseMs), closed]);
  }
  await closed;
  return { answer, tookMs: performance.now() - from };
}
