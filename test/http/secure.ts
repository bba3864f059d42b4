import type { Agent } from 'node:https';
import { request } from 'node:https';
import { formatPem } from '../../src/bytes/pem.ts';
import { type Issued, type IssueOptions, issueLeaf, issueRoot } from '../pki/issue.ts';
import { plain, subjectAltName } from '../pki/issue-extensions.ts';

export type Pair = { readonly key: string; readonly cert: string };

export const certificatePem = ({ der }: Issued): string => formatPem('CERTIFICATE', der);

export function pairOf(issued: Issued): Pair {
  const key = issued.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, cert: certificatePem(issued) };
}

const root = issueRoot({ subject: 'servers' });
const SERVER_NAMES = { '2.5.29.17': plain(subjectAltName('dns:localhost')) };

/** What a server called localhost speaks TLS with; a new one each time. */
export function serverPair(options: IssueOptions = {}): Pair {
  return pairOf(issueLeaf(root, { extensions: SERVER_NAMES, ...options }));
}

export type SecureAnswer = {
  readonly status: number | undefined;
  readonly body: Record<string, unknown>;
  readonly challenge: string | undefined;
  /** Serial number of the server's certificate. */
  readonly serial: string;
  readonly resumed: boolean;
  /** Whether the connection was there before. */
  readonly reused: boolean;
};

export type SecureCall = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The client's certificate. */
  readonly as?: Pair | undefined;
  /** Connections to be used again; none unless given. */
  readonly agent?: Agent;
};

/** A request over real TLS, the server's certificate verified. */
export function secureCall(url: string, call: SecureCall = {}): Promise<SecureAnswer> {
  const { method = 'GET', headers = {}, body, as, agent = false } = call;
  return new Promise((resolve, reject) => {
    const options = { method, agent, servername: 'localhost', ca: certificatePem(root), ...as };
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const json = sent === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request(url, { ...options, headers: { ...json, ...headers } }, (response) => {
      // Asked now: once the answer is read the connection may be gone.
      const socket = response.socket as import('node:tls').TLSSocket; // of an https request
      const { serialNumber: serial = '' } = socket.getPeerX509Certificate() ?? {};
      const resumed = socket.isSessionReused();
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => {
        const { 'www-authenticate': challenge } = response.headers;
        const { reusedSocket: reused } = asked;
        resolve({ status: response.statusCode, body: JSON.parse(text), challenge, serial, resumed, reused });
      });
    });
    asked.on('error', reject).end(sent);
  });
}
