import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { browser } from './browser.ts';

export type WindowOptions = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'locale'>;

/** A window of a browser that knows nothing: no cookie, no key, nothing stored. */
export type Window = { readonly page: Page; readonly context: BrowserContext };

const USUAL = { viewport: { width: 1280, height: 800 }, locale: 'en-GB' } as const;

/** How many times slower the browser shall be: what a test does not wait for shows then. */
const SLOWER = Number(process.env['SEXTANT_SLOW_BROWSER'] ?? 1);

/** Windows that a suite gave back, emptied: a new one costs a second of processor time, half of it for a process of its own. */
const free: Window[] = [];

/** A window of its own, that nobody else has: one that was given back where that will do. */
export async function openWindow(options: WindowOptions): Promise<Window> {
  const known = Object.keys(options).length === 0 ? free.pop() : undefined;
  if (known !== undefined && !known.page.isClosed()) return known;
  const context = await (await browser()).newContext({ reducedMotion: 'reduce', ...USUAL, ...options });
  context.setDefaultTimeout(60_000); // as long as what is polled for: see test/vitest.config.ts
  const page = await context.newPage();
  if (SLOWER > 1)
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  return { page, context };
}

/**
 * Takes a window back, once it has forgotten whatever it kept of the origin. One that was not a usual one is closed, and so is each where the
 * origin does not answer.
 *
 * @param quiet an address of the origin that answers without a script
 */
export async function giveBack(
  { page, context }: Window,
  options: WindowOptions,
  quiet: string,
): Promise<void> {
  await context.unrouteAll();
  await context.setOffline(false);
  const usual = Object.keys(options).length === 0 && context.pages().length === 1 && !page.isClosed();
  // Elsewhere in the same site the process stays, and whatever the page had open is closed.
  const answered = usual && (await page.goto(quiet).catch(() => null))?.ok();
  if (answered !== true) return context.close();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Storage.clearDataForOrigin', { origin: new URL(quiet).origin, storageTypes: 'all' });
  await cdp.detach();
  await context.clearCookies();
  await page.emulateMedia({ colorScheme: null, media: null });
  await page.setViewportSize(USUAL.viewport);
  free.push({ page, context });
}
