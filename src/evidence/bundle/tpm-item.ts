import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromBase64Url, toBase64Url, toUtf8 } from '../../bytes/text.ts';
import type { HashName } from '../tpm/algorithms.ts';
import { type PcrBanks, type PcrValues, parsePcrMap, toPcrMap } from '../tpm/pcrs.ts';

/**
 * The item `application/vnd.sextant.tpm-quote+json`: what a TPM collector sends. The JSON around the structures is
 * unsigned packaging; whatever matters in it is compared with what the TPM signed.
 */
export type TpmItem = {
  /** TPMS_ATTEST, as signed (TPM 2.0 Part 2, 10.12.12). */
  readonly quote: Uint8Array;
  /** TPMT_SIGNATURE (Part 2, 11.3.4). */
  readonly signature: Uint8Array;
  /** TPM2B_PUBLIC of the key that signed: only to say whose quote this is; verification uses the enrolled key. */
  readonly akPublic: Uint8Array;
  /** The values behind the quote's PCR digest: banks in the order of the quote's selection. */
  readonly pcrs: PcrValues;
  /** The TCG event log, when the host could read it; explains the PCRs, is never trusted before its replay. */
  readonly eventLog: Uint8Array | null;
};

export type PcrBank = HashName;

/** Banks in the order of their algorithms' identifiers (TPM 2.0 Part 2, 6.3). */
export const PCR_BANKS: readonly PcrBank[] = ['sha1', 'sha256', 'sha384', 'sha512'];

const MAX_STRUCTURE_BYTES = 2048;
const MAX_EVENT_LOG_BYTES = 1 << 18;
/** Everything but the log: 24 PCRs in four banks, in hexadecimal, and three structures. */
const MAX_PACKAGING_BYTES = 1 << 15;
const MAX_ITEM_BYTES = Math.ceil((MAX_EVENT_LOG_BYTES * 4) / 3) + MAX_PACKAGING_BYTES;

/** Bank, then PCR number, then value in hexadecimal; `parsePcrMap` judges all three. */
const pcrMap = z.record(z.string(), z.record(z.string(), z.string()));

const schema = z.strictObject({
  quote: z.string(),
  signature: z.string(),
  akPublic: z.string(),
  pcrs: pcrMap,
  eventLog: z.string().optional(),
});

/** @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical`, `unsupported` */
export function parseTpmItem(bytes: Uint8Array): TpmItem {
  const result = schema.safeParse(parseJson(bytes, { maxBytes: MAX_ITEM_BYTES, maxDepth: 3, maxNodes: 512 }));
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = ['tpm', ...(issue?.path ?? [])].join('.');
    throw new FormatError('bad_value', `${path}: ${issue?.message ?? 'not a TPM item'}`, { path });
  }
  const { quote, signature, akPublic, pcrs, eventLog } = result.data;
  return {
    quote: sized(quote, 'tpm.quote', MAX_STRUCTURE_BYTES),
    signature: sized(signature, 'tpm.signature', MAX_STRUCTURE_BYTES),
    akPublic: sized(akPublic, 'tpm.akPublic', MAX_STRUCTURE_BYTES),
    pcrs: parsePcrMap(pcrs),
    eventLog: eventLog === undefined ? null : sized(eventLog, 'tpm.eventLog', MAX_EVENT_LOG_BYTES),
  };
}

function sized(text: string, path: string, ceiling: number): Uint8Array {
  const bytes = fromBase64Url(text, path);
  if (bytes.length > 0 && bytes.length <= ceiling) return bytes;
  throw new FormatError(bytes.length === 0 ? 'bad_value' : 'too_long', `${path} has ${bytes.length} bytes`, {
    path,
    expected: `1 to ${ceiling} bytes`,
    actual: `${bytes.length} bytes`,
  });
}

/** The item's bytes, as {@link parseTpmItem} reads them. Collectors build their item with this. */
export function serialiseTpmItem(item: Omit<TpmItem, 'pcrs'> & { readonly pcrs: PcrBanks }): Uint8Array {
  const json = JSON.stringify({
    quote: toBase64Url(item.quote),
    signature: toBase64Url(item.signature),
    akPublic: toBase64Url(item.akPublic),
    pcrs: toPcrMap(item.pcrs),
    ...(item.eventLog === null ? {} : { eventLog: toBase64Url(item.eventLog) }),
  });
  return toUtf8(json, 'tpm');
}
