import { FormatError } from '../../bytes/errors.ts';
import { attributeTexts, OID, parseCertificate, type TrustAnchor } from '../../pki/index.ts';
import {
  parseSnpReport,
  SNP_PRODUCTS,
  type SnpCertificateNeed,
  type SnpProduct,
  servingCertificates,
  snpCertificateNeeds,
} from '../amd/index.ts';
import { hclReportTypeOf, parseHclReport } from '../azure/index.ts';
import { type PckIdentity, parseQuote, readPckIdentity } from '../intel/index.ts';
import { AZURE_CVM_MEDIA_TYPE, parseAzureItem } from './azure-item.ts';
import type { Item } from './cmw.ts';
import { readBundle } from './read-bundle.ts';
import { parseSnpItem, SNP_REPORT_MEDIA_TYPE } from './snp-item.ts';
import { parseTdxItem, TDX_QUOTE_MEDIA_TYPE } from './tdx-item.ts';

/** What vendors have to publish for a piece of evidence to be verified. */
export type CollateralNeed = IntelDocumentsNeed | AmdDocumentsNeed;

export type IntelDocumentsNeed = { readonly vendor: 'intel'; readonly tee: 'tdx' } & Pick<
  PckIdentity,
  'fmspc' | 'ca'
>;

export type AmdDocumentsNeed = {
  readonly vendor: 'amd';
  readonly report: SnpCertificateNeed;
  /**
   * How many certificates that may serve came with the evidence: leaf, intermediate and root leave nothing to ask for but the CRL. A
   * VCEK of another chip or version does not count, for hosts keep it after an update of firmware.
   */
  readonly presented: number;
};

export type NeedsContext = {
  readonly intelAnchors: readonly TrustAnchor[];
  readonly amdAnchors: readonly TrustAnchor[];
  readonly at: Date;
};

/**
 * What a submission needs, read before any of it is verified. Of Intel's documents only those of a platform whose
 * certificate leads to a trusted root, so that made-up platforms are asked for by nobody. AMD's certificates are named by
 * the report itself, which nothing vouches for yet: how often a host may name new chips is for the caller to bound.
 *
 * Never throws for what the host sent: what cannot be read needs nothing, and verification says what is wrong with it.
 */
export function collateralNeeds(jws: string, context: NeedsContext): CollateralNeed[] {
  const items = readable(() => [...readBundle(jws).items.values()]) ?? [];
  return items.flatMap((item) => needOfItem(item, context) ?? []);
}

/** The same of one item alone. */
export function needOfItem({ mediaType, value }: Item, context: NeedsContext): CollateralNeed | null {
  switch (mediaType) {
    case TDX_QUOTE_MEDIA_TYPE:
      return readable(() => intelNeed(parseTdxItem(value).quote, context));
    case SNP_REPORT_MEDIA_TYPE:
      return readable(() => {
        const { report, certificates } = parseSnpItem(value);
        return amdNeed(report, certificates, context);
      });
    case AZURE_CVM_MEDIA_TYPE:
      return readable(() => azureNeed(value, context));
    default:
      return null;
  }
}

function azureNeed(value: Uint8Array, context: NeedsContext): CollateralNeed | null {
  const { hclReport, tdQuote, certificates } = parseAzureItem(value);
  if (hclReportTypeOf(hclReport) !== 'tdx') {
    const ofAmd = certificates.filter((der) => productNamedBy(der) !== null);
    return amdNeed(parseHclReport(hclReport).hardwareReport, ofAmd, context);
  }
  return tdQuote === null ? null : intelNeed(tdQuote, context);
}

function intelNeed(quote: Uint8Array, { intelAnchors, at }: NeedsContext): CollateralNeed | null {
  if (parseQuote(quote).tee !== 'tdx') return null;
  const pck = readPckIdentity(quote, null, intelAnchors, at);
  return pck && { vendor: 'intel', tee: 'tdx', fmspc: pck.fmspc, ca: pck.ca };
}

function amdNeed(
  bytes: Uint8Array,
  certificates: readonly Uint8Array[],
  { amdAnchors }: NeedsContext,
): CollateralNeed | null {
  // Without a root nothing will verify, whatever AMD says.
  if (amdAnchors.length === 0) return null;
  const [product] = certificates.flatMap((der) => productNamedBy(der) ?? []);
  const report = parseSnpReport(bytes);
  const need = snpCertificateNeeds(report, product);
  return (
    need && { vendor: 'amd', report: need, presented: servingCertificates({ bytes, report }, certificates) }
  );
}

/** The line of processors that a certificate's issuer is named after: a report of version 2 names none itself. */
function productNamedBy(der: Uint8Array): SnpProduct | null {
  const issuer = readable(() => attributeTexts(parseCertificate(der).issuer, OID.commonName).join()) ?? '';
  return SNP_PRODUCTS.find((product) => new RegExp(`^(?:ARK|SEV|SEV-VLEK)-${product}$`).test(issuer)) ?? null;
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
