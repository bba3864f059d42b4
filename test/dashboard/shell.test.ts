import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { tabTo } from './keyboard.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visit } from './visit.ts';

const FACILITY = {
  name: 'Hall 1',
  country: 'DE',
  operatorTenant: 'cloud',
  area: { type: 'Point', coordinates: [8.68, 50.11], radiusMeters: 200 },
};

describeInBrowser('the shell of the page', () => {
  let verifier: TestVerifier;
  let person: TestPrincipal;
  let here: Visit;
  const focused = (member: string): Promise<unknown> =>
    here.page.evaluate(`document.activeElement?.${member}`);
  beforeAll(async () => {
    verifier = await startPageVerifier();
    person = await verifier.principal('authority', 'bis');
    here = await visit(verifier);
  });
  afterAll(async () => {
    await here.end();
    await verifier.close();
  });

  it('refuses what is no token in a sentence, with what to do, the code and the request', async () => {
    await here.page.getByLabel('Token', { exact: true }).fill('sxt_nothing_of_ours');
    await here.page.keyboard.press('Enter');
    const alert = here.page.getByRole('alert');
    await alert.getByText('Sign in again.').waitFor();
    expect(await alert.innerText()).toMatch(/Code unauthenticated · Request \S+/);
    expect(await faultsOf(here.page)).toEqual([]);
  });

  it('lets a person in by the keyboard alone, and brings them to the content past the navigation', async () => {
    const { body } = await verifier.call('POST', '/v1/tokens', {
      token: verifier.adminToken,
      body: { principalId: person.id, label: 'page', bindWithinSeconds: 600 },
    });
    await here.page.reload();
    await tabTo(here.page, here.page.getByLabel('Token', { exact: true }));
    await here.page.keyboard.type(String(body['token']));
    await here.page.keyboard.press('Enter');
    await here.page.getByText('As of').waitFor();
    await here.page.reload(); // Tab then begins at the top, and not where the form was
    await here.page.getByText('As of').waitFor();
    await here.page.keyboard.press('Tab');
    await expect.poll(() => focused('textContent')).toBe('Skip to the content');
    await here.page.keyboard.press('Enter');
    await expect.poll(() => focused('id')).toBe('content');
    expect(await faultsOf(here.page)).toEqual([]);
  });

  it('speaks Korean, and goes on doing so', async () => {
    await here.page.getByText('authority of bis').click();
    await here.page.getByLabel('Language').selectOption('한국어');
    await here.page.getByRole('heading', { name: '개요' }).waitFor();
    await here.go('/');
    await expect.poll(() => here.page.evaluate('document.documentElement.lang')).toBe('ko');
    expect(await faultsOf(here.page)).toEqual([]);
    await here.page.getByText('authority of bis').click();
    await here.page.getByLabel('언어').selectOption('English');
  });

  it('is light or dark as it is told, and readable in both', async () => {
    for (const theme of ['dark', 'light']) {
      await here.page.getByLabel('Appearance').selectOption(theme);
      const scheme = 'getComputedStyle(document.documentElement).colorScheme';
      await expect.poll(() => here.page.evaluate(scheme)).toBe(theme);
      expect(await faultsOf(here.page)).toEqual([]);
    }
  });

  it('reads again what an event says is stale, and nobody had to ask', async () => {
    await here.page.getByText('Live', { exact: true }).waitFor();
    const exporter = await verifier.principal('exporter', 'chips');
    const again = here.page.waitForResponse((response) => response.url().endsWith('/v1/overview'));
    const proposed = await verifier.call('POST', '/v1/facilities', { token: exporter.token, body: FACILITY });
    expect(proposed.status).toBe(201);
    expect((await again).status()).toBe(200);
  });

  it('leads who has no such view to a page that says so', async () => {
    await here.go('/no/such/view');
    await here.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await here.page.getByRole('link', { name: 'To the overview' }).click();
    await here.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await expect.poll(() => focused('textContent')).toBe('Overview');
  });

  it('says that the verifier does not answer, keeps what it has, and goes on by itself', async () => {
    await here.page.getByText('As of').waitFor();
    await here.context.setOffline(true);
    await here.page.getByText('Not live: trying again').waitFor();
    expect(await here.page.getByText('As of').count()).toBe(1);
    await here.context.setOffline(false);
    await here.page.getByText('Live', { exact: true }).waitFor();
  });

  it('asks to sign in again once the token behind it is revoked, and shows nothing of before', async () => {
    const { body } = await verifier.call('GET', '/v1/tokens?limit=500', { token: verifier.adminToken });
    const items = body['items'] as { id: string; label: string }[]; // as the schema of tokens has it
    for (const { id } of items.filter(({ label }) => label === 'page')) {
      await verifier.call('POST', `/v1/tokens/${id}/revocation`, { token: verifier.adminToken });
    }
    await here.page.reload();
    await here.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await here.page.getByRole('navigation').count()).toBe(0);
  });
});
