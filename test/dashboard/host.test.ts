import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '../../src/service/principal.ts';
import { LONDON, REYKJAVIK } from '../end-to-end/landmarks.ts';
import { NEVER } from '../end-to-end/world.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { pressOn } from './keyboard.ts';
import { beginLicensed, type LicensedGuest } from './licensed-guest.ts';
import { type Visit, visitAs } from './visit.ts';

describeInBrowser('a host on the page', () => {
  let guest: LicensedGuest;
  beforeAll(async () => {
    guest = await beginLicensed();
    await guest.attestsAt(REYKJAVIK);
  });
  afterAll(() => guest.world.close());

  /** As the host's agent does. */
  const asksForGrant = async (): Promise<void> => {
    const { client } = guest.guest;
    const body = { mediaType: 'application/json', content: JSON.stringify({ licenceId: guest.licenceId }) };
    await client.post({ path: '/v1/grants/renewals', body, signal: NEVER });
  };

  const enter = async (role: Role, tenant: string, path?: string): Promise<Visit> => {
    const { verifier } = guest.world;
    return visitAs(await verifier.principal(role, tenant), verifier, path);
  };

  it('tells its operator, by keyboard alone, where it is proven to be and, once it is moved, what holds it', async () => {
    const here = await enter('operator', 'acme');
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Hosts' }));
    await page.getByLabel('State').selectOption('proven');
    await page.getByText('1 row').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('row', { name: /Proven/ }));
    const place = page.getByRole('region', { name: 'Where it is' });
    await place.getByText('Proven inside the authorised area').waitFor();
    await place.getByRole('img').waitFor();
    const grants = page.getByRole('region', { name: 'Grants' });
    await grants.getByText('No licence has granted this host anything').waitFor();
    await asksForGrant();
    await here.go(`/hosts/${guest.hostId}`);
    await grants.getByText('Granted', { exact: true }).waitFor();
    await grants.getByText(guest.licenceId).waitFor();
    expect(await faultsOf(page)).toEqual([]);

    await guest.attestsAt(LONDON);
    // What is held against it is told by an event, and that its agent is then refused, and why, by another.
    await grants.getByText('Suspended', { exact: true }).waitFor();
    await asksForGrant();
    await grants.getByText('Refused', { exact: true }).waitFor();
    await grants.getByText('host.held').first().waitFor();
    await grants.getByText('The licensing authority clears the hold').first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await place.getByText('Proven outside of the authorised area').waitFor();
    const holds = page.getByRole('region', { name: 'Held for review' });
    await holds.getByText('place.proven-outside').waitFor();
    // An operator may not clear what is held against his own host, and is told who does and what comes first.
    await holds.getByText('ask the licensing authority to clear this').waitFor();
    expect(await page.getByRole('button', { name: 'Clear the hold' }).count()).toBe(0);
    // Nothing is held for what proves nothing: it is told all the same.
    await guest.attestsAt(REYKJAVIK, { without: ({ id }) => id.startsWith('rkv') });
    await place.getByText('Inconclusive: nothing is proven').waitFor();
    await here.end();
  });

  it('shows every check of an appraisal, and hands out what was submitted', async () => {
    const here = await enter('auditor', 'gao', `/hosts/${guest.hostId}`);
    const { page } = here;
    await pressOn(
      page,
      page
        .getByRole('region', { name: 'Appraisals' })
        .getByRole('row', { name: /Accepted/ })
        .first(),
    );
    await page.getByRole('heading', { name: 'Checks' }).waitFor();
    await expect.poll(() => page.locator('.checks__check').count()).toBeGreaterThan(10);
    expect(await faultsOf(page)).toEqual([]);
    const saved = page.waitForEvent('download');
    await pressOn(page, page.getByRole('button', { name: 'Evidence, as received' }));
    expect((await saved).suggestedFilename()).toMatch(/^ses_.*\.cmw\.json$/);
    await here.end();
  });

  it('shows nothing of a host to another tenant, by any link', async () => {
    const here = await enter('operator', 'elsewhere', `/hosts/${guest.hostId}`);
    const { page } = here;
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await here.go('/hosts');
    await page.getByText('0 rows').waitFor();
    await page.getByText('No host has enrolled yet').waitFor();
    await here.end();
  });
});
