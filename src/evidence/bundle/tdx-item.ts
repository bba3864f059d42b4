import { z } from 'zod';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { parseItemJson, sizedBytes } from './item-fields.ts';

/** What the collector of a guest under Intel TDX sends. */
export const TDX_QUOTE_MEDIA_TYPE = 'application/vnd.sextant.tdx-quote+json';

/** The item `application/vnd.sextant.tdx-quote+json`: unsigned packaging around what Intel's hardware signs. */
export type TdxItem = {
  /** As configfs-tsm's outblob gives it, padding included; its report_data is the commitment. */
  readonly quote: Uint8Array;
  /** The ACPI table CCEL's log; explains the RTMRs, is never trusted before its replay. */
  readonly eventLog: Uint8Array | null;
};

/** Buffers of 8,000 bytes are usual; kernels hand out at most 32 KiB. */
const MAX_QUOTE_BYTES = 1 << 15;
const MAX_EVENT_LOG_BYTES = 1 << 18;
const MAX_PACKAGING_BYTES = 1 << 10;
const MAX_ITEM_BYTES = Math.ceil(((MAX_QUOTE_BYTES + MAX_EVENT_LOG_BYTES) * 4) / 3) + MAX_PACKAGING_BYTES;

const schema = z.strictObject({ quote: z.string(), eventLog: z.string().optional() });

/** @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical` */
export function parseTdxItem(bytes: Uint8Array): TdxItem {
  const limits = { maxBytes: MAX_ITEM_BYTES, maxDepth: 1, maxNodes: 8 };
  const { quote, eventLog } = parseItemJson(schema, bytes, 'tdx', limits);
  return {
    quote: sizedBytes(quote, 'tdx.quote', MAX_QUOTE_BYTES),
    eventLog: eventLog === undefined ? null : sizedBytes(eventLog, 'tdx.eventLog', MAX_EVENT_LOG_BYTES),
  };
}

/** The item's bytes, as {@link parseTdxItem} reads them. Collectors build their item with this. */
export function serialiseTdxItem({ quote, eventLog }: TdxItem): Uint8Array {
  const json = JSON.stringify({
    quote: toBase64Url(quote),
    ...(eventLog === null ? {} : { eventLog: toBase64Url(eventLog) }),
  });
  return toUtf8(json, 'tdx');
}
