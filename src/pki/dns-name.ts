/** One label of letters, digits, hyphens and, because certificates hold them, underscores; 63 bytes at most (RFC 1034). */
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

const MAX_NAME = 253;

/** A host name: at least one label, no trailing dot, no wildcard. */
export function isDnsName(text: string): boolean {
  return text.length > 0 && text.length <= MAX_NAME && text.split('.').every((label) => LABEL.test(label));
}

/** A host name, or one whose first label is the single wildcard (RFC 6125 section 6.4.3): what a certificate may present. */
export function isDnsPattern(text: string): boolean {
  return isDnsName(text.startsWith('*.') ? text.slice(2) : text);
}

/** A constraint on host names: a host name, or nothing, which every name lies below (RFC 5280 section 4.2.1.10). */
export function isDnsConstraint(text: string): boolean {
  return text === '' || isDnsName(text);
}

export type DnsRelation = 'within' | 'overlaps' | 'outside';

/**
 * How a presented name stands to a constraint. `within`: the constraint's labels are its last. `overlaps`: a wildcard
 * that stands for names inside as well as outside (`*.example.com` and `bar.example.com`, CVE-2025-61727): an exclusion must
 * count it, a permission must not.
 */
export function relateDnsName(presented: string, constraint: string): DnsRelation {
  if (constraint === '') return 'within';
  const name = presented.toLowerCase().split('.').toReversed();
  const base = constraint.toLowerCase().split('.').toReversed();
  if (base.every((label, index) => name[index] === label)) return 'within';
  const wildcard = name.at(-1) === '*' && base.length === name.length;
  return wildcard && base.slice(0, -1).every((label, index) => name[index] === label)
    ? 'overlaps'
    : 'outside';
}
