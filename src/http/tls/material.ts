import { constants, createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls';
import { parsePem } from '../../bytes/pem.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import type { ListFile, ListMemory } from './client-lists.ts';

/** What a server speaks TLS with; PEM. */
export type TlsMaterial = {
  readonly key: string;
  /** The chain, its own certificate first. */
  readonly cert: string;
  /** CA certificates: connections are asked for a certificate below one of them, and served without it all the same. */
  readonly clientCa?: string;
  /** Revocation lists of those CAs, as the server starts with: certificates of clients are then held to them. */
  readonly clientLists?: readonly ListFile[];
  /** Where the newest of them are kept; nowhere unless given, and a restart forgets which they were. */
  readonly listMemory?: ListMemory;
};

/**
 * As a server takes it. A certificate of a client is asked for and never demanded: hosts prove their keys otherwise, and whether
 * one counts is judged for each request (client-certificates.ts). Where one is asked for, no session is resumed: what it rests
 * on is judged in each handshake anew.
 */
export function serverOptions(material: TlsMaterial): TlsOptions {
  const { clientCa } = material;
  if (clientCa === undefined) return contextOptions(material);
  return { ...contextOptions(material), requestCert: true, rejectUnauthorized: false };
}

/** The part of it that may change while a server listens. */
export function contextOptions({ key, cert, clientCa }: TlsMaterial): SecureContextOptions {
  const options: SecureContextOptions = { key, cert, minVersion: 'TLSv1.2' };
  return clientCa === undefined
    ? options
    : { ...options, ca: clientCa, secureOptions: constants.SSL_OP_NO_TICKET };
}

/**
 * Node takes an empty text for one that is not given: a server without a certificate, or any public CA in the place of those that vouch
 * for clients. So each is looked into before.
 *
 * @throws FormatError, or Error in OpenSSL's words, where something holds no PEM, or the key is not the certificate's
 */
export function requireUsable(material: TlsMaterial): void {
  const { cert, clientCa, clientLists } = material;
  if (clientLists !== undefined && clientCa === undefined)
    throw new TypeError('revocation lists are of CAs for clients, and none is given');
  for (const pem of clientCa === undefined ? [cert] : [cert, clientCa]) {
    for (const der of parsePem(pem, { label: 'CERTIFICATE' })) new X509Certificate(der);
  }
  // With lists they are read by our own rules as well, which are stricter.
  if (clientLists !== undefined && clientCa !== undefined)
    for (const der of parsePem(clientCa, { label: 'CERTIFICATE' })) parseCertificate(der);
  createPrivateKey(material.key);
  createSecureContext(contextOptions(material));
}
