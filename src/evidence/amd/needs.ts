import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { parseCertificate } from '../../pki/index.ts';
import type { SnpProduct, SnpReport, TcbVersion } from './evidence.ts';
import { isOutdatedVcek, type ReportInHand } from './leaf.ts';
import { productOfCpu } from './product.ts';

/** Which certificates the key distribution service is to be asked for. A VLEK itself comes from the host alone. */
export type SnpCertificateNeed =
  | {
      readonly kind: 'vcek';
      readonly product: SnpProduct;
      /** 64 bytes, lower-case hexadecimal; on Turin only the first 8 count. */
      readonly chipId: string;
      /** The version that the key is derived for: the reported one, not the current one. */
      readonly reportedTcb: TcbVersion;
    }
  | { readonly kind: 'vlek'; readonly product: SnpProduct };

/**
 * Reads from a report, verified or not, what it takes to verify it.
 *
 * @param product for version 2, which does not name its processor
 * @returns null where nothing can be asked for: the product is not known, or a VCEK's chip is masked
 */
export function snpCertificateNeeds(report: SnpReport, product?: SnpProduct): SnpCertificateNeed | null {
  const line = report.cpu === null ? (product ?? null) : productOfCpu(report.cpu);
  if (line === null) return null;
  if (report.signingKey === 'vlek') return { kind: 'vlek', product: line };
  if (report.chipId.every((byte) => byte === 0)) return null;
  return { kind: 'vcek', product: line, chipId: toHex(report.chipId), reportedTcb: report.reportedTcb };
}

/** How many of the certificates that came with a report may serve to verify it: all but VCEKs of another chip or version. */
export function servingCertificates(hand: ReportInHand, certificates: readonly Uint8Array[]): number {
  return certificates.filter((der) => {
    try {
      return !isOutdatedVcek(parseCertificate(der), hand);
    } catch (error) {
      // That it cannot be read is for verification to say.
      if (error instanceof FormatError) return true;
      throw error;
    }
  }).length;
}
