import { createSocket, type Socket } from 'node:dgram';
import type { Endpoint } from '../../location/probe/index.ts';

/** Addresses are literals: nothing is asked, and nothing waits a turn of the event loop for the answer. */
type Lookup = (
  host: string,
  options: unknown,
  callback: (error: null, address: string, family: number) => void,
) => void;
const literally: Lookup = (host, _options, callback) => callback(null, host, host.includes(':') ? 6 : 4);

/**
 * A way to one landmark: a UDP socket of its own, opened from here outwards, so that no NAT needs a hole. The kernel hands up
 * only what comes from that address and port, and says at once where nobody listens.
 */
export type Path = {
  readonly send: (datagram: Uint8Array) => void;
  readonly close: () => void;
};

export type PathEvents = {
  readonly connected: (path: Path) => void;
  readonly received: (datagram: Buffer) => void;
  /** Nobody listens there, or no way leads there. */
  readonly failed: (cause: Error) => void;
};

export function openPath({ address, port }: Endpoint, { connected, received, failed }: PathEvents): Path {
  const type = address.includes(':') ? 'udp6' : 'udp4';
  const socket: Socket = createSocket({ type, lookup: literally });
  let open = true;
  const path: Path = {
    send: (datagram) => {
      if (open) socket.send(datagram);
    },
    close: () => {
      if (!open) return;
      open = false;
      socket.close();
    },
  };
  socket.on('message', received);
  socket.on('error', failed);
  socket.once('connect', () => connected(path));
  socket.connect(port, address);
  return path;
}
