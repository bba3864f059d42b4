import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { browser } from '../../dashboard/browser.ts';

/**
 * What the page's thread spends from an event until what it changed is drawn, in milliseconds of its own processor time, whoever else is
 * busy: on a press of a header, or on each letter of a search, of which the slowest counts. Drawing is part of it; a machine with a
 * core to spare keeps nobody waiting longer.
 */
export async function pressed(page: Page, how: 'button' | 'type', what: string): Promise<number> {
  if (how === 'button')
    return spent(page, () => page.getByRole('columnheader').getByRole('button', { name: what }).click());
  let slowest = 0;
  for (const key of what) {
    await page.getByLabel('Filter').focus();
    slowest = Math.max(slowest, await spent(page, () => page.keyboard.type(key)));
  }
  return slowest;
}

/** The same of anything that is done. */
export async function spent(page: Page, act: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spentMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
  };
  const before = await spentMs();
  await act();
  await page.evaluate(DRAWN);
  const after = await spentMs();
  await session.detach();
  return after - before;
}

/** Two frames: what React defers is drawn in the second, and the task after it runs once it was. */
export const DRAWN =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))';

/** What the page's scripts hold once garbage was collected, in MiB. */
export async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}

/** The memory that the processes of pages have for themselves, in MiB, once garbage was collected: with one page open, the page's. */
export async function residentOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  const ofBrowser = await (await browser()).newBrowserCDPSession();
  const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
  await ofBrowser.detach();
  const kibibytes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]);
  return Math.max(...kibibytes.map(Number)) / 1024;
}
