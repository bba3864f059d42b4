import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NewIncident, openIncident } from '../../src/service/incident/open.ts';
import type { Role } from '../../src/service/principal.ts';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { pressOn, tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

const DAY_MS = 86_400_000;

describeInBrowser('incidents, on the page', () => {
  let verifier: TestVerifier;
  beforeAll(async () => {
    verifier = await startPageVerifier({ incidentReportDays: { tampering: 3 } });
  });
  afterAll(() => verifier.close());

  const open = (more: Partial<NewIncident>, daysAgo = 0): Promise<string> => {
    const { context } = verifier;
    const at = new Date(context.clock().getTime() - daysAgo * DAY_MS);
    const wanted = {
      kind: 'diversion',
      tenant: 'chips',
      subjects: ['host:hst_x'],
      evidence: [],
      at,
    } as const;
    return context.store.write((tx) => openIncident(context, tx, { ...wanted, ...more }));
  };

  const enter = async (
    role: Role,
    tenant: string,
    path?: string,
  ): Promise<Visit & { readonly person: TestPrincipal }> => {
    const person = await verifier.principal(role, tenant);
    return { ...(await visitAs(person, verifier, path)), person };
  };

  /** Opens a dialog by its button, writes into its one field, and presses the button of the same name there. What axe-core finds in it the licence's test asks. */
  const fill = async ({ page }: Visit, action: string, field: string, text: string): Promise<void> => {
    await pressOn(page, page.getByRole('button', { name: action }));
    const dialog = page.getByRole('dialog', { name: action });
    await tabTo(page, dialog.getByLabel(field));
    await page.keyboard.insertText(text);
    await pressOn(page, dialog.getByRole('button', { name: action }));
    await dialog.waitFor({ state: 'detached' });
  };

  /** Tab comes to the first row of the table; a key goes on to the one that is meant. */
  const chooseRow = async ({ page }: Visit, key: string): Promise<void> => {
    await pressOn(page, page.getByRole('grid').getByRole('row').nth(1), key);
    await page.keyboard.press('Enter');
  };

  const focused = ({ page }: Visit): Promise<unknown> => page.evaluate('document.activeElement.tagName');

  it('are read again one by one as something becomes of them, and not the whole list', async () => {
    const here = await enter('authority', 'bureau', '/incidents');
    const { page } = here;
    await page.getByText('0 rows', { exact: true }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/v1/incidents')) asked.push(pathname);
    });
    const rows = page.getByRole('grid', { name: 'Incidents' }).getByRole('row');
    const first = await open({ tenant: 'others', subjects: ['host:hst_first'] });
    await rows.getByText('host:hst_first').waitFor();
    const second = await open({ tenant: 'others', subjects: ['host:hst_second'] });
    await rows.getByText('host:hst_second').waitFor();
    const exporter = await verifier.principal('exporter', 'others');
    const report = await verifier.call('POST', `/v1/incidents/${first}/report`, {
      token: exporter.token,
      body: { reference: 'BIS-1' },
    });
    expect(report.status).toBe(200);
    await rows.getByText('BIS-1').waitFor();
    expect(await rows.count()).toBe(3);
    expect(asked).toEqual([`/v1/incidents/${first}`, `/v1/incidents/${second}`, `/v1/incidents/${first}`]);
    for (const id of [first, second]) {
      const closed = await verifier.call('POST', `/v1/incidents/${id}/closing`, {
        token: here.person.token,
        body: { reason: 'done with' },
      });
      expect(closed.status).toBe(200);
    }
    await page.getByText('0 rows', { exact: true }).waitFor();
    await here.end();
  });

  it('are listed by when they are due; one is noted and reported by its exporter, by keyboard alone, and saved as it is', async () => {
    await open({});
    const tampered = await open({
      kind: 'tampering',
      subjects: ['host:hst_x', `host:${HOSTILE['markup']}`],
      evidence: ['session:ses_1', 'leaf:1'],
    });
    await open({ kind: 'missing-devices', subjects: ['licence:lic_x'] }, 40);
    await open({ tenant: 'strangers', subjects: ['host:hst_theirs'] });
    const here = await enter('exporter', 'chips');
    const { page, person } = here;
    await pressOn(page, page.getByRole('link', { name: 'Incidents', exact: true }));
    const rows = page.getByRole('grid', { name: 'Incidents' }).getByRole('row');
    await rows.getByText('Diversion').waitFor();
    const listed = async () =>
      (await rows.allInnerTexts()).slice(1).map((text) =>
        text
          .split('\n')
          .filter((line) => line !== '')
          .slice(0, 2),
      );
    await expect.poll(listed).toEqual([
      ['Missing devices', 'Overdue'],
      ['Tampering', 'To be reported'],
      ['Diversion', 'To be reported'],
    ]);
    expect(await faultsOf(page)).toEqual([]);

    await chooseRow(here, 'ArrowDown');
    await page.getByRole('heading', { level: 1, name: `Tampering ${tampered} To be reported` }).waitFor();
    await page.getByText('It is not reported yet.').waitFor();
    const evidence = page.getByRole('region', { name: 'Where to look' }).getByRole('link');
    await expect.poll(() => evidence.allInnerTexts()).toEqual(['leaf:1']);
    expect(await faultsOf(page)).toEqual([]);

    await fill(here, 'Add a note …', 'Note', String(HOSTILE['script']));
    await page.getByRole('region', { name: 'Notes' }).getByText(String(HOSTILE['script'])).waitFor();
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.getByRole('main').locator('b, img, script').count()).toBe(0);
    await expect.poll(() => focused(here)).toBe('BUTTON');

    await fill(here, 'Report …', 'Reference', 'BIS-2026-0117');
    await page.getByRole('heading', { level: 1, name: /Reported$/ }).waitFor();
    await page.getByText('It is marked as reported.').waitFor();
    await page.getByText('BIS-2026-0117', { exact: true }).waitFor();
    await expect.poll(() => focused(here)).toBe('H1');
    for (const name of ['Report …', 'Close …'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);

    const saved = page.waitForEvent('download');
    await pressOn(page, page.getByRole('button', { name: 'Save as JSON' }));
    expect((await saved).suggestedFilename()).toBe(`incident-${tampered}.json`);
    const { body } = await verifier.call('GET', `/v1/incidents/${tampered}`, { token: person.token });
    expect(body).toMatchObject({ state: 'reported', reference: 'BIS-2026-0117', notes: [{ by: person.id }] });
    expect(JSON.parse(await readFile(await (await saved).path(), 'utf8'))).toEqual(body);
    await here.end();
  });

  it('are closed by the authority with a reason, in any tenant, and then shown when asked for', async () => {
    const id = await open({ kind: 'spoofed-location', tenant: 'elsewhere', evidence: ['session:ses_1'] });
    const here = await enter('authority', 'bureau', '/incidents');
    const { page } = here;
    await page.getByRole('row', { name: /Spoofed location/ }).waitFor();
    await chooseRow(here, 'End');
    await page.getByRole('heading', { level: 1, name: `Spoofed location ${id}` }).waitFor();
    const session = page.getByRole('link', { name: 'session:ses_1' });
    expect(await session.getAttribute('href')).toBe('/appraisals/ses_1');
    await fill(here, 'Close …', 'Reason', 'moved back, explained');
    await page.getByRole('heading', { level: 1, name: /Closed$/ }).waitFor();
    await page.getByText('It was closed without a report.').waitFor();
    await page.getByText('moved back, explained').waitFor();
    for (const name of ['Report …', 'Add a note …', 'Close …'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    await pressOn(page, page.getByRole('link', { name: 'Incidents', exact: true }));
    await page
      .getByRole('row', { name: /Diversion/ })
      .first()
      .waitFor();
    await page.getByRole('row', { name: /Spoofed location/ }).waitFor({ state: 'detached' });
    await tabTo(page, page.getByLabel('Show'));
    await page.keyboard.press('A');
    await page.getByRole('row', { name: /Spoofed location.*Closed/ }).waitFor();
    await here.end();
  });

  it('of another tenant are not shown, by any link', async () => {
    const theirs = await open({ subjects: ['host:hst_secret'] });
    const here = await enter('exporter', 'nobody', '/incidents');
    const { page } = here;
    await page.getByRole('status').getByText('0').waitFor();
    expect(await page.getByRole('row', { name: /Diversion/ }).count()).toBe(0);
    await here.go(`/incidents/${theirs}`);
    await page.getByRole('alert').getByText('there is no such incident').waitFor();
    for (const told of ['chips', 'hst_secret', 'Diversion'])
      expect(await page.getByRole('main').getByText(told).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Save as JSON' }).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    await here.end();
  });
});
