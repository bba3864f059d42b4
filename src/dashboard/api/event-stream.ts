/** One message of a stream of server-sent events. */
export type Message = { readonly id: string; readonly event: string; readonly data: string };

/** More than any event of the verifier has; a line beyond it is no line of this protocol. */
const LONGEST_LINE = 1 << 20;

/**
 * The messages of a stream as they arrive (WHATWG HTML, 9.2.6): read by hand, since EventSource can send no proof. `retry` is not
 * heeded: api/live.ts paces itself.
 * @throws RangeError for a line that does not end
 */
export async function* readMessages(stream: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  let open: { id: string; event: string; data: string[] } = { id: '', event: '', data: [] };
  for await (const line of linesOf(stream)) {
    if (line === '') {
      if (open.data.length > 0) yield { ...open, data: open.data.join('\n') };
      open = { id: open.id, event: '', data: [] };
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue; // a comment: the verifier is still there
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') open.data.push(value);
    else if (name === 'event') open.event = value;
    else if (name === 'id' && !value.includes('\0')) open.id = value;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new RangeError('a line of the stream does not end');
      for (const line of lines) yield line.replace(/\r$/, '');
    }
  } finally {
    await reader.cancel().catch(() => undefined); // a stream that broke cannot be cancelled, and need not be
  }
}
