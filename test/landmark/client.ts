import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { HostKeys } from '../../src/agent/location/answering.ts';
import {
  type Endpoint,
  encodeOpen,
  type MessageName,
  messageName,
  parseCookie,
  parseRefusal,
  signHello,
} from '../../src/location/probe/index.ts';

export const TOKEN = new Uint8Array(16).fill(3);

/** A socket that speaks the protocol by hand, step by step. */
export class Client {
  readonly #socket: Socket = createSocket('udp4');
  readonly #to: Endpoint;

  constructor(to: Endpoint) {
    this.#to = to;
  }

  send(datagram: Uint8Array): void {
    this.#socket.send(datagram, this.#to.port, this.#to.address);
  }

  async ask(datagram: Uint8Array): Promise<Buffer> {
    const answer = once(this.#socket, 'message');
    this.send(datagram);
    const [received] = await answer;
    return received;
  }

  /** The next datagram of that name; others are passed over. */
  async next(name: MessageName): Promise<Buffer> {
    for (;;) {
      const [received] = await once(this.#socket, 'message');
      if (messageName(received) === name) return received;
    }
  }

  async cookie(): Promise<Uint8Array> {
    return parseCookie(await this.ask(encodeOpen(TOKEN))).cookie;
  }

  /** What the landmark says to a hello: the name of its answer, or why it refuses. */
  async hello(permit: Uint8Array, signing: HostKeys['signing'], cookie?: Uint8Array): Promise<string> {
    const hello = signHello({ cookie: cookie ?? (await this.cookie()), token: TOKEN, permit }, signing);
    const answer = await this.ask(hello);
    return messageName(answer) === 'refusal' ? parseRefusal(answer).reason : String(messageName(answer));
  }

  close(): void {
    this.#socket.close();
  }
}
