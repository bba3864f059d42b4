import { toUtf8 } from '../../../bytes/text.ts';

/** Files by their path below a folder; `/` between its parts. */
export type ExportFiles = Map<string, Uint8Array>;

/** One part of an export, for one tool: its files, how they are judged with it, and what could not be handed out. */
export type ExportPart = {
  /** The folder of the part. */
  readonly name: string;
  readonly files: ExportFiles;
  /** Markdown: what the files are and the exact commands. */
  readonly readme: string;
};

export function text(content: string): Uint8Array {
  return toUtf8(content, 'export');
}

/** Members that are there. */
export function filesOf(parts: { readonly [name: string]: Uint8Array | null | undefined }): ExportFiles {
  return new Map(
    Object.entries(parts).flatMap(([name, bytes]) =>
      bytes === null || bytes === undefined ? [] : [[name, bytes] as const],
    ),
  );
}
