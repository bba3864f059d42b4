import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { startPageVerifier } from './page.ts';
import { signIn, visit } from './visit.ts';

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
});
