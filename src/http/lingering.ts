import type { IncomingMessage } from 'node:http';

/** Beyond this nothing more of it is taken in: the network then holds it back. As much as the largest body that no person sends. */
const MAX_THROWN_AWAY_BYTES = 2 * 1024 * 1024;

/**
 * Has the connection of a request that is answered before all of it has come close so that the client can hear the answer: nothing more
 * is said on it, what still comes is thrown away, and it is closed once the client has sent all, closes too, or `forMs` have passed.
 *
 * Where a connection is closed on bytes that nobody has read, TCP resets it, and a client that is still writing learns of the reset
 * alone (RFC 9112, 9.6): not that its token had expired, or how much it may send. To call before the answer is ended.
 */
export function lingerAtClose(request: IncomingMessage, forMs: number): void {
  const { socket } = request;
  const close = socket.destroySoon.bind(socket);
  let thrownAway = 0;
  request.on('data', ({ length }: Buffer) => {
    thrownAway += length;
    if (thrownAway > MAX_THROWN_AWAY_BYTES) request.pause();
  });
  request.resume();
  // What Node calls once an answer that closes its connection has been handed over.
  socket.destroySoon = () => {
    if (request.readableEnded || socket.destroyed) return close();
    const cut = setTimeout(() => socket.destroy(), forMs);
    socket.once('close', () => clearTimeout(cut));
    socket.once('end', close);
    request.once('end', close);
    socket.end();
  };
}
