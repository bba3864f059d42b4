import { type ChildProcess, fork } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { PROBE_BYTES, verifyReceipt } from '../../src/location/probe/index.ts';
import { hostKeys, issue, startWorld, type World } from '../landmark/world.ts';
import { median, type Row, row } from './row.ts';

const ROUNDS = 10_000;
const BLOCK = 125;
const GENEROUS = { perSecond: 1_000_000, burst: 1_000_000 };

/**
 * Round trips over loopback as a landmark's receipts state them, against those of a plain UDP echo of the same length between
 * the same two processes: blocks of each in turn, so that both see the same machine. Microseconds.
 */
export async function landmark(): Promise<Row[]> {
  const world = await startWorld({ hellosByAddress: GENEROUS, opensByAddress: GENEROUS });
  const child = fork(join(import.meta.dirname, 'landmark-host.ts'));
  const echo = createSocket('udp4');
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]; // the child's first message
    echo.connect(port, '127.0.0.1');
    await once(echo, 'connect');
    const [probed, echoed]: [number[], number[]] = [[], []];
    for (let block = 0; probed.length < ROUNDS; block++) {
      const [probes, echoes] = [await measure(world, child), await echoBlock(echo)];
      if (block < 4) continue; // both warm up
      probed.push(...probes);
      echoed.push(...echoes);
    }
    const least = (list: readonly number[]): number => Math.min(...list) / 1000;
    return [
      row(
        `landmark: least of ${probed.length} round trips, against an echo`,
        least(probed),
        'µs',
        least(echoed),
      ),
      row('landmark: median round trip, against an echo', median(probed) / 1000, 'µs', median(echoed) / 1000),
    ];
  } finally {
    echo.close();
    child.disconnect();
    await world.landmark.close(0);
  }
}

async function measure(world: World, child: ChildProcess): Promise<number[]> {
  const keys = hostKeys();
  const { permit, bytes } = issue(world, keys, { rounds: BLOCK });
  const pem = (key: typeof keys.signing): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const answer = once(child, 'message');
  child.send({
    permit: Buffer.from(bytes).toString('base64url'),
    signing: pem(keys.signing),
    exchange: pem(keys.exchange),
  });
  const [{ receipt }] = (await answer) as [{ receipt: string }]; // what the child sends for each permit
  const context = { permit, landmark: world.registered, at: new Date(), graceMs: 0, clockSkewMs: 0 };
  const judged = verifyReceipt(Buffer.from(receipt, 'base64url'), context);
  if (judged.bound === null) throw new Error('the receipt does not hold');
  return judged.receipt?.rounds.map(({ rttNs }) => rttNs) ?? [];
}

function echoBlock(socket: Socket): Promise<number[]> {
  const rtts: number[] = [];
  const datagram = new Uint8Array(PROBE_BYTES);
  const { promise, resolve } = Promise.withResolvers<number[]>();
  let sentAt = 0n;
  const next = (): void => {
    sentAt = process.hrtime.bigint();
    socket.send(datagram);
  };
  const received = (): void => {
    rtts.push(Number(process.hrtime.bigint() - sentAt));
    if (rtts.length < BLOCK) {
      next();
      return;
    }
    socket.off('message', received);
    resolve(rtts);
  };
  socket.on('message', received);
  next();
  return promise;
}
