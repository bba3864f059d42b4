import { z } from 'zod';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { MAX_HCL_REPORT_BYTES } from '../azure/index.ts';
import { type PcrBanks, type PcrValues, parsePcrMap, toPcrMap } from '../tpm/index.ts';
import { parseItemJson, sizedBytes } from './item-fields.ts';
import { pcrMap } from './tpm-item.ts';

/** What an Azure confidential VM's collector sends. */
export const AZURE_CVM_MEDIA_TYPE = 'application/vnd.sextant.azure-cvm+json';

/**
 * The item `application/vnd.sextant.azure-cvm+json`. The JSON around the structures is unsigned packaging: what matters in it
 * the hardware or the vTPM signed, and is compared.
 */
export type AzureItem = {
  /** NV index 0x01400001, as read. */
  readonly hclReport: Uint8Array;
  /** TPMS_ATTEST of the key at 0x81000003, as signed; its extraData is the commitment. */
  readonly quote: Uint8Array;
  /** TPMT_SIGNATURE. */
  readonly signature: Uint8Array;
  readonly pcrs: PcrValues;
  /** NV index 0x01C101D0, as read; null where the VM has none. */
  readonly akCertificate: Uint8Array | null;
  /** TDX: the quote that the host made of the report. */
  readonly tdQuote: Uint8Array | null;
  /** DER, in any order: SNP's VCEK, ASK and ARK; CAs above the AK certificate. */
  readonly certificates: readonly Uint8Array[];
  /** The TCG event log; explains the PCRs, is never trusted before its replay. */
  readonly eventLog: Uint8Array | null;
};

const MAX_STRUCTURE_BYTES = 2048;
const MAX_CERTIFICATE_BYTES = 4096;
/** VCEK, ASK and ARK, and a chain above the AK with room to spare. */
const MAX_CERTIFICATES = 8;
/** A quote of version 4 with its chain has 5 KB. */
const MAX_TD_QUOTE_BYTES = 1 << 14;
const MAX_EVENT_LOG_BYTES = 1 << 18;
/** PCRs in hexadecimal, names, punctuation. */
const MAX_PACKAGING_BYTES = 1 << 15;
const MAX_BINARY_BYTES =
  MAX_HCL_REPORT_BYTES +
  2 * MAX_STRUCTURE_BYTES +
  (1 + MAX_CERTIFICATES) * MAX_CERTIFICATE_BYTES +
  MAX_TD_QUOTE_BYTES +
  MAX_EVENT_LOG_BYTES;
const MAX_ITEM_BYTES = Math.ceil((MAX_BINARY_BYTES * 4) / 3) + MAX_PACKAGING_BYTES;

const schema = z.strictObject({
  hclReport: z.string(),
  quote: z.string(),
  signature: z.string(),
  pcrs: pcrMap,
  akCertificate: z.string().optional(),
  tdQuote: z.string().optional(),
  certificates: z.array(z.string()).max(MAX_CERTIFICATES).optional(),
  eventLog: z.string().optional(),
});

/** @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical`, `unsupported` */
export function parseAzureItem(bytes: Uint8Array): AzureItem {
  const limits = { maxBytes: MAX_ITEM_BYTES, maxDepth: 3, maxNodes: 512 };
  const item = parseItemJson(schema, bytes, 'azure', limits);
  const optional = (text: string | undefined, name: string, ceiling: number): Uint8Array | null =>
    text === undefined ? null : sizedBytes(text, `azure.${name}`, ceiling);
  return {
    hclReport: sizedBytes(item.hclReport, 'azure.hclReport', MAX_HCL_REPORT_BYTES),
    quote: sizedBytes(item.quote, 'azure.quote', MAX_STRUCTURE_BYTES),
    signature: sizedBytes(item.signature, 'azure.signature', MAX_STRUCTURE_BYTES),
    pcrs: parsePcrMap(item.pcrs),
    akCertificate: optional(item.akCertificate, 'akCertificate', MAX_CERTIFICATE_BYTES),
    tdQuote: optional(item.tdQuote, 'tdQuote', MAX_TD_QUOTE_BYTES),
    certificates: (item.certificates ?? []).map((text, index) =>
      sizedBytes(text, `azure.certificates.${index}`, MAX_CERTIFICATE_BYTES),
    ),
    eventLog: optional(item.eventLog, 'eventLog', MAX_EVENT_LOG_BYTES),
  };
}

/** The item's bytes, as {@link parseAzureItem} reads them. Collectors build their item with this. */
export function serialiseAzureItem(item: Omit<AzureItem, 'pcrs'> & { readonly pcrs: PcrBanks }): Uint8Array {
  const { akCertificate, tdQuote, certificates, eventLog } = item;
  const json = JSON.stringify({
    hclReport: toBase64Url(item.hclReport),
    quote: toBase64Url(item.quote),
    signature: toBase64Url(item.signature),
    pcrs: toPcrMap(item.pcrs),
    ...(akCertificate === null ? {} : { akCertificate: toBase64Url(akCertificate) }),
    ...(tdQuote === null ? {} : { tdQuote: toBase64Url(tdQuote) }),
    ...(certificates.length === 0 ? {} : { certificates: certificates.map(toBase64Url) }),
    ...(eventLog === null ? {} : { eventLog: toBase64Url(eventLog) }),
  });
  return toUtf8(json, 'azure');
}
