import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Server, TLSSocket } from 'node:tls';
import type { ShownCertificate } from '../../service/access/certificate.ts';
import type { Cleared, ClientRevocation } from './client-revocation.ts';

/**
 * The certificates that clients showed, by their connections. Only what this server itself saw in a handshake is one: no header
 * of a proxy is believed, so behind one that ends TLS nobody has any.
 */
export class ClientCertificates {
  #shown = new WeakMap<object, ShownCertificate>();

  /** @param revocation what counts at the time of asking; undefined where no lists are given */
  constructor(server: Server, revocation: () => ClientRevocation | undefined) {
    server.on('secureConnection', (socket) => {
      const certificate = shownBy(socket, revocation);
      if (certificate !== undefined) this.#shown.set(socket, certificate);
    });
  }

  /** Undefined where the connection of a request showed none. */
  of(request: IncomingMessage): ShownCertificate | undefined {
    return this.#shown.get(request.socket);
  }

  /** What was judged by other CAs counts no more: those connections have shown nothing. */
  forget(): void {
    this.#shown = new WeakMap();
  }
}

/** Path and purpose were judged in the handshake (RFC 5280 as OpenSSL has it); dates and revocation are judged again with each request. */
function shownBy(
  socket: TLSSocket,
  revocation: () => ClientRevocation | undefined,
): ShownCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const { raw } = certificate;
  let cleared: Cleared | undefined;
  return {
    sha256: hash('sha256', raw, 'base64url'),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
    // Node's types say an Error; it is the name of OpenSSL's.
    fault: socket.authorized ? null : String(socket.authorizationError ?? 'unverified'),
    unclearedAt: (now) => {
      const judge = revocation();
      if (judge === undefined) return null;
      if (cleared?.by === judge && cleared.from <= now && now <= cleared.until) return null;
      const verdict = judge.judge(raw, now);
      cleared = typeof verdict === 'string' ? undefined : verdict;
      return typeof verdict === 'string' ? verdict : null;
    },
  };
}
