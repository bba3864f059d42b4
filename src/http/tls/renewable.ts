import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { ShownCertificate } from '../../service/access/certificate.ts';
import { ClientCertificates } from './client-certificates.ts';
import { contextOptions, requireUsable, type TlsMaterial } from './material.ts';

/** The TLS of a listening server: what it is spoken with, and what clients showed in it. */
export type RenewableTls = {
  readonly certificateOf: (request: IncomingMessage) => ShownCertificate | undefined;
  readonly renew: (material: TlsMaterial) => void;
};

export function renewableTls(server: Server, first: TlsMaterial): RenewableTls {
  const certificates = first.clientCa === undefined ? undefined : new ClientCertificates(server);
  let current = first;
  return {
    certificateOf: (request) => certificates?.of(request),
    renew: (material) => {
      // Connections are asked for certificates from the start, or never.
      if ((material.clientCa === undefined) !== (current.clientCa === undefined))
        throw new TypeError('client certificates are asked for from the start, or never');
      requireUsable(material);
      server.setSecureContext(contextOptions(material));
      if (material.clientCa !== current.clientCa) {
        certificates?.forget();
        server.closeIdleConnections();
      }
      current = material;
    },
  };
}
