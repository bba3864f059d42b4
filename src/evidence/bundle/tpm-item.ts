import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromHex, toBase64Url, toHex, toUtf8 } from '../../bytes/text.ts';

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
  /** The values behind the quote's PCR digest, by bank and index. */
  readonly pcrs: ReadonlyMap<PcrBank, ReadonlyMap<number, Uint8Array>>;
  /** The TCG event log, when the host could read it; explains the PCRs, is never trusted before its replay. */
  readonly eventLog: Uint8Array | null;
};

const BANK_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
export type PcrBank = keyof typeof BANK_BYTES;

const LARGEST_PCR = 23;
const MAX_STRUCTURE_BYTES = 2048;
const MAX_EVENT_LOG_BYTES = 1 << 18;
/** Everything but the log: 24 PCRs in four banks, in hexadecimal, and three structures. */
const MAX_ITEM_BYTES = Math.ceil((MAX_EVENT_LOG_BYTES * 4) / 3) + (1 << 15);

const values = z.record(z.string().regex(/^(?:[0-9]|1[0-9]|2[0-3])$/), z.string().max(128)).optional();

const schema = z.strictObject({
  quote: z.string(),
  signature: z.string(),
  akPublic: z.string(),
  pcrs: z.strictObject({ sha1: values, sha256: values, sha384: values, sha512: values }),
  eventLog: z.string().optional(),
});

/** @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical` */
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
    pcrs: parsePcrs(pcrs),
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

function parsePcrs(banks: z.infer<typeof schema>['pcrs']): TpmItem['pcrs'] {
  const parsed = new Map<PcrBank, ReadonlyMap<number, Uint8Array>>();
  for (const bank of PCR_BANKS) {
    const entries = Object.entries(banks[bank] ?? {});
    if (entries.length === 0) continue;
    parsed.set(bank, new Map(entries.map(([index, hex]) => [Number(index), pcrValue(bank, index, hex)])));
  }
  if (parsed.size === 0) throw new FormatError('bad_value', 'no PCR values', { path: 'tpm.pcrs' });
  return parsed;
}

function pcrValue(bank: PcrBank, index: string, hex: string): Uint8Array {
  const path = `tpm.pcrs.${bank}.${index}`;
  const value = fromHex(hex, path);
  if (value.length === BANK_BYTES[bank]) return value;
  throw new FormatError('bad_value', `${path} has ${value.length} bytes`, {
    path,
    expected: `${BANK_BYTES[bank]} bytes`,
    actual: `${value.length} bytes`,
  });
}

/** Banks in the order of their algorithms' identifiers (TPM 2.0 Part 2, 6.3). */
export const PCR_BANKS: readonly PcrBank[] = ['sha1', 'sha256', 'sha384', 'sha512'];

/** The item's bytes, as {@link parseTpmItem} reads them. */
export function serialiseTpmItem(item: TpmItem): Uint8Array {
  const pcrs = Object.fromEntries(
    [...item.pcrs].map(([bank, byIndex]) => [
      bank,
      Object.fromEntries(
        [...byIndex]
          .filter(([index]) => index >= 0 && index <= LARGEST_PCR)
          .sort(([a], [b]) => a - b)
          .map(([index, value]) => [index, toHex(value)]),
      ),
    ]),
  );
  const json = JSON.stringify({
    quote: toBase64Url(item.quote),
    signature: toBase64Url(item.signature),
    akPublic: toBase64Url(item.akPublic),
    pcrs,
    ...(item.eventLog === null ? {} : { eventLog: toBase64Url(item.eventLog) }),
  });
  return toUtf8(json, 'tpm');
}
