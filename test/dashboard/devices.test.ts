import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_IMPORT_BYTES } from '../../src/protocol/import-limits.ts';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { pressOn, tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

const ROWS = 1_000;
const COLUMNS = 'kind,model,serial,nvidiaChipKeySha256,facilityId,partyId';

const row = (serial: string, facility = '', party = ''): string =>
  `gpu,H100 SXM5 80GB,${serial},,${facility},${party}`;

/** By row: what is wrong with it, the code that it is rejected with, and how it reads once it is mended. */
const WRONG: ReadonlyMap<number, { readonly text: string; readonly code: string; readonly mended?: string }> =
  new Map([
    [3, { text: 'gpu2,H100,1003,,,', code: 'field_invalid', mended: row('1003') }],
    [50, { text: 'gpu,H100,,,,', code: 'field_invalid', mended: row('1050') }],
    [
      51,
      {
        text: `gpu,"${HOSTILE['markup']?.replaceAll('"', '""')}\n가",1051,,,`,
        code: 'field_invalid',
        mended: row('1051'),
      },
    ],
    [400, { text: 'gpu,H100,1400,,,,one too many', code: 'row_malformed', mended: row('1400') }],
    [777, { text: row('1776'), code: 'duplicate_row' }],
    [
      900,
      { text: row('1900', 'fac_00000000000000000000000000'), code: 'facility_unknown', mended: row('1900') },
    ],
    [
      1000,
      { text: row('2000', '', 'pty_00000000000000000000000000'), code: 'party_unknown', mended: row('2000') },
    ],
  ]);

const shipment = [
  COLUMNS,
  ...Array.from({ length: ROWS }, (_, index) => WRONG.get(index + 1)?.text ?? row(String(1001 + index))),
].join('\r\n');

describeInBrowser('devices on the page', () => {
  let verifier: TestVerifier;
  let exporter: TestPrincipal;
  const folder = mkdtempSync(join(tmpdir(), 'sextant-shipments-'));
  beforeAll(async () => {
    verifier = await startPageVerifier();
    exporter = await verifier.principal('exporter', 'chips');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await verifier.close();
  });

  const enter = (person: TestPrincipal, path?: string): Promise<Visit> => visitAs(person, verifier, path);
  const choose = async ({ page }: Visit, name: string, content: string | Buffer): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await pressOn(page, page.getByLabel('CSV or JSON file'), 'Space');
    writeFileSync(join(folder, name), content);
    await (await chooser).setFiles(join(folder, name));
  };
  const saved = async ({ page }: Visit, button: string | RegExp): Promise<string> => {
    const download = page.waitForEvent('download');
    await pressOn(page, page.getByRole('button', { name: button }));
    return readFile(await (await download).path(), 'utf8');
  };
  const onRegister = async (token: string): Promise<unknown> =>
    (await verifier.call('GET', '/v1/devices?limit=1&count=true', { token })).body['count'];

  it('takes 1,000 rows of which 7 are wrong, by keyboard alone, through a lost answer, and then the mended ones by themselves', async () => {
    const here = await enter(exporter);
    const { page, context } = here;
    await pressOn(page, page.getByRole('link', { name: 'Devices' }));
    await page.getByText('No device is declared yet').waitFor();
    await pressOn(page, page.getByRole('link', { name: 'Declare from a file' }));
    await page.getByRole('heading', { level: 1, name: 'Declare devices from a file' }).waitFor();
    await choose(here, 'shipment.csv', shipment);
    await page.getByText('1,000 rows read. Nothing is sent yet.').waitFor();
    await page.getByText('The first 5 rows:').waitFor();
    expect(await onRegister(exporter.token)).toBe(0);

    await pressOn(page, page.getByRole('button', { name: 'Check first' }));
    const wouldBe = page.getByRole('region', { name: 'What would become of them' });
    await wouldBe.getByText('Nothing is kept yet.').waitFor();
    await page.getByText('row 776 names the same device: keep one of them').waitFor();
    await page.getByRole('row', { name: /^1 Declared (?!dev_)/ }).waitFor();
    const early = await saved(here, 'Rejected rows, to mend (6)');
    expect(await onRegister(exporter.token)).toBe(0);
    expect(await faultsOf(page)).toEqual([]);

    // It is done, and the answer is lost; pressed again it is answered, and was done once.
    await context.route('**/v1/devices/import', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await pressOn(page, page.getByRole('button', { name: 'Send 1,000 rows' }));
    await page.getByRole('alert').getByText('The verifier does not answer').waitFor();
    await context.unroute('**/v1/devices/import');
    await page.keyboard.press('Enter');
    await page.getByText('Done: 993 of 1,000 rows taken, 7 rejected.').waitFor();
    const rejectedRows = page.getByRole('region', { name: 'Rejected rows' }).getByRole('listitem');
    await expect
      .poll(() => rejectedRows.locator('strong').allInnerTexts())
      .toEqual([...WRONG.keys()].map((at) => `Row ${at.toLocaleString('en')}`));
    await page.getByText('row 776 names the same device: keep one of them').waitFor();
    await page
      .getByText('Name a facility that you proposed and that may be used, or leave it empty.')
      .waitFor();
    await page.getByRole('row', { name: /^1 Declared dev_/ }).waitFor();
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.getByRole('main').locator('b, img, script').count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    expect(await onRegister(exporter.token)).toBe(993);

    const lines = (await saved(here, 'Report (CSV)')).trim().split('\r\n');
    expect(lines).toHaveLength(ROWS + 1);
    const rejected = lines.map((line) => line.split(',')).filter(([, outcome]) => outcome === 'rejected');
    expect(rejected.map(([at, , , , code]) => [Number(at), code])).toEqual(
      [...WRONG].map(([at, { code }]) => [at, code]),
    );

    const toMend = await saved(here, 'Rejected rows, to mend (6)');
    expect(early).toBe(toMend);
    const wrong = [...WRONG.values()].filter(({ mended }) => mended !== undefined);
    expect(toMend).toBe(`${[COLUMNS, ...wrong.map(({ text }) => text)].join('\r\n')}\r\n`);
    const mended = wrong.reduce((text, one) => text.replace(one.text, one.mended ?? ''), toMend);
    await choose(here, 'to-mend-shipment.csv', mended);
    await pressOn(page, page.getByRole('button', { name: 'Send 6 rows' }));
    await page.getByText('Done: 6 of 6 rows taken, 0 rejected.').waitFor();
    await page.getByText('Every row is on the register.').waitFor();
    expect(await onRegister(exporter.token)).toBe(999);

    await pressOn(page, page.getByRole('link', { name: 'To the devices' }));
    await tabTo(page, page.getByLabel('Filter'));
    await page.keyboard.type('1051');
    await page.getByRole('row', { name: /1051 .*Declared/ }).waitFor();
    await page.getByText('1 row', { exact: true }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await here.end();
  });

  it('shows the first rows before they are counted, and has none counted that are all here', async () => {
    const here = await enter(exporter);
    const { page, context } = here;
    let counts = 0;
    const counted = Promise.withResolvers<void>();
    await context.route('**/v1/devices?*count=true*', async (route) => {
      counts++;
      await counted.promise;
      await route.continue();
    });
    await here.go('/devices');
    await page.locator('[data-place="0"]').waitFor();
    await page.getByText('100 rows so far').waitFor();
    counted.resolve();
    await page.getByText('100 of 999 rows').waitFor();
    expect(counts).toBe(1);
    await page.getByLabel('Filter').fill('1051');
    await page.getByText('1 row', { exact: true }).waitFor();
    await page.getByLabel('Filter').fill('nothing of this kind');
    await page.getByText('0 rows', { exact: true }).waitFor();
    expect(counts).toBe(1);
    await here.end();
  });

  it('says what is wrong with a file as a whole, and sends none that is too large', async () => {
    const here = await enter(exporter, '/devices/import');
    const { page } = here;
    await choose(here, 'large.csv', Buffer.alloc(MAX_IMPORT_BYTES + 1, 'x'));
    await page.getByRole('alert').getByText('The file is larger than 8 MiB.').waitFor();
    expect(await page.getByRole('button', { name: /^Send/ }).count()).toBe(0);
    for (const [name, text, complaint] of [
      ['strange.csv', 'kind,colour\ngpu,red', 'unknown columns colour'],
      ['broken.json', '[{"kind":', 'not JSON'],
    ] as const) {
      await choose(here, name, text);
      await page.getByText(name, { exact: true }).waitFor();
      await pressOn(page, page.getByRole('button', { name: /^Send/ }));
      await page.getByRole('alert').getByText(complaint).first().waitFor();
    }
    expect(await faultsOf(page)).toEqual([]);
    await here.end();
  });

  it('shows nothing of it to an exporter of another tenant, who declares the same serial number as their own', async () => {
    const stranger = await verifier.principal('exporter', 'strangers');
    const here = await enter(stranger, '/devices');
    const { page, go } = here;
    await page.getByText('No device is declared yet').waitFor();
    await go('/devices/import');
    await choose(here, 'ours.json', JSON.stringify([{ kind: 'gpu', serial: '1001' }]));
    await pressOn(page, page.getByRole('button', { name: 'Send 1 row' }));
    await page.getByText('Done: 1 of 1 row taken, 0 rejected.').waitFor();
    expect(await onRegister(stranger.token)).toBe(1);
    expect(await onRegister(exporter.token)).toBe(999);
    await here.end();
  });

  it('reads only those pages again that are looked at, when something happens, and others once they are', async () => {
    const { page, end } = await enter(exporter, '/devices');
    const asked: (string | null)[] = [];
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname === '/v1/devices' && !searchParams.has('count')) asked.push(searchParams.get('after'));
    });
    const grid = page.getByRole('grid', { name: 'Devices' });
    const rows = async (): Promise<number> => Number(await grid.getAttribute('aria-rowcount')) - 1;
    await page.locator('[data-place="0"]').focus();
    while ((await rows()) < 500) {
      const before = await rows();
      await page.keyboard.press('End');
      await expect.poll(rows).toBeGreaterThan(before);
    }
    const [second, third, fourth] = asked;
    expect([second, third, fourth]).not.toContain(undefined);
    await page.keyboard.press('End');
    await page.locator(`[data-place]:focus`).waitFor();
    await page.getByText('of 999 rows').waitFor();

    asked.length = 0;
    const body = { kind: 'gpu', model: 'H100 SXM5 80GB', serial: 'told' };
    await verifier.call('POST', '/v1/devices', { token: exporter.token, body });
    await page.getByText('of 1,000 rows').waitFor();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    await page.keyboard.press('Home');
    await expect.poll(() => asked).toContain(null);
    await page.locator('[data-place="0"]:focus').waitFor();
    for (const between of [second, third]) expect(asked).not.toContain(between);
    await end();
  });

  it('offers nothing that changes to whoever only reads', async () => {
    const { page, go, end } = await enter(await verifier.principal('auditor', 'gao'), '/devices');
    await page.getByRole('row', { name: /1001/ }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Declare from a file' }).count()).toBe(0);
    await go('/devices/import');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await end();
  });
});
