import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const SOURCE = resolve(import.meta.dirname, '../../src');
/** Where bytes of strangers are read. */
const ROOMS = ['bytes', 'pki', 'evidence', 'location', 'record', 'policy'] as const;

/** A function that reads what somebody else wrote, as it stands in the source. */
export type Parser = {
  /** `evidence/intel/quote.ts#parseQuote` */
  readonly name: string;
  readonly file: string;
  readonly export: string;
  /** The type of its first parameter. */
  readonly takes: string;
};

const PARSER = /^export function ((?:parse|decode)[A-Z]\w*)(?:<[^(]*>)?\(\s*\w+:\s*([^,)=]+)/gm;

/** Every exported function of the pure rooms that is called `parse…` or `decode…`: what a parser is called here. */
export function parsersInSource(): readonly Parser[] {
  return ROOMS.flatMap((room) => filesBelow(join(SOURCE, room))).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const path = relative(SOURCE, file);
    return [...text.matchAll(PARSER)].map(([, name = '', takes = '']) => ({
      name: `${path}#${name}`,
      file,
      export: name,
      takes: takes.trim(),
    }));
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'index.ts')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
