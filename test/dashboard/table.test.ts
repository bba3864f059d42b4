import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../../src/http/server.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { servePieces } from './pieces.ts';
import { type Visit, visit } from './visit.ts';

const ROWS = 100_000;

describeInBrowser('a table of 100,000 rows', () => {
  let server: RunningServer;
  let here: Visit;
  beforeAll(async () => {
    server = await servePieces();
    here = await visit(server);
    await here.go(`/?rows=${ROWS}`);
  });
  afterAll(async () => {
    await here.end();
    await server.close();
  });

  const grid = () => here.page.getByRole('grid', { name: 'Hosts' });
  const first = () => here.page.locator('[data-place="0"]').innerText();

  it('draws what is seen, and says how much there is', async () => {
    expect(await grid().getAttribute('aria-rowcount')).toBe(String(ROWS + 1));
    expect(await here.page.getByRole('row').count()).toBeLessThan(80);
    await here.page.getByText('100,000 rows').waitFor();
    expect(await faultsOf(here.page)).toEqual([]);
  });

  it('leaves hostile names inert', async () => {
    const shown = await here.page.locator('[role="row"] bdi').allInnerTexts();
    expect(shown.slice(0, Object.keys(HOSTILE).length)).toContain(HOSTILE['script']);
    expect(await here.page.locator('[role="row"] :is(img, script, b, svg[onload])').count()).toBe(0);
    expect(await here.page.evaluate('globalThis.pwned')).toBeUndefined();
  });

  it('sorts by a header, either way, and back', async () => {
    const header = here.page.getByRole('button', { name: 'Evidence' });
    const before = await first();
    await header.click();
    const sorted = here.page.getByRole('columnheader', { name: 'Evidence' });
    await expect.poll(() => sorted.getAttribute('aria-sort')).toBe('ascending');
    await expect.poll(first).not.toBe(before);
    const oldest = await first();
    await header.click();
    await expect.poll(first).not.toBe(oldest);
    expect(await first()).not.toBe(before);
    await header.click();
    await expect.poll(first).toBe(before);
  });

  it('is walked with the keyboard, and Enter follows the row', async () => {
    await here.page.locator('[data-place="0"]').focus();
    await here.page.keyboard.press('End');
    await here.page.locator(`[data-place="${ROWS - 1}"]:focus`).waitFor();
    await here.page.keyboard.press('PageUp');
    await here.page.keyboard.press('ArrowDown');
    const at = Number(await here.page.locator('[data-place]:focus').getAttribute('data-place'));
    expect(at).toBeLessThan(ROWS - 4);
    await here.page.keyboard.press('Enter');
    await here.page.waitForURL(/\/hosts\/hst_/);
  });

  it('finds rows by any of their words, and shows the columns that are asked for', async () => {
    await here.page.getByLabel('Filter').fill('NODE-26794 g0');
    await here.page.getByText('1 of 100,000 rows').waitFor();
    // Letter by letter among what was found, and among all rows again where letters are taken back.
    const filter = here.page.getByLabel('Filter');
    await filter.fill('');
    await here.page.getByText('100,000 rows', { exact: true }).waitFor();
    await filter.pressSequentially('node-2679');
    await here.page.getByText('11 of 100,000 rows').waitFor();
    await filter.pressSequentially('4 g1');
    await here.page.getByText('0 of 100,000 rows').waitFor();
    await filter.press('Backspace');
    await filter.press('Backspace');
    await here.page.getByText('1 of 100,000 rows').waitFor();
    await here.page.getByRole('button', { name: 'Columns' }).click();
    await here.page.getByRole('menuitemcheckbox', { name: 'Identifier' }).click();
    await here.page.keyboard.press('Escape');
    await expect
      .poll(() => here.page.getByRole('columnheader').allInnerTexts())
      .toEqual(['Name', 'Identifier', 'Level', 'Evidence']);
    await here.page.getByLabel('Filter').fill('nothing of this kind');
    await here.page.getByText('No row matches.').waitFor();
    expect(await faultsOf(here.page)).toEqual([]);
  });
});
