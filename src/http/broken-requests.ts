import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestsOn } from './connections.ts';

const TOO_LATE = 'ERR_HTTP_REQUEST_TIMEOUT';
/** By the code of Node's error; whatever else its parser refuses is a bad request. */
const ANSWERS: { readonly [code: string]: string } = {
  [TOO_LATE]: '408 Request Timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/**
 * Answers what is no request, or comes too slowly, as Node would: with its status alone, and the end of the connection.
 *
 * But Node looks at the time before it reads what has come meanwhile: after a pause of this process, whose machine is busy with other
 * things, whoever had sent in time would be late. So whoever seems late is answered after a turn of the event loop, in which
 * what lies in the socket is read, and not at all where that was a request.
 */
export function answerBrokenRequests(server: Server, requestsOn: RequestsOn): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const { requests } = requestsOn(socket);
    const refuse = (): void => {
      const answer = answerTo(error);
      // Within another answer it would be taken for a part of that.
      if (answer !== null && socket.writable && requestsOn(socket).underWay === 0)
        socket.write(`HTTP/1.1 ${answer}\r\nConnection: close\r\n\r\n`);
      socket.destroy(error);
    };
    if (error.code !== TOO_LATE) return refuse();
    setImmediate(() => {
      if (requestsOn(socket).requests === requests) refuse();
    });
  });
}

/** Null where it is no matter of HTTP: a broken connection, a failed handshake. */
function answerTo({ code = '' }: NodeJS.ErrnoException): string | null {
  if (Object.hasOwn(ANSWERS, code)) return ANSWERS[code] ?? null;
  return code.startsWith('HPE_') ? '400 Bad Request' : null;
}
