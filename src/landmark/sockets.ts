import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint } from '../location/probe/index.ts';

/** Who sent a datagram, and the way back to it. */
export type Peer = {
  /** As receipts state it: no zone. */
  readonly endpoint: Endpoint;
  /** Address and port as one text: two peers are one if these are. */
  readonly name: string;
  readonly send: (datagram: Uint8Array) => void;
};

export type Received = (datagram: Buffer, from: Peer, arrivedAt: bigint) => void;

export type LandmarkSockets = {
  /** Where they listen, the ports filled in. */
  readonly bound: readonly Endpoint[];
  readonly close: () => Promise<void>;
};

type Lookup = (
  host: string,
  options: unknown,
  callback: (error: null, address: string, family: number) => void,
) => void;
/** Node looks every address up, in a later turn of the event loop, and a turn would lie between t0 and the send. */
const literally: Lookup = (host, _options, callback) => callback(null, host, host.includes(':') ? 6 : 4);

/** Receive buffers of a burst of hellos, so that a flood does not push out replies. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

/** Binds every endpoint. @throws the system's error where one cannot be bound */
export async function openSockets(listen: readonly Endpoint[], received: Received): Promise<LandmarkSockets> {
  const sockets: Socket[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(
      sockets.map(async (socket) => {
        const closed = once(socket, 'close');
        socket.close();
        await closed;
      }),
    );
  };
  try {
    const bound: Endpoint[] = [];
    for (const { address, port } of listen) {
      const v6 = address.includes(':');
      const socket = createSocket({ type: v6 ? 'udp6' : 'udp4', ipv6Only: v6, lookup: literally });
      sockets.push(socket);
      // With such a lookup it may listen before `bind` returns.
      const listening = once(socket, 'listening');
      socket.bind(port, address);
      await listening;
      attach(socket, received);
      bound.push({ address, port: socket.address().port });
    }
    return { bound, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function attach(socket: Socket, received: Received): void {
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  // A peer's network may answer with ICMP errors: they are its own affair.
  socket.on('error', () => {});
  socket.on('message', (datagram, from) => {
    const arrivedAt = process.hrtime.bigint();
    received(datagram, peerOf(socket, from), arrivedAt);
  });
}

function peerOf(socket: Socket, { address, port }: RemoteInfo): Peer {
  return {
    endpoint: { address: address.split('%')[0] ?? address, port },
    name: `${address} ${port}`,
    send: (datagram) => socket.send(datagram, port, address),
  };
}
