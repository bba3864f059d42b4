import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { alone } from './alone.ts';
import { compressFolder } from './compress.ts';
import { inputsDigest } from './inputs.ts';
import { INPUTS_FILE, LOCK_FILE, PAGE_FOLDER, SOURCES, viteSettings } from './settings.ts';

/** Builds the page into `dist/page`, whole or not at all: a server that starts meanwhile finds the page of before. */
export async function buildPage(): Promise<void> {
  await alone(LOCK_FILE, build);
}

/** Builds where a source has changed since the last build, or none stands there. Answers whether it built. */
export async function buildPageWhenChanged(): Promise<boolean> {
  const digest = inputsDigest(SOURCES);
  if (isBuiltOf(digest)) return false;
  return alone(LOCK_FILE, async () => {
    if (isBuiltOf(digest)) return false; // whoever had the lock before built it
    await build();
    writeFileSync(INPUTS_FILE, digest);
    return true;
  });
}

function isBuiltOf(digest: string): boolean {
  if (!existsSync(`${PAGE_FOLDER}/index.html`) || !existsSync(INPUTS_FILE)) return false;
  return readFileSync(INPUTS_FILE, 'utf8') === digest;
}

async function build(): Promise<void> {
  const { bundle } = await import('./bundle.ts'); // Vite is loaded by whoever builds
  const fresh = `${PAGE_FOLDER}.new-${process.pid}`;
  try {
    await bundle(viteSettings(fresh));
    await compressFolder(fresh);
    mkdirSync(dirname(PAGE_FOLDER), { recursive: true });
    rmSync(PAGE_FOLDER, { recursive: true, force: true });
    renameSync(fresh, PAGE_FOLDER);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
