import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, readMessages } from '../../../src/dashboard/api/event-stream.ts';

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<Message[]> {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk));
  const messages: Message[] = [];
  for await (const message of readMessages(ReadableStream.from(bytes))) messages.push(message);
  return messages;
}

describe('a stream of server-sent events', () => {
  it('is its messages, each with the last id before it; comments and retry are none', async () => {
    const stream =
      'retry: 2000\n\n: still here\n\nid: 7\nevent: host.suspended\ndata: {"a":1}\n\ndata: x\ndata:y\r\n\r\n';
    expect(await read(stream)).toEqual([
      { id: '7', event: 'host.suspended', data: '{"a":1}' },
      { id: '7', event: '', data: 'x\ny' },
    ]);
  });

  it('leaves out a message that was cut', async () => {
    expect(await read('id: 1\ndata: whole\n\nid: 2\ndata: cut\n')).toHaveLength(1);
  });

  it('is the same however it arrives', async () => {
    const whole = new TextEncoder().encode(
      'id: 1\nevent: a\ndata: {"name":"서울 €"}\n\n: b\n\nid: 2\ndata: 2\n\n',
    );
    const expected = await read(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 12 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, index) => whole.slice(at[index], end));
        expect(await read(...chunks)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('is given up where a line does not end', async () => {
    await expect(read('data: ', 'x'.repeat(1 << 21))).rejects.toThrow(RangeError);
  });
});
