import type { KeyObject } from 'node:crypto';
import type { SnpProduct } from '../../evidence/amd/evidence.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateParts,
  crlDistributionPoint,
  keyUsage,
  subjectKeyIdentifier,
  USAGE,
  writeCertificate,
} from './certificate.ts';
import { rsaKey } from './keys.ts';
import { PRODUCTS } from './product.ts';
import { AMD_SIGNING } from './signature.ts';

const LIFE_YEARS = 25;
const HOUR_MS = 3_600_000;

export type SnpAuthority = { readonly certificate: Uint8Array; readonly key: KeyObject };

/**
 * AMD's authorities for one product line, all of them made here: names, serials and encodings are the genuine ones', the
 * keys are this process's own. Trusted only where somebody pins its ARK.
 */
export type SnpPki = {
  readonly product: SnpProduct;
  readonly ark: SnpAuthority;
  /** Signs VCEKs. */
  readonly ask: () => SnpAuthority;
  /** Signs VLEKs. */
  readonly asvk: () => SnpAuthority;
};

export type SnpPkiChange = {
  /** Several of one product line are told apart by this: each owner has keys of its own behind the same names. */
  readonly owner?: string;
  readonly ark?: Partial<CertificateParts>;
  readonly ask?: Partial<CertificateParts>;
  readonly asvk?: Partial<CertificateParts>;
};

const unchanged = new Map<string, SnpPki>();

/** The PKI of this line, the same certificates each time in one process; anew only where something is to be different. */
export function snpPki(product: SnpProduct, change: SnpPkiChange = {}): SnpPki {
  const { owner = 'forge', ark, ask, asvk } = change;
  if (ark !== undefined || ask !== undefined || asvk !== undefined) return makePki(product, owner, change);
  const name = `${owner}/${product}`;
  const pki = unchanged.get(name) ?? makePki(product, owner, {});
  unchanged.set(name, pki);
  return pki;
}

function makePki(product: SnpProduct, owner: string, change: SnpPkiChange): SnpPki {
  const ark = makeArk(product, rsaKey(`${owner}/${product}/ARK`), change.ark);
  return {
    product,
    ark,
    ask: once(() => makeIntermediate(product, 'ask', ark.key, rsaKey(`${owner}/${product}/ASK`), change.ask)),
    asvk: once(() =>
      makeIntermediate(product, 'asvk', ark.key, rsaKey(`${owner}/${product}/ASVK`), change.asvk),
    ),
  };
}

function makeArk(product: SnpProduct, key: KeyObject, change: Partial<CertificateParts> = {}): SnpAuthority {
  const { arkSerial, arkFrom } = PRODUCTS[product];
  const notBefore = new Date(arkFrom);
  const parts: CertificateParts = {
    serial: arkSerial,
    issuer: `ARK-${product}`,
    subject: `ARK-${product}`,
    notBefore,
    notAfter: yearsLater(notBefore),
    key,
    signer: key,
    signing: AMD_SIGNING,
    extensions: [
      keyUsage([USAGE.keyCertSign, USAGE.cRLSign]),
      subjectKeyIdentifier(key),
      basicConstraints(true, null),
      crlDistributionPoint(crlUrl('vcek', product)),
    ],
    ...change,
  };
  return { certificate: writeCertificate(parts), key: parts.key };
}

function makeIntermediate(
  product: SnpProduct,
  kind: 'ask' | 'asvk',
  arkKey: KeyObject,
  key: KeyObject,
  change: Partial<CertificateParts> = {},
): SnpAuthority {
  const traits = PRODUCTS[product];
  const notBefore = new Date(new Date(traits.arkFrom).getTime() + HOUR_MS);
  const parts: CertificateParts = {
    serial: kind === 'ask' ? traits.askSerial : traits.asvkSerial,
    issuer: `ARK-${product}`,
    subject: intermediateName(kind, product),
    notBefore,
    notAfter: yearsLater(notBefore),
    key,
    signer: arkKey,
    signing: AMD_SIGNING,
    extensions: intermediateExtensions(product, kind, key, arkKey),
    ...change,
  };
  return { certificate: writeCertificate(parts), key: parts.key };
}

/** In AMD's order, which differs from the ARK's. */
export function intermediateExtensions(
  product: SnpProduct,
  kind: 'ask' | 'asvk',
  key: KeyObject,
  arkKey: KeyObject,
): Uint8Array[] {
  return [
    subjectKeyIdentifier(key),
    authorityKeyIdentifier(arkKey),
    basicConstraints(true, 0),
    keyUsage([USAGE.keyCertSign]),
    crlDistributionPoint(crlUrl(kind === 'ask' ? 'vcek' : 'vlek', product)),
  ];
}

export function intermediateName(kind: 'ask' | 'asvk', product: SnpProduct): string {
  return kind === 'ask' ? `SEV-${product}` : `SEV-VLEK-${product}`;
}

function yearsLater(from: Date): Date {
  const end = new Date(from);
  end.setUTCFullYear(end.getUTCFullYear() + LIFE_YEARS);
  return end;
}

function crlUrl(kind: 'vcek' | 'vlek', product: SnpProduct): string {
  return `https://kdsintf.amd.com/${kind}/v1/${product}/crl`;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
