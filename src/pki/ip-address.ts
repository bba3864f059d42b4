export type IpAddress = {
  /** Network order: 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  /** The one text form: dotted decimal, or RFC 5952. */
  readonly canonical: string;
};

const MAX_TEXT = 45;

/**
 * Reads an IPv4 address in dotted decimal without leading zeros (RFC 3986 section 3.2.2) or an IPv6 address (RFC 4291
 * section 2.2, no zone). Null for anything else: `0x7f.1` and its like are host names to some and addresses to others.
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (text.length > MAX_TEXT) return null;
  const bytes = text.includes(':') ? parseV6(text) : parseV4(text);
  if (bytes === null) return null;
  return { bytes, canonical: bytes.length === 4 ? bytes.join('.') : formatV6(bytes) };
}

function parseV4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part))) return null;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? Uint8Array.from(octets) : null;
}

function parseV6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(readGroups);
  if (head === undefined || head === null || tail === null) return null;
  if (tail === undefined) return head.length === 16 ? Uint8Array.from(head) : null;
  const gap = 16 - head.length - tail.length;
  // RFC 4291: `::` stands for one group of zeros at least.
  return gap >= 2 ? Uint8Array.from([...head, ...Array<number>(gap).fill(0), ...tail]) : null;
}

function readGroups(half: string): number[] | null {
  if (half === '') return [];
  const octets: number[] = [];
  const groups = half.split(':');
  for (const [index, group] of groups.entries()) {
    const embedded = index === groups.length - 1 && group.includes('.') ? parseV4(group) : null;
    if (embedded !== null) octets.push(...embedded);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    } else return null;
  }
  return octets;
}

/** RFC 5952 section 4: lower case, no leading zeros, the longest run of two zero groups or more (the first of equals) as `::`. */
function formatV6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== '0');
    return { start, length: (end < 0 ? 8 : end) - start };
  });
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), {
    start: 0,
    length: 1,
  });
  if (longest.length < 2) return groups.join(':');
  const [before, after] = [groups.slice(0, longest.start), groups.slice(longest.start + longest.length)];
  return `${before.join(':')}::${after.join(':')}`;
}
