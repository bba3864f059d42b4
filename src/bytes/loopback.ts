const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const LOOPBACK = new RegExp(`^(?:localhost|127(?:\\.${OCTET}){3}|::1|\\[::1\\])$`);

/**
 * Whether a host is this machine, as a URL writes it (`[::1]`) or as a server is bound to it (`::1`). Longer spellings of the same
 * address are not known, which costs a word too many and never one too few.
 */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}
