import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint } from '../../../location/probe/index.ts';
import { chordMeters, type Place, toEcef } from '../../../location/wgs84.ts';

const LOOPBACK = '127.0.0.1';
/** Light in fibre, 1.468 times slower than in the void. */
const METERS_PER_MS = 299_792_458 / 1.468 / 1000;
/** Below this timers are too blunt: a millisecond is a hundred kilometres there and back. */
const COARSE_MS = 2;

/**
 * The distance between the demonstration's host and its landmarks, which all run in this process: carries their datagrams,
 * and holds each for as long as light in fibre would take, never shorter. It knows no keys.
 */
export class Wire {
  #host: Place;
  #open: Socket[] = [];
  readonly #held = new Set<NodeJS.Timeout>();

  constructor(host: Place) {
    this.#host = host;
  }

  /** From now on the host is there. */
  moveHost(to: Place): void {
    this.#host = to;
  }

  /** Answers where a host sends what is for this landmark. */
  async lay(landmark: Place, to: Endpoint): Promise<Endpoint> {
    const front = await this.#listen();
    // A way of its own for each of the host's sockets: what comes back finds where it came from.
    const ways = new Map<number, Promise<Socket>>();
    front.on('message', async (datagram, { port }) => {
      const way = ways.get(port) ?? this.#layBack(landmark, front, port);
      ways.set(port, way);
      const back = await way;
      this.#hold(landmark, () => back.send(datagram, to.port, to.address));
    });
    return { address: LOOPBACK, port: front.address().port };
  }

  async close(): Promise<void> {
    for (const timer of this.#held) clearTimeout(timer);
    const open = this.#open;
    this.#open = [];
    await Promise.all(open.map((socket) => once(socket.close(), 'close')));
  }

  async #layBack(landmark: Place, front: Socket, port: number): Promise<Socket> {
    const back = await this.#listen();
    back.on('message', (datagram) => this.#hold(landmark, () => front.send(datagram, port, LOOPBACK)));
    return back;
  }

  #hold(landmark: Place, send: () => void): void {
    const ms = chordMeters(toEcef(this.#host), toEcef(landmark)) / METERS_PER_MS;
    const due = performance.now() + ms;
    const wait = (): void => {
      if (performance.now() < due) setImmediate(wait);
      // What is still on its way when all is over is lost, as datagrams are.
      else if (this.#open.length > 0) send();
    };
    if (ms < COARSE_MS) {
      wait();
      return;
    }
    const timer = setTimeout(() => {
      this.#held.delete(timer);
      wait();
    }, Math.floor(ms));
    this.#held.add(timer);
  }

  async #listen(): Promise<Socket> {
    const socket = createSocket('udp4');
    socket.bind(0, LOOPBACK);
    await once(socket, 'listening');
    this.#open.push(socket);
    return socket;
  }
}
