import { equalBytes } from '../bytes/equal.ts';
import type { Certificate } from './certificate.ts';
import { isDnsName } from './dns-name.ts';
import type { GeneralName } from './general-name.ts';
import { parseIpAddress } from './ip-address.ts';

/**
 * Whether a certificate's alternative names present this host name (RFC 6125 section 6.4, RFC 9525).
 *
 * Labels compare without regard to case. A wildcard is a whole first label, stands for exactly one, and has at least two
 * labels after it: `*.com` would be a certificate for everybody. The subject's common name is never looked at. A name that
 * is no host name matches nothing; one trailing dot, the absolute form, is taken off.
 *
 * Unproven: everything else about the certificate. Match names only after its path is verified.
 */
export function matchesDnsName(certificate: Certificate, hostName: string): boolean {
  const wanted = hostName.replace(/\.$/, '').toLowerCase();
  if (!isDnsName(wanted)) return false;
  return alternativeNames(certificate).some(
    (name) => name.form === 'dNSName' && presents(name.value.toLowerCase(), wanted),
  );
}

function presents(pattern: string, wanted: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === wanted;
  const base = pattern.slice(2);
  const firstDot = wanted.indexOf('.');
  return base.includes('.') && firstDot > 0 && wanted.slice(firstDot + 1) === base;
}

/** Whether an alternative name is this address, in text of either family. Addresses in dNSName count for nothing. */
export function matchesIp(certificate: Certificate, address: string): boolean {
  const wanted = parseIpAddress(address);
  if (wanted === null) return false;
  return alternativeNames(certificate).some(
    (name) => name.form === 'iPAddress' && equalBytes(name.value, wanted.bytes),
  );
}

/** Whether an alternative name is this mailbox: the local part exactly, the host without regard to case. */
export function matchesMailbox(certificate: Certificate, mailbox: string): boolean {
  const fold = (text: string): string => {
    const at = text.lastIndexOf('@');
    return text.slice(0, at) + text.slice(at).toLowerCase();
  };
  return alternativeNames(certificate).some(
    (name) => name.form === 'rfc822Name' && fold(name.value) === fold(mailbox),
  );
}

/** Whether the certificate is for this server: an address where the text is one, a host name otherwise. */
export function matchesServerName(certificate: Certificate, server: string): boolean {
  return parseIpAddress(server) === null
    ? matchesDnsName(certificate, server)
    : matchesIp(certificate, server);
}

function alternativeNames(certificate: Certificate): readonly GeneralName[] {
  return certificate.extensions.subjectAltName?.value ?? [];
}
