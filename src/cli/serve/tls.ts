import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { requireUsable, type TlsMaterial } from '../../http/tls/material.ts';
import { UsageError } from '../failure.ts';
import { readClientLists } from './client-lists.ts';
import type { ServeSettings } from './settings.ts';

/** How often the files are looked at: certificates are renewed days ahead. */
const LOOK_MS = 10_000;

export type TlsPaths = Pick<ServeSettings, 'tlsCert' | 'tlsKey' | 'tlsClientCa' | 'tlsClientCrl'>;

/** What TLS is to be spoken with; undefined for none. @throws UsageError `usage`, `unreadable`, `bad_setting` */
export function readTls({ tlsCert, tlsKey, tlsClientCa, tlsClientCrl }: TlsPaths): TlsMaterial | undefined {
  if (tlsClientCa === undefined && tlsClientCrl.length > 0) {
    throw new UsageError(
      'usage',
      'revocation lists are of CAs that vouch for clients, and none is given',
      'Give --tls-client-ca as well, or leave out --tls-client-crl.',
    );
  }
  if (tlsCert === undefined && tlsKey === undefined) {
    if (tlsClientCa === undefined) return undefined;
    throw new UsageError(
      'usage',
      'client certificates are seen only by a verifier that ends TLS itself',
      'Give --tls-cert and --tls-key as well, or leave out --tls-client-ca.',
    );
  }
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UsageError('usage', 'TLS takes both a certificate and a key', 'Give --tls-cert and --tls-key.');
  }
  const pair = { cert: readPem(tlsCert), key: readPem(tlsKey) };
  const withCa = tlsClientCa === undefined ? pair : { ...pair, clientCa: readPem(tlsClientCa) };
  const material =
    tlsClientCrl.length === 0 ? withCa : { ...withCa, clientLists: readClientLists(tlsClientCrl) };
  try {
    requireUsable(material);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const files = [tlsCert, tlsKey, tlsClientCa].filter((path) => path !== undefined).join(', ');
    throw new UsageError(
      'bad_setting',
      `${files}: ${why}`,
      'Give a certificate chain, its own private key and CA certificates, each as PEM.',
      cause,
    );
  }
  return material;
}

/**
 * Takes up new files without a restart: told to by SIGHUP, or because they changed. Files that are of no use, a key that is not
 * yet the new certificate's among them, change nothing; they are told once, and looked at again. Answers what ends it.
 */
export function keepTls(
  paths: TlsPaths,
  { renew, log }: { readonly renew: (material: TlsMaterial) => void; readonly log: Logger },
  {
    everyMs = LOOK_MS,
    signals = process,
  }: { readonly everyMs?: number; readonly signals?: EventEmitter } = {},
): () => void {
  let known = contentOf(paths);
  let refused: string | undefined;
  const look = (): void => {
    const found = contentOf(paths);
    if (found === known) return;
    try {
      const material = readTls(paths);
      if (material === undefined) return;
      renew(material);
      known = found;
      refused = undefined;
      log.info('tls.renewed');
    } catch (error) {
      if (refused !== found) log.error({ err: error }, 'tls.kept: the new files are of no use');
      refused = found;
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  signals.on('SIGHUP', look);
  return () => {
    clearInterval(timer);
    signals.off('SIGHUP', look);
  };
}

/** What the files hold, to see that it changed; never shown. */
function contentOf({ tlsCert, tlsKey, tlsClientCa }: TlsPaths): string {
  return [tlsCert, tlsKey, tlsClientCa]
    .map((path) => (path === undefined ? '' : contentOrNone(path)))
    .join('\0');
}

function contentOrNone(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return 'unreadable';
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError('unreadable', `cannot read ${path}`, 'Check that it exists and may be read.', cause);
  }
}
