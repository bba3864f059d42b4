import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import { parseJson } from '../../bytes/json.ts';
import { toUtf8 } from '../../bytes/text.ts';
import { COLLATERAL_KINDS, type CollateralMetadata } from '../port.ts';

export const MAX_ENTRY_BYTES = 16 * 1024;

const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Instant = z.string().transform((text) => parseInstant(text));

const EntrySchema = z.strictObject({
  v: z.literal(1),
  key: z.strictObject({ kind: z.enum(COLLATERAL_KINDS), name: z.string().min(1).max(512) }),
  sha256: Digest,
  chainSha256: Digest.nullable(),
  fetchedAt: Instant,
  issuedAt: Instant.nullable(),
  nextUpdate: Instant.nullable(),
  evaluationNumber: z.number().int().min(0).nullable(),
  source: z.string().max(2048),
});

export function writeEntry(metadata: CollateralMetadata): Uint8Array {
  const { key, sha256, chainSha256, fetchedAt, issuedAt, nextUpdate, evaluationNumber, source } = metadata;
  const entry = { v: 1, key, sha256, chainSha256, fetchedAt, issuedAt, nextUpdate, evaluationNumber, source };
  return toUtf8(`${JSON.stringify(entry, null, 1)}\n`, 'entry');
}

/** @throws FormatError, ZodError */
export function readEntry(bytes: Uint8Array): CollateralMetadata {
  const { v: _, ...metadata } = EntrySchema.parse(parseJson(bytes, { maxBytes: MAX_ENTRY_BYTES }));
  return metadata;
}
