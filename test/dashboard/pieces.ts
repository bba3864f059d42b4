import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../../src/dashboard/build/bundle.ts';
import { viteSettings } from '../../src/dashboard/build/settings.ts';
import { openPage } from '../../src/http/page/page.ts';
import type { RunningServer } from '../../src/http/server.ts';
import { serveRoutes } from '../http/serve.ts';

/** Serves the page of parts as the verifier serves the page: under the same policy, from memory. */
export async function servePieces(): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-pieces-'));
  try {
    await bundle(viteSettings(folder, resolve(import.meta.dirname, 'pieces')));
    return await serveRoutes([], { page: openPage(folder) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
