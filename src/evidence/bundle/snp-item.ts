import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { readCertificateTable } from '../amd/index.ts';
import { parseItemJson, sizedBytes } from './item-fields.ts';

/** What the collector of a guest under AMD SEV-SNP sends. */
export const SNP_REPORT_MEDIA_TYPE = 'application/vnd.sextant.snp-report+json';

/** The item `application/vnd.sextant.snp-report+json`: unsigned packaging around what AMD's firmware signs. */
export type SnpItem = {
  /** ATTESTATION_REPORT as configfs-tsm's outblob gives it; its report_data is the commitment. */
  readonly report: Uint8Array;
  /** DER, in any order: VCEK or VLEK, ASK or ASVK, ARK. What is missing the verifier asks AMD for; a VLEK nobody else has. */
  readonly certificates: readonly Uint8Array[];
};

/** What the item says of certificates: the host's table as it is (configfs-tsm's auxblob), or a list; not both. */
export type SnpItemParts = {
  readonly report: Uint8Array;
  readonly auxblob?: Uint8Array | null;
  readonly certificates?: readonly Uint8Array[];
};

/** The report has 1,184 bytes; its own room judges that. */
const MAX_REPORT_BYTES = 1 << 12;
const MAX_AUXBLOB_BYTES = 1 << 16;
const MAX_CERTIFICATE_BYTES = 1 << 12;
const MAX_CERTIFICATES = 8;
const MAX_PACKAGING_BYTES = 1 << 10;
const MAX_BINARY_BYTES = MAX_REPORT_BYTES + MAX_AUXBLOB_BYTES + MAX_CERTIFICATES * MAX_CERTIFICATE_BYTES;
const MAX_ITEM_BYTES = Math.ceil((MAX_BINARY_BYTES * 4) / 3) + MAX_PACKAGING_BYTES;

const schema = z.strictObject({
  report: z.string(),
  auxblob: z.string().optional(),
  certificates: z.array(z.string()).max(MAX_CERTIFICATES).optional(),
});

/**
 * The CRL that a host's table may hold is left out: whoever is to be judged does not choose how old a list he is judged by.
 *
 * @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical`, `truncated`, `trailing_data`
 */
export function parseSnpItem(bytes: Uint8Array): SnpItem {
  const limits = { maxBytes: MAX_ITEM_BYTES, maxDepth: 2, maxNodes: 32 };
  const { report, auxblob, certificates } = parseItemJson(schema, bytes, 'snp', limits);
  if (auxblob !== undefined && certificates !== undefined) {
    throw new FormatError('bad_value', 'snp holds a table and a list of certificates', {
      path: 'snp.certificates',
      expected: 'absent beside snp.auxblob',
      actual: 'present',
    });
  }
  return {
    report: sizedBytes(report, 'snp.report', MAX_REPORT_BYTES),
    certificates:
      auxblob === undefined
        ? (certificates ?? []).map((text, index) =>
            sizedBytes(text, `snp.certificates.${index}`, MAX_CERTIFICATE_BYTES),
          )
        : readCertificateTable(sizedBytes(auxblob, 'snp.auxblob', MAX_AUXBLOB_BYTES)).certificates,
  };
}

/** The item's bytes, as {@link parseSnpItem} reads them. Collectors build their item with this. */
export function serialiseSnpItem({ report, auxblob = null, certificates = [] }: SnpItemParts): Uint8Array {
  const json = JSON.stringify({
    report: toBase64Url(report),
    ...(auxblob === null ? {} : { auxblob: toBase64Url(auxblob) }),
    ...(certificates.length === 0 ? {} : { certificates: certificates.map(toBase64Url) }),
  });
  return toUtf8(json, 'snp');
}
