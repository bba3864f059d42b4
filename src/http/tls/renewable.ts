import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { ShownCertificate } from '../../service/access/certificate.ts';
import { ClientCertificates } from './client-certificates.ts';
import { ClientLists, type KnownLists, knownLists, type ListFile, type ListsState } from './client-lists.ts';
import { ClientRevocation } from './client-revocation.ts';
import { contextOptions, requireUsable, type TlsMaterial } from './material.ts';

/** The TLS of a listening server: what it is spoken with, and what clients showed in it. */
export type RenewableTls = {
  readonly certificateOf: (request: IncomingMessage) => ShownCertificate | undefined;
  readonly renew: (material: TlsMaterial) => void;
  readonly renewLists: (files: readonly ListFile[]) => void;
  readonly lists: () => ListsState | null;
};

export function renewableTls(server: Server, first: TlsMaterial): RenewableTls {
  let current = first;
  let files = first.clientLists;
  let lists: ClientLists | undefined;
  let revocation: ClientRevocation | undefined;
  const hold = (held: ClientLists | undefined): void => {
    lists = held;
    if (held !== undefined) first.listMemory?.remember(held.kept);
    revocation = held === undefined ? undefined : new ClientRevocation(held);
  };
  hold(listsOf(first, files, knownLists(first.listMemory?.recall() ?? [])));
  const certificates =
    first.clientCa === undefined ? undefined : new ClientCertificates(server, () => revocation);
  return {
    certificateOf: (request) => certificates?.of(request),
    renew: (material) => {
      // Connections are asked for certificates from the start, or never.
      if ((material.clientCa === undefined) !== (current.clientCa === undefined))
        throw new TypeError('client certificates are asked for from the start, or never');
      requireUsable(material);
      const others = material.clientCa !== current.clientCa;
      const renewed = others ? listsOf(material, files, lists?.known) : lists;
      server.setSecureContext(contextOptions(material));
      if (others) {
        certificates?.forget();
        server.closeIdleConnections();
        hold(renewed);
      }
      current = material;
    },
    renewLists: (found) => {
      if (lists === undefined) throw new TypeError('revocation lists are asked from the start, or never');
      files = found;
      hold(listsOf(current, found, lists.known));
    },
    lists: () => lists?.state(new Date()) ?? null,
  };
}

function listsOf(
  { clientCa }: TlsMaterial,
  files: readonly ListFile[] | undefined,
  before?: KnownLists,
): ClientLists | undefined {
  if (clientCa === undefined || files === undefined) return undefined;
  return new ClientLists(clientCa, files, new Date(), before);
}
