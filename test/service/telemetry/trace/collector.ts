import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Keeps what it is sent, and answers with what it is told to. */
export async function listen() {
  const messages: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      messages.push({ request, body });
      response.writeHead(answers.shift() ?? 200, { location: '/elsewhere' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { messages, answers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A span as a collector is sent it. */
export type SentSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status?: { readonly code: number };
};

export function spansIn(messages: readonly { readonly body: string }[]): SentSpan[] {
  return messages.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans);
}
