import { isDnsConstraint, isDnsName, relateDnsName } from './dns-name.ts';

/** The characters of an unquoted local part (RFC 5321 section 4.1.2): quoted ones are refused, since two readers seldom agree on them. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

type Mailbox = { readonly local: string; readonly host: string };

function splitMailbox(text: string): Mailbox | null {
  const [local, host, ...rest] = text.split('@');
  if (local === undefined || host === undefined || rest.length > 0) return null;
  return LOCAL_PART.test(local) && isDnsName(host) ? { local, host } : null;
}

export function isMailbox(text: string): boolean {
  return splitMailbox(text) !== null;
}

/** RFC 5280 section 4.2.1.10: one mailbox, all mailboxes of a host, or with a leading dot all below a domain. */
export function isMailConstraint(text: string): boolean {
  if (text.includes('@')) return isMailbox(text);
  return isDnsConstraint(text.startsWith('.') ? text.slice(1) : text);
}

/** Whether a mailbox lies within a constraint. The local part is compared exactly, the host without regard to case. */
export function isMailWithin(mailbox: string, constraint: string): boolean {
  const name = splitMailbox(mailbox);
  if (name === null) return false;
  const exact = splitMailbox(constraint);
  if (exact !== null)
    return name.local === exact.local && name.host.toLowerCase() === exact.host.toLowerCase();
  if (constraint === '') return true;
  if (constraint.startsWith('.')) {
    const domain = constraint.slice(1);
    return relateDnsName(name.host, domain) === 'within' && name.host.length > domain.length;
  }
  return name.host.toLowerCase() === constraint.toLowerCase();
}
