import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
};

/** How a vendor misbehaves, instead of answering. */
export type Misbehaviour =
  /** Takes the request and says nothing. */
  | 'hangs'
  /** Promises a body and breaks off in it. */
  | 'breaks off'
  /** Sends the head and half of the body, and says nothing more. */
  | 'dawdles'
  /** Closes the connection without a word. */
  | 'hangs up'
  /** Sends a body without end. */
  | 'floods';

export type VendorServer = {
  readonly origin: string;
  /** Path and query of every request, in order. */
  readonly requests: readonly string[];
  /** The next requests are answered so, one each, whatever they ask; then again as usual. */
  next(...answers: readonly (Answer | Misbehaviour)[]): void;
  /** Resolves with the path of the next request, from now, that comes in. */
  arrival(): Promise<string>;
  /** All requests are answered so, or those for some paths; null ends it. */
  always(answer: Answer | Misbehaviour | null, concerns?: (path: string) => boolean): void;
};

/** A server on this machine that answers as a vendor does. It is closed with the test that started it. */
export async function startVendorServer(
  usual: (url: URL, body: Uint8Array) => Answer,
): Promise<VendorServer> {
  const requests: string[] = [];
  const scripted: (Answer | Misbehaviour)[] = [];
  let constant: Answer | Misbehaviour | null = null;
  let isConcerned = (_path: string): boolean => true;
  let awaited: ((path: string) => void)[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    requests.push(path);
    const arrived = awaited;
    awaited = [];
    for (const tell of arrived) tell(path);
    const script = scripted.shift() ?? (isConcerned(path) ? constant : null);
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    request.on('end', () => {
      const answer =
        script ?? usual(new URL(path, 'http://localhost'), new Uint8Array(Buffer.concat(chunks)));
      if (typeof answer === 'string') misbehave(answer, response);
      else {
        response.writeHead(answer.status ?? 200, answer.headers ?? {});
        response.end(answer.body ?? '');
      }
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    next: (...answers) => void scripted.push(...answers),
    always: (answer, concerns = () => true) => {
      constant = answer;
      isConcerned = concerns;
    },
    arrival: () => new Promise((tell) => void awaited.push(tell)),
  };
}

function misbehave(how: Misbehaviour, response: ServerResponse): void {
  switch (how) {
    case 'hangs':
      return;
    case 'hangs up':
      response.destroy();
      return;
    case 'breaks off':
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"tcbInfo":', () => response.destroy());
      return;
    case 'dawdles':
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"tcbInfo":');
      return;
    case 'floods': {
      response.writeHead(200);
      const chunk = Buffer.alloc(1 << 20, 0x20);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) {
          // as much as the connection takes
        }
      };
      response.on('drain', pour);
      pour();
    }
  }
}
