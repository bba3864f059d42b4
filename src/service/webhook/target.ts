import { isIP } from 'node:net';
import type { ServiceConfig } from '../context.ts';
import { RequestError } from '../errors.ts';
import { isLoopbackAddress, isPublicAddress } from './address.ts';

/** Where webhooks may go besides public addresses over TLS: the operator's word, and nobody else's. */
export type TargetRules = NonNullable<ServiceConfig['webhookTargets']>;

export const STRICT: TargetRules = { plaintextToLoopback: false, privateNetworks: false };

/**
 * Reads the address of a webhook. Names are judged again by what they stand for at each delivery: here only what can never be.
 * @throws RequestError `invalid_request`
 */
export function readTarget(text: string, rules: TargetRules): URL {
  const url = URL.parse(text);
  if (url === null) throw refused('an absolute https URL', text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw refused('a URL without user, password and fragment', `${url.protocol}//${url.host}`);
  }
  const address = literalOf(url);
  if (url.protocol !== 'https:' && !isPlaintextAllowed(url, address, rules)) {
    throw refused(
      'https; http to this machine alone, where the operator allows it (--dangerously-plaintext)',
      url.protocol,
    );
  }
  if (address !== null && !mayReach(address, url.protocol, rules)) {
    throw refused(
      'a public address; others where the operator allows it (--dangerously-private-webhooks)',
      address,
    );
  }
  return url;
}

/** Whether a delivery may go to an address. Asked of the very address that the connection is made to. */
export function mayReach(address: string, protocol: string, rules: TargetRules): boolean {
  if (protocol === 'http:') return rules.plaintextToLoopback && isLoopbackAddress(address);
  return rules.privateNetworks || isPublicAddress(address);
}

function isPlaintextAllowed(
  { protocol, hostname }: URL,
  address: string | null,
  rules: TargetRules,
): boolean {
  if (protocol !== 'http:' || !rules.plaintextToLoopback) return false;
  return hostname === 'localhost' || (address !== null && isLoopbackAddress(address));
}

/** The address that stands in a URL in place of a name; `URL` has brought it into its one form. */
export function literalOf({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
}

function refused(expected: string, actual: string): RequestError {
  return new RequestError('invalid_request', 'a webhook cannot go there', {
    path: 'body.url',
    expected,
    actual: actual.slice(0, 200),
  });
}
