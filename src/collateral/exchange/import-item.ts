import { FormatError } from '../../bytes/errors.ts';
import { CollateralError } from '../errors.ts';
import type { CollateralKey } from '../port.ts';
import type { Received } from '../shelf.ts';

/** A folder's files by name, without those of folders below. */
export type ImportFolder = ReadonlyMap<string, Uint8Array>;

/** A file, or a part of one, that holds a document. */
export type ImportItem = {
  readonly file: string;
  /** @throws CollateralError, FormatError where it does not say which document it is */
  readonly find: () => { readonly key: CollateralKey; readonly received: Received };
};

export type ImportRow = {
  readonly file: string;
  /** The document's key; null where the file does not say which it is. */
  readonly key: string | null;
  /** `newer held`: it is authentic, and what is in the cache was issued later. */
  readonly outcome: 'accepted' | 'newer held' | 'refused' | 'passed over';
  readonly code: string | null;
  readonly reason: string | null;
};

/** What an unreadable file is refused as. */
export function refusalOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof CollateralError) return { code: error.code, reason: error.message };
  if (error instanceof FormatError) return { code: 'collateral_malformed', reason: error.message };
  throw error;
}

/** The source of everything that was imported. */
export const IMPORTED = 'import';
