import { resolve } from 'node:path';
import type { InlineConfig } from 'vite';

const room = resolve(import.meta.dirname, '..');
const project = resolve(room, '../..');

/** What the page is made of: its own room, and the pure rooms that a browser can run. */
export const SOURCES: readonly string[] = [
  ...['dashboard', 'bytes', 'protocol', 'location', 'appraisal', 'policy', 'record'].map((name) =>
    resolve(project, 'src', name),
  ),
  resolve(project, 'package-lock.json'),
];

/** What belongs to builds alone, and is never packed. */
const CACHE_FOLDER = resolve(project, 'node_modules/.cache/page');

/** Held by whoever builds the page. */
export const LOCK_FILE: string = resolve(CACHE_FOLDER, 'lock');

/** 'use client' is for servers that render, and how long plugins took on a busy machine is for nobody: neither is said. */
const SILENT: ReadonlySet<string> = new Set(['MODULE_LEVEL_DIRECTIVE', 'PLUGIN_TIMINGS']);

/** Where the built page stands, of a clone and of the published package alike. */
export const PAGE_FOLDER: string = resolve(project, 'dist/page');

/** Of which sources the page was built last; beside it, since all within it is served. */
export const INPUTS_FILE: string = resolve(project, 'dist/.page-inputs');

/**
 * How Vite builds the page. Assets are named by their content, so that they may be kept for ever; nothing is written into the HTML or
 * inlined as data, which the content security policy would refuse; no file of the project's folder configures it besides this one.
 *
 * @param root where index.html stands; tests build pages of parts
 */
export function viteSettings(outDir: string, root: string = room): InlineConfig {
  return {
    configFile: false,
    envDir: false,
    root,
    base: '/',
    publicDir: false,
    logLevel: 'warn',
    cacheDir: CACHE_FOLDER,
    oxc: { jsx: { runtime: 'automatic' } },
    // The checker of proofs runs the verifying code of `record` as it stands: of Node it gets what that takes, and no more.
    resolve: { alias: { 'node:crypto': resolve(room, 'proofs/inside/crypto.ts') } },
    worker: {
      format: 'es',
      rolldownOptions: {
        transform: { inject: { Buffer: [resolve(room, 'proofs/inside/buffer.ts'), 'Buffer'] } },
      },
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        onLog: (level, log, tell) => {
          if (!SILENT.has(log.code ?? '')) tell(level, log);
        },
      },
    },
  };
}
