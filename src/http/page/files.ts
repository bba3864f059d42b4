import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { SextantError } from '../../bytes/errors.ts';
import type { Coding } from './encoding.ts';

/** Ten times what a page of this kind has: what is read is held in memory. */
const MAX_FILES = 1_000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 8;

const MEDIA_TYPES: { readonly [extension: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const SIBLINGS: { readonly [extension: string]: Coding } = { '.br': 'br', '.gz': 'gzip' };

export type Variant = {
  readonly bytes: Uint8Array;
  /** Strong, of these very bytes: each coding has its own (RFC 9110, 8.8.3.3). */
  readonly etag: string;
};

export type PageFile = {
  readonly mediaType: string;
  readonly variants: { readonly [C in Coding]?: Variant } & { readonly identity: Variant };
};

export class PageError extends SextantError<'page_too_large' | 'page_unreadable'> {}

/**
 * Every file of a folder by the path that it is asked for under, with what lies beside it compressed (`.br`, `.gz`). Read
 * once: no request reaches the disk, and no path leads out of a list. Links, names that begin with a point and types
 * that no page has are left out.
 *
 * @returns null where there is no folder
 * @throws PageError `page_too_large`; `page_unreadable`
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> | null {
  const found = list(folder, '', 0);
  if (found === null) return null;
  const files = new Map<string, PageFile>();
  let bytes = 0;
  const read = (path: string): Variant => {
    const content = readFileSync(join(folder, path));
    bytes += content.length;
    if (bytes > MAX_BYTES) throw tooLarge(folder, `at most ${MAX_BYTES} bytes`);
    return { bytes: content, etag: `"${hash('sha256', content, 'base64url').slice(0, 22)}"` };
  };
  const there = new Set(found);
  for (const path of found) {
    const mediaType = MEDIA_TYPES[extname(path)];
    if (mediaType === undefined) continue;
    const siblings = Object.entries(SIBLINGS).filter(([extension]) => there.has(path + extension));
    files.set(path, {
      mediaType,
      variants: {
        identity: read(path),
        ...Object.fromEntries(siblings.map(([extension, coding]) => [coding, read(path + extension)])),
      },
    });
  }
  return files;
}

/** Paths below a folder, each with a slash before it; null where there is none. */
function list(root: string, below: string, depth: number): string[] | null {
  if (depth > MAX_DEPTH) throw tooLarge(root, `at most ${MAX_DEPTH} folders deep`);
  const entries = entriesOf(join(root, below));
  if (entries === null) return null;
  const paths = entries
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap((entry) => {
      const path = `${below}/${entry.name}`;
      if (entry.isDirectory()) return list(root, path, depth + 1) ?? [];
      return entry.isFile() ? [path] : [];
    });
  if (paths.length > MAX_FILES) throw tooLarge(root, `at most ${MAX_FILES} files`);
  return paths;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new PageError('page_unreadable', `cannot read ${folder}`, { cause });
  }
}

function tooLarge(folder: string, expected: string): PageError {
  return new PageError('page_too_large', `${folder} is no page of ours`, { path: folder, expected });
}
