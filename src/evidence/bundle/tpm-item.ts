import { z } from 'zod';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import type { HashName } from '../tpm/algorithms.ts';
import { type PcrBanks, type PcrValues, parsePcrMap, toPcrMap } from '../tpm/pcrs.ts';
import { parseItemJson, sizedBytes } from './item-fields.ts';

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
  /** Linux's IMA log, in either of its forms, likewise. */
  readonly imaLog: Uint8Array | null;
  /** Why a log is not there, as the collector says; null where it says nothing. */
  readonly eventLogAbsent: string | null;
  readonly imaLogAbsent: string | null;
};

export type PcrBank = HashName;

/** Banks in the order of their algorithms' identifiers (TPM 2.0 Part 2, 6.3). */
export const PCR_BANKS: readonly PcrBank[] = ['sha1', 'sha256', 'sha384', 'sha512'];

const MAX_STRUCTURE_BYTES = 2048;
/** Of each log. What a submission can carry besides must fit beside both: see protocol/session.ts. */
export const MAX_LOG_BYTES = 1 << 18;
/** Of both together. */
export const MAX_LOGS_BYTES = 384 << 10;
const MAX_REASON = 200;
/** Everything but the log: 24 PCRs in four banks, in hexadecimal, and three structures. */
const MAX_PACKAGING_BYTES = 1 << 15;
const MAX_ITEM_BYTES = Math.ceil((MAX_LOGS_BYTES * 4) / 3) + MAX_PACKAGING_BYTES;

/** Bank, then PCR number, then value in hexadecimal; `parsePcrMap` judges all three. */
export const pcrMap = z.record(z.string(), z.record(z.string(), z.string()));

const schema = z.strictObject({
  quote: z.string(),
  signature: z.string(),
  akPublic: z.string(),
  pcrs: pcrMap,
  eventLog: z.string().optional(),
  imaLog: z.string().optional(),
  eventLogAbsent: z.string().max(MAX_REASON).optional(),
  imaLogAbsent: z.string().max(MAX_REASON).optional(),
});

/** @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical`, `unsupported` */
export function parseTpmItem(bytes: Uint8Array): TpmItem {
  const limits = { maxBytes: MAX_ITEM_BYTES, maxDepth: 3, maxNodes: 512 };
  const fields = parseItemJson(schema, bytes, 'tpm', limits);
  const { quote, signature, akPublic, pcrs, eventLog, imaLog } = fields;
  return {
    quote: sizedBytes(quote, 'tpm.quote', MAX_STRUCTURE_BYTES),
    signature: sizedBytes(signature, 'tpm.signature', MAX_STRUCTURE_BYTES),
    akPublic: sizedBytes(akPublic, 'tpm.akPublic', MAX_STRUCTURE_BYTES),
    pcrs: parsePcrMap(pcrs),
    eventLog: eventLog === undefined ? null : sizedBytes(eventLog, 'tpm.eventLog', MAX_LOG_BYTES),
    imaLog: imaLog === undefined ? null : sizedBytes(imaLog, 'tpm.imaLog', MAX_LOG_BYTES),
    eventLogAbsent: fields.eventLogAbsent ?? null,
    imaLogAbsent: fields.imaLogAbsent ?? null,
  };
}

/** What an item is made of; a collector that read no IMA log may leave its members out. */
export type TpmItemParts = Pick<TpmItem, 'quote' | 'signature' | 'akPublic' | 'eventLog'> &
  Partial<Pick<TpmItem, 'imaLog' | 'eventLogAbsent' | 'imaLogAbsent'>> & { readonly pcrs: PcrBanks };

/** The item's bytes, as {@link parseTpmItem} reads them. Collectors build their item with this. */
export function serialiseTpmItem(item: TpmItemParts): Uint8Array {
  const json = JSON.stringify({
    quote: toBase64Url(item.quote),
    signature: toBase64Url(item.signature),
    akPublic: toBase64Url(item.akPublic),
    pcrs: toPcrMap(item.pcrs),
    ...(item.eventLog === null ? {} : { eventLog: toBase64Url(item.eventLog) }),
    ...(item.imaLog ? { imaLog: toBase64Url(item.imaLog) } : {}),
    ...(item.eventLogAbsent ? { eventLogAbsent: item.eventLogAbsent.slice(0, MAX_REASON) } : {}),
    ...(item.imaLogAbsent ? { imaLogAbsent: item.imaLogAbsent.slice(0, MAX_REASON) } : {}),
  });
  return toUtf8(json, 'tpm');
}
