import { Agent, request } from 'node:http';
import { dpopProof } from '../../src/agent/dpop.ts';
import type { HostKey } from '../../src/agent/host-key.ts';
import type { Client } from '../../src/agent/verifier/client.ts';

/** The verifier as hosts know it: the same before and after a restart, whatever port it then listens on. */
export const PUBLIC_URL = 'https://verifier.example';

/** The origin line of the verifier's log. */
export const LOG_ORIGIN = 'fleet.example/log';

export type Reply = { readonly status: number; readonly text: string };

export type Ask = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** Kept-alive connections to a verifier at `url`; cheap, since the load's own work is not to be measured. */
export type Connection = {
  /** Rejects when no whole answer came back. */
  readonly ask: (method: string, path: string, ask?: Ask) => Promise<Reply>;
  readonly close: () => void;
};

export function connectTo(url: string, maxSockets = 64): Connection {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets });
  return {
    ask: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
        const sent = request(
          { agent, hostname, port, method, path, headers: { ...headers, ...length } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () => {
              if (!response.complete) reject(new Error('the answer was cut short'));
              else resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
            });
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** A proof of possession for one POST. */
export function proofFor(hostKey: HostKey, path: string): Promise<string> {
  return dpopProof(hostKey, 'POST', new URL(path, PUBLIC_URL), new Date());
}

/** One request in the name of a host, with a fresh proof. */
export async function askAs(
  connection: Connection,
  hostKey: HostKey,
  path: string,
  { headers, body }: Ask = {},
): Promise<Reply> {
  const dpop = await proofFor(hostKey, path);
  return connection.ask('POST', path, {
    headers: { ...headers, dpop },
    ...(body === undefined ? {} : { body }),
  });
}

/** The agent's own port, so that its enrolment can be run over a {@link Connection}. */
export function clientOver(connection: Connection, hostKey: HostKey): Client {
  return {
    address: new URL(PUBLIC_URL),
    hostKey,
    post: async ({ path, body, bearer }) => {
      const { status, text } = await askAs(connection, hostKey, path, {
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { 'content-type': body.mediaType }),
        },
        ...(body === undefined ? {} : { body: body.content }),
      });
      if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
      return JSON.parse(text);
    },
    get: ({ path }) => Promise.reject(new Error(`${path}: enrolment reads nothing`)),
  };
}
