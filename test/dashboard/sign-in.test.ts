import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyOf } from '../http/possession.ts';
import type { TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { startPageVerifier } from './page.ts';
import { signIn, visit, visitAs } from './visit.ts';

describeInBrowser('signing in to the page', () => {
  let verifier: TestVerifier;
  beforeAll(async () => {
    verifier = await startPageVerifier();
  });
  afterAll(() => verifier.close());

  it('takes a token, binds it to this browser, and shows who looks, also after the page is loaded again', async () => {
    const person = await verifier.principal('authority', 'bis');
    const here = await visit(verifier);
    expect(await faultsOf(here.page)).toEqual([]);
    await signIn(here, verifier, person);
    await here.page.reload();
    await here.page.getByText('authority of bis').waitFor();
    await here.page.getByText('Live', { exact: true }).waitFor();
    expect(await faultsOf(here.page)).toEqual([]);
    await here.page.getByText('authority of bis').click();
    await here.page.getByRole('button', { name: 'Sign out' }).click();
    await here.page.getByRole('heading', { name: 'Sign in' }).waitFor();

    await here.go('/sign-in?error=<b>oidc_refused</b>');
    await here.page.getByText('<b>oidc_refused</b>').waitFor();
    await signIn(here, verifier, person);
    await here.page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(new URL(here.page.url()).pathname).toBe('/');
    await here.end();
  });

  it('makes a key for each token, and finds the one that it had for all of them before', async () => {
    const before = await verifier.principal('authority', 'bis');
    const other = await verifier.principal('auditor', 'court');
    const here = await visitAs(before, verifier);
    const leave = async (name: string): Promise<void> => {
      await here.page.getByText(name).click();
      await here.page.getByRole('button', { name: 'Sign out' }).click();
      await here.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    };
    await leave('authority of bis');
    await signIn(here, verifier, other);
    const { body } = await verifier.call('GET', '/v1/tokens?limit=500', { token: verifier.adminToken });
    const tokens = body['items'] as { principalId: string; label: string; jkt: string }[]; // the schema was checked
    const bound = tokens.find(({ principalId, label }) => principalId === other.id && label === 'page');
    expect(bound?.jkt).toMatch(/^[\w-]{43}$/);
    expect(bound?.jkt).not.toBe(keyOf(before.token).jkt);
    await leave('auditor of court');
    await here.page.getByLabel('Token', { exact: true }).fill(before.token);
    await here.page.getByRole('button', { name: 'Sign in' }).click();
    await here.page.getByText('authority of bis').waitFor();
    await here.end();
  });
});
