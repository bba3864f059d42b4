import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Application } from './application.ts';
import { answerBrokenRequests } from './broken-requests.ts';
import { boundConnections } from './connections.ts';
import { createDispatch, type DispatchOptions } from './dispatch.ts';
import type { Manner } from './exchange.ts';
import type { TrustedProxies } from './middleware/peer.ts';
import { REQUEST_RATES, RequestLimits, type RequestRates } from './middleware/request-rates.ts';
import type { ListFile, ListsState } from './tls/client-lists.ts';
import { requireUsable, serverOptions, type TlsMaterial } from './tls/material.ts';
import { type RenewableTls, renewableTls } from './tls/renewable.ts';

/** Defaults of a server, each a bound on what one client can hold. */
const SERVER_DEFAULTS = {
  /** From the request line to the answer. */
  deadlineMs: 10_000,
  /** For the whole of a body: below `deadlineMs`, or a client that is slow would be told that the verifier is. */
  bodyDeadlineMs: 8_000,
  /** For a client to hear an answer that came before it had sent all. Its connection may go to another meanwhile. */
  lingerMs: 5_000,
  /** For the headers of a request; Node answers 408. */
  headersTimeoutMs: 5_000,
  /** For a whole request as the socket sees it: above `bodyDeadlineMs`, so that ours is the answer. */
  requestTimeoutMs: 20_000,
  /** How often the two above are looked at; Node's own 30 s would make them mean little. */
  timeoutCheckMs: 1_000,
  /** An idle connection: longer than the usual proxy's 60 s, so that a proxy closes first. */
  keepAliveTimeoutMs: 65_000,
  /** A DPoP proof with an RSA key and a token fit; Node answers 431 beyond. */
  maxHeaderBytes: 16 * 1024,
  /** For a TLS handshake; Node's own is two minutes. */
  handshakeTimeoutMs: 10_000,
  /** One more takes the place of the one that was idle longest. */
  maxConnections: 10_000,
} as const;

export type ServerOptions = Omit<
  DispatchOptions,
  'closing' | 'ending' | 'certificateOf' | 'limits' | keyof Manner | 'deadlineMs' | 'bodyDeadlineMs'
> & {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** PEM. Without it the server speaks plain HTTP: whether it may do so where it listens is the caller's question. */
  readonly tls?: TlsMaterial | undefined;
  readonly limits?: { readonly [L in keyof typeof SERVER_DEFAULTS]?: number };
  /** `REQUEST_RATES` unless given, member by member. */
  readonly rates?: Partial<RequestRates> | undefined;
  /** Whose X-Forwarded-For is believed; nobody's unless given. */
  readonly proxies?: TrustedProxies | undefined;
};

export type RunningServer = {
  /** As it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Speaks TLS with this from the next connection on; those there are go on. Where other CAs vouch for clients, idle connections
   * are closed, and what the others showed counts no more.
   * @throws Error in OpenSSL's words where it is of no use, TypeError where TLS or asking for certificates would begin or end:
   *   then all stays as it was
   */
  readonly renewTls: (material: TlsMaterial) => void;
  /** From the next request on, on connections that stand too, certificates of clients are held to these revocation lists. @throws TypeError where it was started with none */
  readonly renewClientLists: (files: readonly ListFile[]) => void;
  /** Admits this part of the rates alone, from the next request on: one of as many as verifiers serve together. */
  readonly shareRates: (parts: number) => void;
  /** How those lists stand; null where it was started with none. */
  readonly clientLists: () => ListsState | null;
  /**
   * Goes on answering, and has every answer close its connection and every stream end, so that clients and balancers move to
   * another verifier while this one still serves whoever has not noticed.
   */
  readonly drain: () => void;
  /** Stops accepting, lets what is under way finish, then cuts what is left after `graceMs`. */
  readonly close: (graceMs?: number) => Promise<void>;
};

/** Listens; resolves once the port is bound. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits = { ...SERVER_DEFAULTS, ...options.limits };
  const { host, port, tls, log } = options;
  const ending = new AbortController();
  let spoken: RenewableTls | undefined;
  const rates = new RequestLimits({ ...REQUEST_RATES, ...options.rates }, options.proxies ?? null);
  const dispatch = createDispatch({
    ...options,
    ...limits,
    limits: rates,
    secure: tls !== undefined,
    certificateOf: (request) => spoken?.certificateOf(request),
    closing: () => ending.signal.aborted,
    ending: ending.signal,
  });
  const app = new Application();
  app.silent = true;
  app.on('error', (error: unknown) => log.error({ err: error }, 'connection failed'));
  app.use(({ req, res }) => dispatch(req, res));
  const settings = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // Two Authorization headers become one that matches nothing, instead of Node picking the first.
    joinDuplicateHeaders: true,
    noDelay: true,
  };
  let server: Server;
  if (tls === undefined) {
    server = createHttpServer(settings, app.callback());
  } else {
    requireUsable(tls);
    const secured = { ...settings, ...serverOptions(tls), handshakeTimeout: limits.handshakeTimeoutMs };
    const secureServer = createHttpsServer(secured, app.callback());
    spoken = renewableTls(secureServer, tls);
    server = secureServer;
  }
  answerBrokenRequests(server, boundConnections(server, limits.maxConnections));
  await listen(server, host, port);
  const bound = portOf(server);
  const authority = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${authority}:${bound}`,
    port: bound,
    renewTls: (material) => {
      if (spoken === undefined) throw new TypeError('this server speaks plain HTTP');
      spoken.renew(material);
    },
    renewClientLists: (files) => {
      if (spoken === undefined) throw new TypeError('this server speaks plain HTTP');
      spoken.renewLists(files);
    },
    clientLists: () => spoken?.lists() ?? null,
    shareRates: (parts) => rates.share(parts),
    drain: () => ending.abort(),
    close: async (graceMs = 10_000) => {
      ending.abort();
      await closeGracefully(server, graceMs, log);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address() as AddressInfo; // it listens on TCP
  return address.port;
}

function closeGracefully(server: Server, graceMs: number, log: Logger): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      log.warn({ graceMs }, 'requests were still under way and are cut off');
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
