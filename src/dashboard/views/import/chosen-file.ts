import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from '../../../protocol/import-limits.ts';
import { type SplitFile, splitRows } from './split-rows.ts';

/** A file as it was when it was chosen: what is looked at here is what is sent, whatever becomes of it on the disk. */
export type ChosenFile = {
  readonly name: string;
  readonly blob: Blob;
  /** Null where only the verifier can say what is wrong with it. */
  readonly split: SplitFile | null;
};

export type Refused = { readonly refused: 'tooLarge' | 'tooMany' | 'unreadable' };

/** Reads it once. What the verifier would refuse by its size alone is refused here. */
export async function readChosen(file: File): Promise<ChosenFile | Refused> {
  if (file.size > MAX_IMPORT_BYTES) return { refused: 'tooLarge' };
  const bytes = await file.arrayBuffer().catch(() => null);
  if (bytes === null) return { refused: 'unreadable' };
  const split = splitRows(new TextDecoder().decode(bytes));
  if (split !== null && split.rows.length > MAX_IMPORT_ROWS) return { refused: 'tooMany' };
  const type = split?.mediaType ?? 'application/json';
  return { name: file.name, blob: new Blob([bytes], { type }), split };
}
