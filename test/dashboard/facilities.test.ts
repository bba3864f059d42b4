import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { chooseNamed, openRow, pressOn, tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

const BOW_TIE = [
  ['47.6800', '9.1500'],
  ['47.6900', '9.1700'],
  ['47.6800', '9.1700'],
  ['47.6900', '9.1500'],
] as const;

const AREA = { type: 'Point', coordinates: [8.66, 50.12], radiusMeters: 900 };

describeInBrowser('facilities on the page', () => {
  let verifier: TestVerifier;
  let exporter: TestPrincipal;
  let authority: TestPrincipal;
  beforeAll(async () => {
    verifier = await startPageVerifier();
    exporter = await verifier.principal('exporter', 'chips');
    authority = await verifier.principal('authority', 'bureau');
  });
  afterAll(() => verifier.close());

  const enter = (person: TestPrincipal, path?: string): Promise<Visit> => visitAs(person, verifier, path);
  const propose = async (name: string): Promise<string> => {
    const body = { name, country: 'DE', operatorTenant: 'acme', area: AREA };
    const answer = await verifier.call('POST', '/v1/facilities', { token: exporter.token, body });
    expect(answer.status).toBe(201);
    return String(answer.body['id']);
  };
  const stateOf = async (id: string): Promise<unknown> =>
    (await verifier.call('GET', `/v1/facilities/${id}`, { token: authority.token })).body;

  const write = async ({ page }: Visit, label: string, text: string): Promise<void> => {
    await tabTo(page, page.getByLabel(label, { exact: true }));
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(text);
  };

  const registered = async (): Promise<string> =>
    JSON.stringify((await verifier.call('GET', '/v1/facilities', { token: exporter.token })).body);

  it('are proposed by an exporter and authorised by the authority, by keyboard alone, and shown to each as it happens; then withdrawn', async () => {
    const owner = await enter(exporter);
    await pressOn(owner.page, owner.page.getByRole('link', { name: 'Facilities' }));
    await pressOn(owner.page, owner.page.getByRole('link', { name: 'Propose a facility' }));
    await owner.page.getByText('Nothing is drawn yet.').waitFor();
    for (const [label, text] of [
      ['Name', 'Frankfurt North'],
      ['Operator', 'acme'],
      ['Latitude', '50.12'],
      ['Longitude', '8.66'],
      ['Radius (m)', '900'],
    ] as const) {
      await tabTo(owner.page, owner.page.getByLabel(label, { exact: true }));
      await owner.page.keyboard.type(text);
    }
    await chooseNamed(owner.page, owner.page.getByLabel('Country', { exact: true }), 'Germ');
    await owner.page.getByText('all of it in Germany (DE)').waitFor();
    await pressOn(owner.page, owner.page.getByRole('button', { name: 'Propose', exact: true }));
    await owner.page.getByText('It was never authorised.').waitFor();
    expect(await owner.page.getByRole('button', { name: /^(Authorise|Refuse|Withdraw)/ }).count()).toBe(0);
    const id = new URL(owner.page.url()).pathname.split('/').at(-1) ?? '';

    const office = await enter(authority);
    const { page } = office;
    await pressOn(page, page.getByRole('link', { name: 'Facilities' }));
    await openRow(page, page.getByRole('row', { name: /Frankfurt North Germany \(DE\).*Proposed/ }));
    await page.getByText('everything within 900 m of the point').waitFor();
    await page.locator('canvas[data-ready=true]').waitFor();
    await page.getByText('all of it in Germany (DE)').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'Authorise' }));
    const dialog = page.getByRole('dialog');
    await tabTo(page, dialog.getByLabel('Tier'));
    await page.keyboard.type('tier-1');
    await tabTo(page, dialog.getByLabel('Reason'));
    await page.keyboard.type('inspected and found as described');
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, dialog.getByRole('button', { name: 'Authorise' }));
    await page.getByText('The facility is authorised.').waitFor({ state: 'attached' });
    await page.getByRole('row', { name: /Counts tier-1 No inspected/ }).waitFor();
    expect(await stateOf(id)).toMatchObject({ state: 'authorised', tier: 'tier-1', authorisedUntil: null });
    await owner.page.getByRole('row', { name: /Counts tier-1/ }).waitFor();
    await owner.end();

    await pressOn(page, page.getByRole('button', { name: 'Withdraw' }));
    await tabTo(page, dialog.getByLabel('Reason'));
    await page.keyboard.type('the operator has left it');
    await pressOn(page, dialog.getByRole('button', { name: 'Withdraw' }));
    await page.getByRole('row', { name: /Withdrawn tier-1/ }).waitFor();
    expect(await stateOf(id)).toMatchObject({ state: 'withdrawn' });
    await office.end();
  });

  it('are drawn by keyboard alone, and told before anything is sent what the verifier would refuse, and where the map has them', async () => {
    const here = await enter(exporter, '/facilities/propose');
    const { page } = here;
    await chooseNamed(page, page.getByLabel('Country', { exact: true }), 'Germ');
    await tabTo(page, page.getByRole('radio', { name: 'A point with a radius' }));
    await page.keyboard.press('ArrowRight');
    await page.getByText('No corner yet').waitFor();
    // A bow tie, and then a square. Whoever adds a corner goes on in its fields.
    for (const [at, [latitude, longitude]] of BOW_TIE.entries()) {
      await pressOn(page, page.getByRole('button', { name: 'Add a corner', exact: true }));
      await page
        .locator('input:focus')
        .and(page.getByLabel(`Latitude of corner ${at + 1}`))
        .waitFor();
      await page.keyboard.type(latitude);
      await page.keyboard.press('Tab');
      await page.keyboard.type(longitude);
    }
    const told = page.getByRole('region', { name: 'Before it is sent' });
    await told.getByText('the edges that begin at corners 1, 3 meet').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await write(here, 'Latitude of corner 2', '47.6800');
    await write(here, 'Latitude of corner 3', '47.6900');
    await told.getByText('The outline holds by the rules').waitFor();
    await told.getByText('1.66 km²').waitFor();
    await told.getByText('all of it in Germany (DE)').waitFor();
    // South of the lake it is another country. Enter at the cross of the map adds a corner there.
    await write(here, 'Latitude of corner 1', '47.6400');
    await told.getByText(/1 of 4 places in Switzerland \(CH\)/).waitFor();
    await told.getByText(/not, or not all, in Germany/).waitFor();
    await pressOn(page, page.getByRole('group', { name: 'Map to draw on' }));
    await page.getByRole('button', { name: 'Remove corner 5' }).waitFor();
    expect(await registered()).not.toContain('47.64');

    await page.getByRole('radio', { name: 'GeoJSON' }).check();
    await page
      .getByLabel('GeoJSON', { exact: true })
      .last()
      .fill('{"type":"Point","coordinates":[9.17,47.66]}');
    await told.getByText('This is no outline').waitFor();
    await here.end();
  });

  it('show names that are meant to do something as text, and nothing at all to another tenant', async () => {
    const id = await propose(HOSTILE['markup']?.slice(0, 300) ?? '');
    await propose(HOSTILE['overridden'] ?? '');
    const here = await enter(authority);
    const { page, go } = here;
    await go('/facilities');
    await page.getByText('approved[U+202E]gnp.exe').waitFor();
    await go(`/facilities/${id}`);
    await page.getByText('It was never authorised.').waitFor();
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.getByRole('main').locator('b, img, script').count()).toBe(0);
    await here.end();

    const stranger = await enter(await verifier.principal('exporter', 'strangers'));
    await stranger.page.getByRole('link', { name: 'Facilities' }).click();
    await stranger.page.getByText('There is no facility yet, of those that you may see.').waitFor();
    await stranger.go(`/facilities/${id}`);
    await stranger.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await stranger.end();
  });
});
