import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '../../src/service/principal.ts';
import type { TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { pressOn, tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

describeInBrowser('whoever runs a verifier, on the page', () => {
  let verifier: TestVerifier;
  beforeAll(async () => {
    verifier = await startPageVerifier({
      webhookTargets: { plaintextToLoopback: true, privateNetworks: false },
    });
  });
  afterAll(() => verifier.close());

  const enter = async (role: Role, tenant: string, path?: string): Promise<Visit> =>
    visitAs(await verifier.principal(role, tenant), verifier, path);
  /** Opens a dialog by its button, writes into its field where it has one, and presses the button of the same name there. */
  const act = async ({ page }: Visit, name: string, field?: string, text = ''): Promise<void> => {
    await pressOn(page, page.getByRole('button', { name }));
    const dialog = page.getByRole('dialog', { name });
    if (field !== undefined) {
      await tabTo(page, dialog.getByLabel(field));
      await page.keyboard.insertText(text);
    }
    await pressOn(page, dialog.getByRole('button', { name }));
    await dialog.waitFor({ state: 'detached' });
  };
  const write = async ({ page }: Visit, label: string, text: string): Promise<void> => {
    await tabTo(page, page.getByLabel(label));
    await page.keyboard.insertText(text);
  };

  it('adds somebody, mints a token that is shown once, and ends both, by keyboard alone', async () => {
    const here = await enter('administrator', 'verifier');
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'People and tokens' }));
    await page
      .getByRole('row', { name: /Administrator/ })
      .first()
      .waitFor();
    const name = String(HOSTILE['markup']);
    await write(here, 'Name', name);
    await write(here, 'Organisation', 'chips');
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'Add', exact: true }));
    await page.getByRole('heading', { level: 1, name: /bold.*Active$/ }).waitFor();
    await write(here, 'Where it will be kept', 'her browser');
    await pressOn(page, page.getByRole('button', { name: 'Mint' }));
    const once = page.getByRole('group', { name: 'The token' });
    const token = await once.locator('code').innerText();
    expect(token).toMatch(/^sxt_/);
    expect(
      (await verifier.call('GET', '/v1/trust-inputs', { headers: { authorization: `Bearer ${token}` } }))
        .status,
    ).toBe(200);
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, once.getByRole('button', { name: 'I have kept it' }));
    await once.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(token);
    await page
      .getByRole('row', { name: /her browser/ })
      .getByText('may still be bound')
      .waitFor();
    await act(here, 'Revoke …');
    await page
      .getByRole('row', { name: /her browser/ })
      .getByText('Revoked')
      .waitFor();
    await act(here, 'Disable …');
    await page.getByRole('heading', { level: 1, name: /Disabled$/ }).waitFor();
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.getByRole('main').locator('b, img, script').count()).toBe(0);

    await pressOn(page, page.getByRole('link', { name: 'Signing keys' }));
    const permits = page.getByRole('region', { name: /^Probe permits/ });
    await permits.getByRole('row', { name: /Held ready/ }).waitFor();
    await pressOn(page, permits.getByRole('button', { name: 'Rotate …' }));
    const dialog = page.getByRole('dialog', { name: 'Rotate …' });
    await pressOn(page, dialog.getByLabel('The key was stolen'), 'Space');
    await tabTo(page, dialog.getByLabel('Reason'));
    await page.keyboard.insertText('left in a train');
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, dialog.getByRole('button', { name: 'Rotate …' }));
    await permits
      .getByRole('row', { name: /Given up/ })
      .first()
      .waitFor();
    expect(await faultsOf(page)).toEqual([]);

    await pressOn(page, page.getByRole('link', { name: 'Condition' }));
    await page.getByRole('heading', { level: 1, name: 'Condition Ready' }).waitFor();
    await page.getByText('The log can be written to and signed').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await here.end();
  });

  it('sees how a webhook fares, and gives it another secret; another organisation sees nothing of it', async () => {
    let taken = 0;
    const receiver = createServer((_, response) => {
      taken++;
      response.writeHead(204).end();
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    const { port } = receiver.address() as AddressInfo; // it listens on TCP
    const url = `http://127.0.0.1:${port}/hook`;
    const here = await enter('exporter', 'chips');
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Webhooks' }));
    await write(here, 'Address', url);
    await pressOn(page, page.getByRole('button', { name: 'Add', exact: true }));
    const once = page.getByRole('group', { name: 'Secret of the webhook' });
    const secret = await once.locator('code').innerText();
    expect(secret).toMatch(/^whsec_/);
    const panel = page.getByRole('region', { name: url });
    await pressOn(page, panel.getByRole('button', { name: 'Send a test' }));
    await panel.getByText(/^It was taken/).waitFor();
    expect(taken).toBe(1);
    await act(here, 'New secret …');
    await expect.poll(() => once.locator('code').innerText()).not.toBe(secret);
    await act(here, 'Deliver again …', 'Behind event number', '0');
    expect(await faultsOf(page)).toEqual([]);

    const stranger = await enter('exporter', 'strangers', '/webhooks');
    await stranger.page.getByText('There is no webhook.').waitFor();
    expect(await stranger.page.getByText(url).count()).toBe(0);
    await stranger.end();
    await act(here, 'Remove …');
    await page.getByText('There is no webhook.').waitFor();
    await here.end();
    receiver.close();
  });

  it('declares by which list parties are screened, and sees what law the packs in force write down', async () => {
    const here = await enter('authority', 'bureau');
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Lists and rules' }));
    await page.getByText('No list was declared').waitFor();
    await pressOn(page, page.getByRole('button', { name: 'Declare another list …' }));
    const dialog = page.getByRole('dialog', { name: 'Declare another list …' });
    await tabTo(page, dialog.getByLabel('Version of the list'));
    await page.keyboard.insertText('2026-11');
    await tabTo(page, dialog.getByLabel('Reason'));
    await page.keyboard.insertText('published today');
    await pressOn(page, dialog.getByRole('button', { name: 'Declare another list …' }));
    await page
      .getByRole('row', { name: /2026-11/ })
      .getByText('In force')
      .waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await here.go('/principals');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await here.end();
  });
});
