import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '../../src/service/principal.ts';
import { LONDON, REYKJAVIK } from '../end-to-end/landmarks.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { HOSTILE } from './hostile.ts';
import { chooseNamed, pressOn, tabTo } from './keyboard.ts';
import { beginLicensed, type LicensedGuest } from './licensed-guest.ts';
import { type Visit, visitAs } from './visit.ts';

describeInBrowser('a licence on the page', () => {
  let guest: LicensedGuest;
  beforeAll(async () => {
    guest = await beginLicensed();
  });
  afterAll(() => guest.world.close());

  const enter = async (role: Role, tenant: string, path?: string): Promise<Visit> => {
    const { verifier } = guest.world;
    return visitAs(await verifier.principal(role, tenant), verifier, path);
  };

  it('shows a licensing officer, by keyboard alone, a host that is moved, why it is suspended, and lets it be reinstated', async () => {
    await guest.attestsAt(REYKJAVIK);
    await guest.decide();
    const here = await enter('authority', 'bureau');
    const { page } = here;
    await pressOn(page, page.getByRole('link', { name: 'Licences' }));
    const row = page.getByRole('row', { name: guest.licenceId.slice(0, 8) });
    await page.getByText('1 row', { exact: true }).waitFor();
    await chooseNamed(page, page.getByLabel('Status', { exact: true }), 'Revoked');
    await page.waitForURL(/\/licences\?status=revoked$/);
    await page.getByText('No row matches.').waitFor();
    await page.getByText('0 rows', { exact: true }).waitFor();
    await chooseNamed(page, page.getByLabel('Status', { exact: true }), 'In force');
    await row.waitFor();
    const filter = page.getByLabel('Filter');
    await page.keyboard.press('Shift+Tab');
    await tabTo(page, filter);
    await page.keyboard.type('nobody');
    await page.getByText('No row matches.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.type('CHIP');
    await page.getByText('1 row', { exact: true }).waitFor();
    const suspends = page.getByRole('columnheader', { name: 'Suspends' });
    await pressOn(page, suspends.getByRole('button'));
    await expect.poll(() => suspends.getAttribute('aria-sort')).toBe('ascending');
    await pressOn(page, row);
    await page.getByRole('heading', { level: 1, name: /In force/ }).waitFor();
    await page.getByText('A use is allowed now').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
    expect(await faultsOf(page)).toEqual([]);

    await guest.attestsAt(LONDON);
    await page.getByRole('heading', { level: 1, name: /Suspended/ }).waitFor();
    await page.getByText('A use is denied now').waitFor();
    const why = page.getByRole('region', { name: 'How it stands now' });
    for (const code of ['licence.suspended', 'host.held', 'device.place-forbidden', 'device.level-too-low']) {
      await why.getByText(code, { exact: true }).first().waitFor();
    }
    await why.getByText('What to do: Move the device into its authorised area.').waitFor();
    // In Korean a reason is told by its code, before the record's own words, which say which device.
    const person = page.getByRole('banner').locator('summary');
    await person.click();
    await page.getByLabel('Language').selectOption('한국어');
    await page.getByText('장치가 승인된 지역 밖에 있음이 입증되었습니다.').first().waitFor();
    await page.getByText('is proven outside its authorised area').first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByLabel('언어').selectOption('English');
    await person.click();
    const happened = page.getByRole('log', { name: 'What happens' });
    await happened.getByText('Licence suspended').waitFor();
    await happened.getByText('Held for review').waitFor();
    expect(await faultsOf(page)).toEqual([]);

    // While anything is violated it is refused, and the page says what.
    await pressOn(page, page.getByRole('button', { name: 'Reinstate …' }));
    const reason = page.getByRole('dialog').getByLabel('Reason');
    await tabTo(page, reason);
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.type('it must go on');
    await pressOn(page, page.getByRole('dialog').getByRole('button', { name: 'Reinstate …' }));
    await page
      .getByRole('alert')
      .getByText('what is violated must be mended before it is reinstated')
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await guest.attestsAt(REYKJAVIK);
    await pressOn(page, page.getByRole('button', { name: 'Clear …' }));
    await tabTo(page, reason);
    await page.keyboard.type('the machine is back, and was examined');
    await pressOn(page, page.getByRole('dialog').getByRole('button', { name: 'Clear …' }));
    await page.getByText('Nothing that the licence names is held.').waitFor();
    await pressOn(page, page.getByRole('button', { name: 'Reinstate …' }));
    await tabTo(page, reason);
    await page.keyboard.type('the hold is cleared');
    await pressOn(page, page.getByRole('dialog').getByRole('button', { name: 'Reinstate …' }));
    await page.getByRole('heading', { level: 1, name: /In force/ }).waitFor();
    await page.getByText('A use is allowed now').waitFor();
    await page.getByText('the hold is cleared', { exact: true }).first().waitFor();
    await pressOn(page, page.getByRole('button', { name: 'Ask' }));
    await page.getByText('It would have been allowed.').waitFor();
    await page.getByLabel('What is asked for').focus();
    await page.keyboard.press('d'); // as a list box takes it: the one that begins so
    await tabTo(page, page.getByLabel('Chips'));
    await page.keyboard.type('8 of H100');
    await pressOn(page, page.getByRole('button', { name: 'Ask' }));
    await page.getByRole('alert').getByText('each model once').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('button', { name: 'End …', exact: true }));
    await tabTo(page, reason);
    await page.keyboard.type('no longer needed');
    await pressOn(page, page.getByRole('dialog').getByRole('button', { name: 'End …', exact: true }));
    await page.getByRole('grid', { name: 'Grants' }).getByText('Invalid').waitFor();
    await tabTo(page, page.getByRole('link', { name: /^dec_/ }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Decision dec_.* Allowed/ }).waitFor();
    await page.getByText('Signed checkpoint').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await here.end();
  });

  it('shows its holder how it stands and why, lets them change nothing, and what was written to them is inert', async () => {
    const { overridden, rightToLeft, ...others } = HOSTILE;
    const reason = [overridden, rightToLeft, others['markup'], others['script'], others['attribute']].join(
      ' | ',
    );
    const rule = (status: string, why: string): Promise<unknown> =>
      guest.post(guest.world.tokens.authority, `/v1/licences/${guest.licenceId}/ruling`, {
        status,
        reason: why,
      });
    const { page, end } = await enter('exporter', 'chips', `/licences/${guest.licenceId}`);
    await page.getByText('A use is allowed now').waitFor();
    await rule('suspended', reason);
    await page.getByRole('heading', { level: 1, name: /Suspended/ }).waitFor();
    await page.getByText('approved[U+202E]gnp.exe[U+202C]').first().waitFor();
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.getByRole('main').locator('b, img, script').count()).toBe(0);
    for (const name of ['Suspend …', 'Reinstate …', 'Revoke …', 'Ask'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    await rule('active', 'looked at');
    await page.getByText('A use is allowed now').waitFor();
    await end();
  });

  it('is listed on the page of the device that it names, beside its incidents and the hosts that it was granted to', async () => {
    await guest.attestsAt(REYKJAVIK);
    await guest.decide();
    const here = await enter('authority', 'bureau', `/devices/${guest.deviceId}`);
    const { page } = here;
    const stays = page.getByRole('grid', { name: 'Hosts that it was granted to' });
    await stays.getByRole('link', { name: guest.hostId }).waitFor();
    expect(await stays.getByRole('link', { name: /^dec_/ }).count()).toBe(1);
    // It was proven outside its area before: its host's incident concerns it.
    await page.getByRole('grid', { name: 'Its incidents' }).getByText('Diversion').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await pressOn(page, page.getByRole('grid', { name: 'Licences that name it' }).getByRole('row').nth(1));
    await page.getByRole('heading', { level: 1, name: /In force/ }).waitFor();
    await here.end();
    const holder = await enter('exporter', 'chips', `/devices/${guest.deviceId}`);
    await holder.page
      .getByRole('grid', { name: 'Hosts that it was granted to' })
      .getByText(guest.hostId)
      .waitFor();
    // The incident is the operator's to report.
    const incidents = holder.page.getByRole('region', { name: 'Its incidents' });
    await incidents.getByText('No incident that you may see is about it.').waitFor();
    expect(await faultsOf(holder.page)).toEqual([]);
    await holder.end();
  });

  it('shows an exporter of another tenant nothing of it, by any link', async () => {
    const decisionId = await guest.decide();
    const { page, go, end } = await enter('exporter', 'strangers', '/licences');
    await page.getByText('There is no licence yet, of those that you may see.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await go(`/licences/${guest.licenceId}`);
    await page.getByRole('alert').getByText('there is no such licence').waitFor();
    for (const told of ['chips', 'Suspend …', 'inference'])
      expect(await page.getByRole('main').getByText(told).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    await go(`/decisions/${decisionId}`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await end();
  });
});
