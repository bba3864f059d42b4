import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatVerifierKey, parseVerifierKey, verifyReceipt } from '../../src/record/index.ts';
import type { TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

/** The statuses of the checks that the page shows, by their ids. */
async function checksOn({ page }: Visit): Promise<{ [id: string]: string }> {
  await page.getByRole('heading', { name: 'Checked in this browser' }).waitFor();
  const texts = await page.locator('.checks__check summary').allInnerTexts();
  return Object.fromEntries(
    texts.map((text) => text.trim().split(/\s+/)).map((words) => [words.at(-1), words[0]]),
  );
}

describeInBrowser('the log, on the page', () => {
  let verifier: TestVerifier;
  let here: Visit;
  beforeAll(async () => {
    verifier = await startPageVerifier();
    here = await visitAs(await verifier.principal('auditor', 'gao'), verifier, '/log');
  });
  afterAll(async () => {
    await here.end();
    await verifier.close();
  });

  it('shows its head and acts, and remembers what held for the next visit', async () => {
    const { page } = here;
    await expect.poll(() => checksOn(here)).toEqual({ 'log.checkpoint': 'Passed' });
    await page
      .getByRole('row', { name: /principal\.created/ })
      .first()
      .waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await verifier.principal('exporter', 'acme');
    await page.reload();
    await expect
      .poll(() => checksOn(here))
      .toEqual({ 'log.checkpoint': 'Passed', 'log.grown-since-kept': 'Passed' });
  });

  it('proves an act to an auditor, by the keyboard alone, and hands out its receipt', async () => {
    const { page } = here;
    await here.go('/log');
    await page.getByLabel('Leaf', { exact: true }).focus();
    await page.keyboard.type('1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Act 1' }).waitFor();
    await expect
      .poll(() => checksOn(here))
      .toEqual({
        'log.checkpoint': 'Passed',
        'log.grown-since-kept': 'Passed',
        'log.receipt.checkpoint': 'Passed',
        'log.receipt.inclusion': 'Passed',
        'log.grown-since-receipt': 'Passed',
      });
    expect(await faultsOf(page)).toEqual([]);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Receipt (JSON)' }).focus();
    await page.keyboard.press('Enter');
    const file = await (await saved).path();
    const key = await (await fetch(`${verifier.url}/v1/log/key`)).text();
    const proven = verifyReceipt(JSON.parse(await readFile(file, 'utf8')), parseVerifierKey(key.trim()));
    expect(proven.leafIndex).toBe(1);
  });

  it('says which proof fails where the verifier lies about an act, or shows another log', async () => {
    const { context } = here;
    await context.route('**/v1/log/receipts/1', async (route) => {
      const response = await route.fetch();
      const receipt = await response.json();
      receipt.act.tenant = 'somebody-else';
      await route.fulfill({ response, json: receipt });
    });
    await here.go('/log/1');
    await expect
      .poll(() => checksOn(here))
      .toMatchObject({
        'log.receipt.checkpoint': 'Passed',
        'log.receipt.inclusion': 'Failed',
      });
    await context.unroute('**/v1/log/receipts/1');
    await context.route('**/v1/log/consistency/*', (route) =>
      route.fulfill({ json: { oldSize: 1, consistencyProof: [], checkpoint: '' } }),
    );
    await here.go('/log');
    await expect
      .poll(() => checksOn(here))
      .toEqual({ 'log.checkpoint': 'Passed', 'log.grown-since-kept': 'Failed' });
    await context.unroute('**/v1/log/consistency/*');
  });

  it('warns of another key than the one it saw first, until it is told to forget it', async () => {
    const { page } = here;
    await here.go('/log');
    await checksOn(here);
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = formatVerifierKey({ name: 'other.example', publicKey });
    await page.evaluate((other) => {
      const kept = JSON.parse(localStorage.getItem('sextant.log') ?? '{}');
      localStorage.setItem('sextant.log', JSON.stringify({ ...kept, key: other }));
    }, key);
    await page.reload();
    await page.getByText('signed by another key than the one that this browser remembers').waitFor();
    await expect.poll(() => checksOn(here)).toMatchObject({ 'log.checkpoint': 'Failed' });
    await page.getByRole('button', { name: 'Forget what it remembers' }).click();
    await page.getByText('nothing from before').waitFor();
    await expect.poll(() => checksOn(here)).toEqual({ 'log.checkpoint': 'Passed' });
  });
});
