import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { pressOn, tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

describeInBrowser('the register, on the page', () => {
  let verifier: TestVerifier;
  let exporter: TestPrincipal;
  let authority: TestPrincipal;
  beforeAll(async () => {
    verifier = await startPageVerifier();
    exporter = await verifier.principal('exporter', 'chips');
    authority = await verifier.principal('authority', 'bureau');
  });
  afterAll(() => verifier.close());

  const post = async ({ token }: TestPrincipal, path: string, body: object): Promise<string> => {
    const answer = await verifier.call('POST', path, { token, body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return String(answer.body['id']);
  };
  const stored = async (path: string): Promise<unknown> =>
    (await verifier.call('GET', path, { token: authority.token })).body;
  /** Opens a dialog by its button, fills its fields by their names, and presses the button of the same name there. */
  const fill = async (
    { page }: Visit,
    action: string,
    fields: { [label: string]: string },
  ): Promise<void> => {
    await pressOn(page, page.getByRole('button', { name: action }));
    const dialog = page.getByRole('dialog', { name: action });
    for (const [label, text] of Object.entries(fields)) {
      await tabTo(page, dialog.getByLabel(label, { exact: true }));
      await page.keyboard.insertText(text);
    }
    await pressOn(page, dialog.getByRole('button', { name: action }));
  };

  it('takes a party and its owner from an exporter, by keyboard alone, and says what is missing up to the top', async () => {
    const holding = await post(exporter, '/v1/parties', { legalName: 'Hekla Holding hf.', country: 'IS' });
    const here = await visitAs(exporter, verifier);
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Parties' }));
    await page.getByRole('row', { name: /Hekla Holding/ }).waitFor();
    await fill(here, 'Register …', {
      Name: HOSTILE['markup'] ?? '',
      'Registered in': 'is',
      'Led from': 'no',
      Reference: 'HRB 1234',
    });
    const row = page.getByRole('row', { name: /onerror.*Iceland \(IS\) Norway \(NO\) Not screened/ });
    await row.waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await tabTo(page, page.getByRole('grid').getByRole('row').nth(1));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /onerror/ }).waitFor();
    const owners = page.getByRole('region', { name: 'Who owns it' });
    await owners.getByText('Nobody has declared that the last party').waitFor();

    await fill(here, 'Say who owns it …', {
      'Direct parent': holding,
      Source: 'extract of the register',
      Reason: 'bought in May',
    });
    await owners.getByRole('link', { name: 'Hekla Holding hf.' }).waitFor();
    await page.getByRole('row', { name: /bought in May/ }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.getByRole('main').locator('b, img, script').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Screen …' }).count()).toBe(0);
    await here.end();
  });

  it('takes parties and then what a screening tool found of them from files, by keyboard alone, and says of each row what is wrong', async () => {
    const choose = async ({ page }: Visit, name: string, lines: readonly string[]): Promise<void> => {
      const chooser = page.waitForEvent('filechooser');
      await pressOn(page, page.getByLabel('CSV or JSON file'), 'Space');
      const buffer = Buffer.from(lines.join('\r\n'));
      await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer });
    };
    const here = await visitAs(exporter, verifier, '/parties');
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Register from a file' }));
    await page.getByRole('heading', { level: 1, name: 'Register parties from a file' }).waitFor();
    expect(await page.getByRole('link', { name: 'Screening results from a file' }).count()).toBe(0);
    await choose(here, 'parties.csv', [
      'reference,legalName,country,parentReference',
      'KATLA,Katla Holding hf.,IS,',
      'KATLA-1,Katla Compute ehf.,IS,KATLA',
      'LAKI,Laki ehf.,Iceland,',
      'OTHER,Orphan ehf.,IS,NOBODY',
      `KATLA,"${HOSTILE['markup']?.replaceAll('"', '""')}",IS,`,
    ]);
    await page.getByText('5 rows read. Nothing is sent yet.').waitFor();
    await page.getByText('KATLA-1,Katla Compute ehf.,IS,KATLA', { exact: true }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const held = async (): Promise<string[]> =>
      ((await stored('/v1/parties?limit=500')) as { items: { reference: string; id: string }[] }).items
        .filter(({ reference }) => reference?.startsWith('KATLA'))
        .map(({ id }) => id);
    expect(await held()).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'Send 5 rows' }));
    await page.getByText('Done: 2 of 5 rows taken, 3 rejected.').waitFor();
    const rejected = page.getByRole('region', { name: 'Rejected rows' });
    const rows = rejected.getByRole('listitem');
    await expect.poll(() => rows.locator('strong').allInnerTexts()).toEqual(['Row 3', 'Row 4', 'Row 5']);
    for (const [at, code, column] of [
      [0, 'field_invalid', 'country'],
      [1, 'parent_unknown', 'parentReference'],
      [2, 'duplicate_row', 'reference'],
    ] as const) {
      await rows.nth(at).getByText(code, { exact: true }).waitFor();
      await rows.nth(at).getByText(`Column or member: ${column}`).waitFor();
    }
    await rejected.getByText('Put the owner’s row before this one').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    const download = page.waitForEvent('download');
    await pressOn(page, page.getByRole('button', { name: 'Report (CSV)' }));
    expect((await download).suggestedFilename()).toBe('party-import-report.csv');
    await here.end();
    const parties = await held();
    expect(parties).toHaveLength(2);

    await post(authority, '/v1/screening-lists', { version: '2026-09-01', reason: 'as published' });
    const office = await visitAs(authority, verifier, '/parties');
    await pressOn(office.page, office.page.getByRole('link', { name: 'Screening results from a file' }));
    await choose(office, 'screenings.csv', [
      'partyId,listVersion,outcome,reviewer,date',
      `${parties[0]},2026-09-01,clear,Screener 9,2026-01-02`,
      `${parties[1]},2026-09-01,perhaps,Screener 9,2026-01-02`,
      `${parties[1]},1999-01-01,hit,Screener 9,2026-01-02`,
    ]);
    await pressOn(office.page, office.page.getByRole('button', { name: 'Send 3 rows' }));
    await office.page.getByText('Done: 1 of 3 rows taken, 2 rejected.').waitFor();
    await office.page.getByText('Column or member: outcome').waitFor();
    await office.page.getByText('Declare that version of the list first, or correct it.').waitFor();
    expect(await faultsOf(office.page)).toEqual([]);
    expect(await stored(`/v1/parties/${parties[0]}`)).toMatchObject({
      standing: 'clear',
      listVersion: '2026-09-01',
    });
    expect(await stored(`/v1/parties/${parties[1]}`)).toMatchObject({ standing: 'unscreened' });
    await office.end();
  });

  it('shows a clear party as such only against the list in force, and takes the word of the authority, by keyboard alone', async () => {
    const id = await post(exporter, '/v1/parties', { legalName: 'Askja Cloud', country: 'IS' });
    await post(authority, '/v1/screening-lists', { version: '2026-10-01', reason: 'as published' });
    const here = await visitAs(authority, verifier, `/parties/${id}`);
    const { page } = here;
    const described = page.getByRole('region', { name: 'What is said of it' });
    await described.getByText('Not screened').waitFor();
    await pressOn(page, page.getByRole('button', { name: 'Screen …' }));
    const dialog = page.getByRole('dialog', { name: 'Screen …' });
    await tabTo(page, dialog.getByLabel('What it comes to'));
    await page.keyboard.press('c');
    await tabTo(page, dialog.getByLabel('Reason'));
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.type('on no list');
    await pressOn(page, dialog.getByRole('button', { name: 'Screen …' }));
    await described.getByText('Clear', { exact: true }).waitFor();
    expect(await stored(`/v1/parties/${id}`)).toMatchObject({ standing: 'clear', listVersion: '2026-10-01' });
    await post(authority, '/v1/screening-lists', { version: '2026-11-01', reason: 'as published' });
    await described.getByText('Against an older list').waitFor();
    await here.end();
  });

  it('shows of a device what is declared and that nothing is proven, and retires it, by keyboard alone', async () => {
    const id = await post(exporter, '/v1/devices', { kind: 'gpu', model: 'H100 SXM5 80GB', serial: '1001' });
    const here = await visitAs(exporter, verifier, '/devices');
    const { page } = here;
    await pressOn(page, page.getByRole('row', { name: /1001/ }));
    await page.getByRole('heading', { level: 1, name: /Device 1001 Declared/ }).waitFor();
    await page.getByText('Its exporter’s declaration alone: nothing of it is proven.').waitFor();
    await page.getByText('Not shown by evidence').waitFor();
    await page.getByText('operator-extractable', { exact: true }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    // What the register would refuse from this state is not offered.
    await expect
      .poll(() => page.locator('.page__actions').getByRole('button').allInnerTexts())
      .toEqual(['Ship …', 'Transfer …', 'Retire …']);
    await fill(here, 'Ship …', { Reason: 'on its way to Iceland' });
    await page.getByRole('heading', { level: 1, name: /Device 1001 Shipped/ }).waitFor();
    expect(await stored(`/v1/devices/${id}`)).toMatchObject({ dueAfterDays: 30, notedState: 'shipped' });
    expect(await page.locator('.page__actions').getByRole('button').count()).toBe(0);
    await here.end();

    const office = await visitAs(authority, verifier, `/devices/${id}`);
    await fill(office, 'Retire …', { Reason: 'lost at sea' });
    await office.page.getByRole('heading', { level: 1, name: /Device 1001 Retired/ }).waitFor();
    await office.end();
  });

  it('shows nothing of it to an exporter of another tenant, by any link', async () => {
    const party = await post(exporter, '/v1/parties', { legalName: 'Secret Customer', country: 'IS' });
    const device = await post(exporter, '/v1/devices', { kind: 'gpu', serial: '2002' });
    const stranger = await verifier.principal('exporter', 'strangers');
    const here = await visitAs(stranger, verifier, '/parties');
    const { page, go } = here;
    await page.getByText('There is no party yet, of those that you may see.').waitFor();
    for (const path of [`/parties/${party}`, `/devices/${device}`]) {
      await go(path);
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    }
    await here.end();
  });
});
