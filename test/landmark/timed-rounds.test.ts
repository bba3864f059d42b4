import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TimedResult, TimedRounds } from '../../src/landmark/timed-rounds.ts';
import { PROBE_BYTES, probeContext, ReplyWriter, RoundTag } from '../../src/location/probe/index.ts';

const context = probeContext({
  sessionId: 's',
  jti: 'j',
  landmarkId: 'l',
  landmarkKey: new Uint8Array(32),
});
const key = new Uint8Array(32).fill(7);
const tags = new RoundTag(key, context);

type Host = (reply: Uint8Array, receive: (reply: Uint8Array) => void, seq: number) => void;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const MINUTE_MS = 60_000;

/** Runs rounds against a host without a network and without a clock: what it does with its reply, a millisecond later, is the test's. */
async function run(
  host: Host,
  changes: { rounds?: number; bursts?: number; until?: bigint } = {},
): Promise<TimedResult> {
  const { rounds = 20, bursts = 4, until = process.hrtime.bigint() + 10_000_000_000n } = changes;
  const replies = new ReplyWriter(key, context, rounds);
  const timing = { timeoutMs: 1_000, leastMs: 25, pauseMs: 40 };
  const timed: TimedRounds = new TimedRounds({ context, key, rounds, bursts, until, timing }, (probe) => {
    const seq = Buffer.from(probe).readUInt32BE(66);
    const reply = Uint8Array.from(replies.answer(Uint8Array.from(probe)) ?? []);
    setTimeout(() => host(reply, (datagram) => timed.receive(datagram, process.hrtime.bigint()), seq), 1);
  });
  const result = timed.run();
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  return result;
}

const seqs = ({ valid }: TimedResult): number[] => valid.map(({ seq }) => seq);
const all = Array.from({ length: 20 }, (_, seq) => seq);

describe('timed rounds', () => {
  it('count where each was answered once, in its time, with its tag', async () => {
    const result = await run((reply, receive) => receive(reply));
    expect(result.sent).toBe(20);
    expect(seqs(result)).toEqual(all);
    expect(result.valid.every(({ rttNs }) => rttNs === 1_000_000)).toBe(true);
    for (const [seq, { nonce, tag }] of result.rounds.entries()) expect(tag).toEqual(tags.of(seq, nonce));
    expect(new Set(result.rounds.map(({ nonce }) => Buffer.from(nonce).toString('hex'))).size).toBe(20);
  });

  it('are void where the tag is wrong', async () => {
    const result = await run((reply, receive, seq) => {
      if (seq === 7) reply[69] = (reply[69] ?? 0) ^ 1;
      receive(reply);
    });
    expect(seqs(result)).toEqual(all.filter((seq) => seq !== 7));
  });

  it('are void where the answer came twice, even with the right one first', async () => {
    const result = await run((reply, receive, seq) => {
      receive(reply);
      if (seq === 7 || seq === 19) receive(reply);
    });
    expect(seqs(result)).toEqual(all.filter((seq) => seq !== 7 && seq !== 19));
  });

  it('are void where an answer came before the probe, even with the right tag after it', async () => {
    const result = await run((reply, receive, seq) => {
      if (seq === 6) {
        const early = Uint8Array.from(reply);
        new DataView(early.buffer).setUint32(34, 8);
        receive(early);
      }
      receive(reply);
    });
    expect(seqs(result)).toEqual(all.filter((seq) => seq !== 8));
  });

  it('are void where the answer came late, and the next one is not taken for it', async () => {
    let kept: Uint8Array | null = null;
    const result = await run((reply, receive, seq) => {
      if (seq === 7) {
        kept = reply;
        return;
      }
      if (seq === 9 && kept !== null) receive(kept);
      receive(reply);
    });
    expect(seqs(result)).toEqual(all.filter((seq) => seq !== 7));
  });

  it('are void where there is no answer, and the rest goes on', async () => {
    const result = await run((reply, receive, seq) => {
      if (seq % 5 !== 0) receive(reply);
    });
    expect(result.sent).toBe(20);
    expect(seqs(result)).toEqual(all.filter((seq) => seq % 5 !== 0));
  });

  it('are ignored beyond what was sent', async () => {
    const result = await run((reply, receive) => {
      const beyond = Uint8Array.from(reply);
      new DataView(beyond.buffer).setUint32(34, 20);
      receive(beyond);
      receive(reply);
    });
    expect(seqs(result)).toEqual(all);
  });

  it('are not begun after the permit has ended', async () => {
    const until = process.hrtime.bigint() - 1n;
    expect(await run((reply, receive) => receive(reply), { until })).toEqual({
      sent: 0,
      valid: [],
      rounds: [],
    });
  });

  it('never have a probe shorter than their reply', () => {
    expect(PROBE_BYTES).toBeGreaterThanOrEqual(70);
  });
});
