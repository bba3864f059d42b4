import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Endpoint, messageName } from '../../../src/location/probe/index.ts';

/**
 * The distance between a host and landmarks: carries datagrams between them, and holds each for as long as light in fibre
 * would take, never shorter. It knows no keys, so what it does to them anybody on the path could do.
 */
export type LinkSettings = {
  readonly id: string;
  /** Where the host sends what is for this landmark. */
  readonly front: Endpoint;
  readonly landmark: Endpoint;
};

/**
 * What is done on the way.
 * - `carry`: nothing else.
 * - `lose`: that share of datagrams never arrives.
 * - `dead`: none does.
 * - `invent`: probes are answered at once, without the key, and never reach the host.
 * - `replay`: probes are answered at once with the tag of an earlier reply, and carried on.
 * - `hurry`: with each reply comes one for the next round, before its probe.
 * - `double`: every reply comes twice.
 */
export type Deed = 'carry' | 'lose' | 'dead' | 'invent' | 'replay' | 'hurry' | 'double';
export type LinkState = { readonly id: string; readonly oneWayNs: number; readonly deed: Deed };
/** By how much the wire held datagrams longer than asked, at least and in the median, nanoseconds. */
export type WireReport = { readonly least: number; readonly median: number; readonly carried: number };

const SEQ = { probe: 66, reply: 34 } as const;
const TAG = { at: 38, bytes: 32 } as const;

class Link {
  state: LinkState;
  readonly excess: number[] = [];
  readonly #front: Socket;
  readonly #back: Socket;
  #host: Endpoint | null = null;
  #tag: Buffer = Buffer.alloc(TAG.bytes);
  #chance = 1;

  constructor(settings: LinkSettings, front: Socket, back: Socket) {
    this.state = { id: settings.id, oneWayNs: 0, deed: 'carry' };
    this.#front = front;
    this.#back = back;
    front.on('message', (datagram, { address, port }) => {
      const arrived = process.hrtime.bigint();
      this.#host = { address, port };
      this.#fromHost(datagram, arrived);
    });
    back.on('message', (datagram) => this.#fromLandmark(datagram, process.hrtime.bigint()));
  }

  #fromHost(datagram: Buffer, arrived: bigint): void {
    if (this.#isLost()) return;
    const toLandmark = (): void => this.#back.send(datagram);
    this.#hold(arrived, toLandmark);
    if (messageName(datagram) !== 'reply') return;
    this.#tag = Buffer.from(datagram.subarray(TAG.at));
    if (this.state.deed === 'double') this.#hold(arrived, toLandmark);
    if (this.state.deed === 'hurry') {
      const next = Buffer.from(datagram);
      next.writeUInt32BE(next.readUInt32BE(SEQ.reply) + 1, SEQ.reply);
      this.#hold(arrived, () => this.#back.send(next));
    }
  }

  #fromLandmark(datagram: Buffer, arrived: bigint): void {
    if (this.#isLost()) return;
    const { deed } = this.state;
    if (messageName(datagram) === 'probe' && (deed === 'invent' || deed === 'replay')) {
      const tag = deed === 'invent' ? randomBytes(TAG.bytes) : this.#tag;
      const seq = datagram.subarray(SEQ.probe, SEQ.probe + 4);
      this.#back.send(Buffer.concat([Buffer.of(1, 7), datagram.subarray(2, 34), seq, tag]));
      if (deed === 'invent') return;
    }
    this.#hold(arrived, () => {
      if (this.#host !== null) this.#front.send(datagram, this.#host.port, this.#host.address);
    });
  }

  #hold(arrived: bigint, deliver: () => void): void {
    const due = arrived + BigInt(this.state.oneWayNs);
    const wait = (): void => {
      const left = Number(due - process.hrtime.bigint());
      if (left <= 0) {
        deliver();
        this.excess.push(-left);
      } else if (left > 2_500_000) setTimeout(wait, Math.floor(left / 1e6) - 1.5);
      // A timer may be a millisecond late, which is 100 km: the last of it is waited out.
      else setImmediate(wait);
    };
    wait();
  }

  /** A fifth, by a sequence that is the same every time. */
  #isLost(): boolean {
    if (this.state.deed === 'dead') return true;
    if (this.state.deed !== 'lose') return false;
    this.#chance = (this.#chance * 48_271) % 0x7fff_ffff;
    return this.#chance % 5 === 0;
  }
}

async function openLink(settings: LinkSettings): Promise<Link> {
  const family = (address: string): 'udp4' | 'udp6' => (address.includes(':') ? 'udp6' : 'udp4');
  const front = createSocket(family(settings.front.address));
  const back = createSocket(family(settings.landmark.address));
  front.bind(settings.front.port, settings.front.address);
  back.connect(settings.landmark.port, settings.landmark.address);
  await Promise.all([once(front, 'listening'), once(back, 'connect')]);
  for (const socket of [front, back]) socket.on('error', () => {});
  return new Link(settings, front, back);
}

const links: readonly Link[] = await Promise.all(
  (JSON.parse(process.argv[2] ?? '') as readonly LinkSettings[]).map(openLink),
);

process.on('message', (states: readonly LinkState[] | 'report') => {
  if (Array.isArray(states)) {
    for (const link of links) link.state = states.find(({ id }) => id === link.state.id) ?? link.state;
  }
  const excess = links.flatMap((link) => link.excess).sort((a, b) => a - b);
  const report: WireReport = {
    least: excess[0] ?? 0,
    median: excess[Math.floor(excess.length / 2)] ?? 0,
    carried: excess.length,
  };
  process.send?.(report);
});
process.on('disconnect', () => process.exit(0));
process.send?.({});
