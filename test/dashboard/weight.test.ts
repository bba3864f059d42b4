import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPageWhenChanged } from '../../src/dashboard/build/build.ts';
import { PAGE_FOLDER } from '../../src/dashboard/build/settings.ts';

/** What a browser loads before the first view is shown, compressed; maps come later, with the views that draw them. */
const FIRST_LOAD_BYTES = 350 * 1024;

describe('the built page', () => {
  beforeAll(async () => {
    await buildPageWhenChanged();
  });

  it('weighs at most 350 kB at first, compressed, the overview included', () => {
    const html = readFileSync(join(PAGE_FOLDER, 'index.html'), 'utf8');
    const first = new Set(
      [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1] ?? ''),
    );
    for (const path of first) {
      if (!path.endsWith('.js')) continue;
      const script = readFileSync(join(PAGE_FOLDER, path), 'utf8');
      for (const [, name] of script.matchAll(/["'`]\.?\/?(?:assets\/)?(overview-[\w-]+\.(?:js|css))["'`]/g))
        first.add(`assets/${name}`);
    }
    const bytes = [...first].reduce((sum, path) => sum + compressedSize(path), 0);
    expect([...first].some((path) => /overview-/.test(path))).toBe(true);
    expect(bytes).toBeGreaterThan(20 * 1024);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  });

  it('names no other origin, and writes no script or style into the HTML', () => {
    const html = readFileSync(join(PAGE_FOLDER, 'index.html'), 'utf8');
    expect(html).not.toMatch(/https?:|<style|style=|onload=|<script(?![^>]*\ssrc=)/);
  });
});

function compressedSize(path: string): number {
  for (const name of [`${path}.br`, path]) {
    const found = statSync(join(PAGE_FOLDER, name), { throwIfNoEntry: false });
    if (found !== undefined) return found.size;
  }
  throw new Error(`there is no ${path}`);
}
