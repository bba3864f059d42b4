import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Connection = { socket: Socket; underWay: number; requests: number };

/** What was read on a connection; nothing of one that is not kept. */
export type RequestsOn = (socket: Socket) => {
  /** That are being answered. */
  readonly underWay: number;
  /** Since it was opened. */
  readonly requests: number;
};

/**
 * Keeps no more connections open than `most`: one more takes the place of the one that has been idle longest, whether its client keeps it
 * for later or has yet to send a whole request. One on which a request is being answered is never cut; where all are, the newest is.
 *
 * Refusing newcomers instead would let whoever opens as many and says nothing keep everybody else away.
 */
export function boundConnections(server: Server, most: number): RequestsOn {
  const open = new Map<string, Connection>();
  /** The same by what requests come on: no name is made for each of them. */
  const bySocket = new WeakMap<Socket, Connection>();
  /** In the order in which they became so. */
  const idle = new Set<Connection>();
  server.on('connection', (socket: Socket) => {
    const connection: Connection = { socket, underWay: 0, requests: 0 };
    const name = nameOf(socket);
    if (open.size >= most) {
      const [oldest] = idle;
      (oldest?.socket ?? socket).destroy();
      if (oldest === undefined) return;
    }
    open.set(name, connection);
    bySocket.set(socket, connection);
    idle.add(connection);
    socket.once('close', () => {
      idle.delete(connection);
      if (open.get(name) === connection) open.delete(name);
    });
  });
  // Under TLS the connection is another socket from its handshake on, with the same far end.
  server.on('secureConnection', (socket: Socket) => {
    const connection = open.get(nameOf(socket));
    if (connection === undefined) return;
    connection.socket = socket;
    bySocket.set(socket, connection);
  });
  server.on('request', ({ socket }, response) => {
    const connection = bySocket.get(socket);
    if (connection === undefined) return;
    connection.underWay++;
    connection.requests++;
    idle.delete(connection);
    response.on('close', answered);
  });
  /** One for all answers, which emit it once. */
  function answered(this: ServerResponse): void {
    const connection = bySocket.get(this.req.socket);
    if (connection === undefined) return;
    connection.underWay--;
    if (connection.underWay === 0 && !connection.socket.destroyed) idle.add(connection);
  }
  return (socket) => bySocket.get(socket) ?? { underWay: 0, requests: 0 };
}

/** Unique among what is open. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
