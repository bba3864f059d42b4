import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { parseInstant } from '../../bytes/instant.ts';
import type { JsonValue } from '../../bytes/json.ts';
import { TCB_STATUSES, type TcbStatus } from './verdict.ts';

/** What Intel's TCB Info (version 3) and enclave identities (version 2) are made of. Unknown members are passed over. */

/** The end of anything that is dated, and the text as Intel wrote it. */
export type Dated = { readonly text: string; readonly instant: Date };

/** How a level stands: what Intel says of everybody who reaches it and no better one. */
export type Standing = {
  readonly tcbStatus: TcbStatus;
  readonly tcbDate: string;
  readonly advisoryIDs: readonly string[];
};

/** A level of an enclave or a TDX module. */
export type IsvLevel = Standing & { readonly isvSvn: number };

/** Levels of one platform: Intel's longest list has 20. */
const MAX_LEVELS = 256;
const MAX_ADVISORIES = 256;

/** Statuses that stand in documents: advice to relaunch is concluded, never stated. */
const DOCUMENT_STATUSES = TCB_STATUSES.filter((status) => !status.startsWith('TDRelaunch'));

const instantText = z.string().max(40).refine(isInstant, { error: 'not an RFC 3339 instant with Z' });

export const dated = instantText.transform((text): Dated => ({ text, instant: parseInstant(text) }));

/** Hexadecimal of so many bytes, read to lower case. */
export function hexOf(bytes: number) {
  return z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`), { error: `not ${bytes} bytes in hexadecimal` })
    .transform((text) => text.toLowerCase());
}

export const svn8: z.ZodNumber = z.int().min(0).max(255);
export const svn16: z.ZodNumber = z.int().min(0).max(65_535);
export const evaluationNumber: z.ZodNumber = z.int().min(0).max(0xffff_ffff);

export const standing = {
  tcbStatus: z.enum(DOCUMENT_STATUSES),
  tcbDate: instantText,
  advisoryIDs: z.array(z.string().min(1).max(64)).max(MAX_ADVISORIES).default([]),
};

/** Levels in Intel's order do not matter: they are sorted here, the newest first. */
export const isvLevels = z
  .array(z.object({ tcb: z.object({ isvsvn: svn16 }), ...standing }))
  .max(MAX_LEVELS)
  .transform((levels): readonly IsvLevel[] =>
    levels
      .map(({ tcb, ...rest }) => ({ isvSvn: tcb.isvsvn, ...rest }))
      .toSorted((a, b) => b.isvSvn - a.isvSvn),
  );

export function levelsOf<Level extends z.ZodType>(level: Level): z.ZodArray<Level> {
  return z.array(level).max(MAX_LEVELS);
}

/** @throws FormatError `bad_value` with the field's path */
export function readFields<T>(schema: z.ZodType<T>, value: JsonValue, document: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [document, ...(issue?.path ?? [])].join('.');
  throw new FormatError('bad_value', `${path}: ${issue?.message ?? 'not what it should be'}`, { path });
}

function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
