import { CollateralError } from './errors.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * An address of a vendor or of a cache between, without its last slash. Everything fetched is signed, so that plain HTTP could forge
 * nothing; but it would tell the network which machines are being attested, and let it choose what is withheld.
 * @throws CollateralError `collateral_bad_setting` for anything but https, or http on this machine
 */
export function secureOrigin(text: string): string {
  const url = URL.parse(text);
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url !== null && isSecure && url.username === '' && url.search === '' && url.hash === '') {
    return url.href.replace(/\/+$/, '');
  }
  throw new CollateralError('collateral_bad_setting', `${text} is no address to fetch collateral from`, {
    expected: 'https://host[:port][/path], or http on this machine',
    actual: text.slice(0, 200),
  });
}
