import { formatPem } from '../../src/bytes/pem.ts';
import type { SnpProduct } from '../../src/evidence/amd/evidence.ts';
import type { SnpPki } from '../../src/forge/amd/pki.ts';
import type { ForgedSnpPlatform } from '../../src/forge/amd/platform.ts';
import { type Answer, startVendorServer, type VendorServer } from './vendor-server.ts';

/** AMD's KDS, by paths and queries, for chips that were forged. `crl` is asked each time. */
export function startKdsServer(
  chips: readonly ForgedSnpPlatform[],
  crl: (product: SnpProduct) => Uint8Array,
): Promise<VendorServer> {
  return startVendorServer((url) => answer(url, chips, crl));
}

function answer(
  url: URL,
  chips: readonly ForgedSnpPlatform[],
  crl: (product: SnpProduct) => Uint8Array,
): Answer {
  const [, kind = '', version, product = '', asked = ''] = url.pathname.split('/');
  const chip = chips.find((known) => known.product === product);
  if (version !== 'v1' || chip === undefined) return { status: 404 };
  if (asked === 'cert_chain') return { body: chainOf(chip.pki, kind) };
  if (asked === 'crl')
    return { headers: { 'content-type': 'application/pkix-crl' }, body: crl(chip.product) };
  const found = chips.find((known) => known.product === product && hwid(known) === asked);
  return found === undefined
    ? { status: 404 }
    : { headers: { 'content-type': 'application/octet-stream' }, body: found.certificates()[0] ?? '' };
}

export function chainOf(pki: SnpPki, kind: string): string {
  const intermediate = kind === 'vlek' ? pki.asvk() : pki.ask();
  return [intermediate, pki.ark].map(({ certificate }) => formatPem('CERTIFICATE', certificate)).join('');
}

function hwid({ product, chipId }: ForgedSnpPlatform): string {
  return Buffer.from(chipId.subarray(0, product === 'Turin' ? 8 : 64)).toString('hex');
}
