import { relateDnsName } from './dns-name.ts';
import type { GeneralName } from './general-name.ts';
import { isMailbox, isMailWithin } from './mail-name.ts';
import type { Name } from './name.ts';

/**
 * How a name stands to a constraint of the same form. `overlaps` is a name that stands for several, some within: it counts
 * as excluded and not as permitted. `unknown`: the form's constraints have no meaning here.
 */
export type Relation = 'within' | 'overlaps' | 'outside' | 'unknown';

/** RFC 5280 section 4.2.1.10, form by form. Different forms never constrain each other: callers compare like with like. */
export function relateName(name: GeneralName, base: GeneralName): Relation {
  if (name.form === 'dNSName' && base.form === 'dNSName') return relateDnsName(name.value, base.value);
  if (name.form === 'rfc822Name' && base.form === 'rfc822Name') {
    // Malformed ones come from subjects alone: the parser refuses them among alternative names.
    if (!isMailbox(name.value)) return 'unknown';
    return isMailWithin(name.value, base.value) ? 'within' : 'outside';
  }
  if (name.form === 'uniformResourceIdentifier' && base.form === 'uniformResourceIdentifier') {
    return relateUri(name.value, base.value);
  }
  if (name.form === 'iPAddress' && base.form === 'iPAddress') return relateAddress(name.value, base.value);
  if (name.form === 'directoryName' && base.form === 'directoryName') {
    return isBelow(name.value, base.value) ? 'within' : 'outside';
  }
  return 'unknown';
}

/** A directory name lies within another if that one's RDNs are its first ones. */
function isBelow(name: Name, base: Name): boolean {
  return base.canonicalRdns.every((rdn, index) => name.canonicalRdns[index] === rdn);
}

/** Four bytes against eight, sixteen against thirty-two; the families do not meet. */
function relateAddress(address: Uint8Array, range: Uint8Array): Relation {
  if (range.length !== 2 * address.length) return 'outside';
  const within = address.every((octet, index) => {
    const mask = range[address.length + index] ?? 0;
    return (octet & mask) === ((range[index] ?? 0) & mask);
  });
  return within ? 'within' : 'outside';
}

/**
 * The host of the URI's authority against a host, or with a leading dot against a domain below which it must lie. A URI
 * without a host name cannot be judged and MUST then be refused (section 4.2.1.10).
 */
function relateUri(uri: string, base: string): Relation {
  const host = hostOf(uri);
  if (host === null) return 'unknown';
  if (base.startsWith('.')) {
    const below = relateDnsName(host, base.slice(1)) === 'within' && host.length > base.length - 1;
    return below ? 'within' : 'outside';
  }
  return base === '' || host.toLowerCase() === base.toLowerCase() ? 'within' : 'outside';
}

/** RFC 3986 section 3.2: scheme://userinfo@host:port/…; IP literals and bare numbers are no host names. */
function hostOf(uri: string): string | null {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(uri)?.[1];
  const host = authority?.replace(/^[^@]*@/, '').replace(/:[0-9]*$/, '');
  if (host === undefined || !/^[A-Za-z0-9_.-]*[A-Za-z_-][A-Za-z0-9_.-]*$/.test(host)) return null;
  return host;
}
