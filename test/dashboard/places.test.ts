import { afterAll, beforeAll, expect, it } from 'vitest';
import { LONDON, REYKJAVIK, TestLandmark } from '../end-to-end/landmarks.ts';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { enrolThere, keepMeasured, putInForce } from './fill-places.ts';
import { chooseNamed, openRow, pressOn, tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

describeInBrowser('places on the page', () => {
  let verifier: TestVerifier;
  let exporter: TestPrincipal;
  let authority: TestPrincipal;
  const facilities = new Map<string, string>();
  beforeAll(async () => {
    verifier = await startPageVerifier();
    exporter = await verifier.principal('exporter', 'chips');
    authority = await verifier.principal('authority', 'bureau');
    const second = await verifier.principal('authority', 'bureau');
    for (const [name, country, coordinates] of [
      ['Frankfurt North', 'DE', [8.66, 50.12]],
      ['Frankfurt East', 'DE', [8.72, 50.12]],
      ['Dublin', 'IE', [-6.4, 53.3]],
    ] as const) {
      const body = {
        ...{ name, country, operatorTenant: name === 'Dublin' ? 'elsewhere' : 'acme' },
        area: { type: 'Point', coordinates, radiusMeters: 900 },
      };
      const answer = await verifier.call('POST', '/v1/facilities', { token: exporter.token, body });
      facilities.set(name, String(answer.body['id']));
    }
    const facilityId = facilities.get('Frankfurt North') ?? '';
    const states = ['proven', 'proven', 'stale', 'suspended'] as const;
    await enrolThere(verifier, { facilityId, tenant: 'acme', states });
    const people = [authority, second] as const;
    const near = await putInForce(verifier, people, new TestLandmark('rkv-0', REYKJAVIK));
    const far = await putInForce(verifier, people, new TestLandmark('lon-0', LONDON));
    const [rkv, lon] = [
      { id: 'rkv-0', digest: near.digest },
      { id: 'lon-0', digest: far.digest },
    ];
    await keepMeasured(verifier, rkv, lon, 40);
    // 1,900 km there and back in three milliseconds: light takes twelve.
    await keepMeasured(verifier, lon, rkv, 3);
  });
  afterAll(() => verifier.close());

  const enter = (person: TestPrincipal, path?: string): Promise<Visit> => visitAs(person, verifier, path);

  it('are found on the map by keyboard alone: by what their hosts are, in the list beside it, with the way to each host', async () => {
    const here = await enter(authority);
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Map', exact: true }));
    const list = page.getByRole('region', { name: 'Places' });
    await list.getByText('5 rows').waitFor();
    await page.locator('canvas[data-ready=true]').waitFor();
    // Two facilities six kilometres from each other are one mark as long as all of Europe is seen.
    const marks = page.locator('.places__mark');
    await expect.poll(() => marks.count()).toBe(4);
    expect(await faultsOf(page)).toEqual([]);

    await chooseNamed(page, list.getByLabel('With hosts that are'), 'Susp');
    await list.getByText('1 row', { exact: true }).waitFor();
    await openRow(
      page,
      list.getByRole('row', { name: /Frankfurt North Facility Germany \(DE\) Proposed 4 2/ }),
    );
    const chosen = page.getByRole('region', { name: 'Frankfurt North' });
    await chosen.getByText('Evidence too old').first().waitFor();
    await chosen.getByRole('link', { name: 'rack-4' }).waitFor();
    await page.locator('canvas[data-ready=true]').waitFor();
    const box = page.getByRole('group', { name: 'Map of places' });
    const scale = page.locator('.map__scale text');
    const before = await scale.textContent();
    await pressOn(page, box, '+');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(() => scale.textContent()).not.toBe(before);
    await page.keyboard.press('0');
    await page.keyboard.press('ArrowLeft');
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, chosen.getByRole('link', { name: 'To the facility' }));
    await page.getByRole('heading', { level: 1, name: 'Frankfurt North' }).waitFor();
    await here.end();
  });

  it('are moved by the pointer, and pressed apart', async () => {
    const here = await enter(await verifier.principal('operator', 'acme'), '/map?kind=facility');
    const { page } = here;
    // What another operator runs is not there.
    await page.getByText('2 rows', { exact: true }).waitFor();
    const marks = page.locator('.places__mark');
    await marks.first().waitFor();
    await page.getByRole('button', { name: 'Farther' }).click();
    for (let press = 0; press < 8 && (await marks.count()) > 1; press++)
      await page.getByRole('button', { name: 'Farther' }).click();
    await expect.poll(() => marks.count()).toBe(1);
    await marks.first().click();
    await expect.poll(() => marks.count()).toBe(2);
    await marks.first().click();
    await page.getByRole('link', { name: 'To the facility' }).waitFor();
    await here.end();
  });

  it('tell of a landmark that contradicts another what is wrong, since when, and what to do; it is retired by keyboard alone', async () => {
    const here = await enter(authority);
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Landmarks', exact: true }));
    await openRow(page, page.getByRole('row', { name: /rkv-0 Set aside/ }));
    const health = page.getByRole('region', { name: 'Health' });
    await health.getByText('It contradicts 1 other landmark.').waitFor();
    await health.getByText(/Find out which of them/).waitFor();
    await page.getByRole('row', { name: /lon-0 of it Faster than light 3\.000 ms/ }).waitFor();
    await page.getByRole('row', { name: /lon-0 by it Possible 40\.000 ms/ }).waitFor();
    await page.getByText('192.0.2.7:4600').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'Retire' }));
    await tabTo(page, page.getByRole('dialog').getByLabel('Reason'));
    await page.keyboard.type('moved without a word');
    await pressOn(page, page.getByRole('dialog').getByRole('button', { name: 'Retire' }));
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();

    await here.go('/landmarks');
    await pressOn(page, page.getByRole('link', { name: 'Register a landmark' }));
    for (const [label, text] of [
      ['Name', 'fra-9'],
      ['Run by', 'Netz eG'],
      ['Hosted by', 'Haus GmbH'],
      ['Building', 'Kleyerstraße 82'],
      ['Latitude', '50.098'],
      ['Longitude', '8.632'],
      ['Uncertainty (m)', '50'],
      ['Public key', 'A'.repeat(43)],
      ['IP address', '192.0.2.9'],
    ] as const) {
      await tabTo(page, page.getByLabel(label, { exact: true }));
      await page.keyboard.type(text);
    }
    await chooseNamed(page, page.getByLabel('Its place rests on'), 'the mesh');
    await chooseNamed(page, page.getByLabel('Country', { exact: true }), 'Germ');
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'Propose' }));
    await page.getByRole('region', { name: 'To be approved' }).getByText('fra-9').waitFor();
    await here.end();
  });

  it('show an exporter its own facilities, and neither hosts nor landmarks', async () => {
    const here = await enter(exporter);
    const { page } = here;
    expect(await page.getByRole('link', { name: 'Landmarks', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: 'Map', exact: true }).click();
    await page.getByText('3 rows', { exact: true }).waitFor();
    expect(await page.getByLabel('With hosts that are').count()).toBe(0);
    await here.end();
  });
});
