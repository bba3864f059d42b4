import type { BrowserContext, ConsoleMessage, Page, Request, WebError } from 'playwright-core';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';
import { holdSession } from './signed-in.ts';
import { giveBack, openWindow, type WindowOptions } from './window.ts';

/** A person's visit: a browser of their own, as far as cookies, keys and storage go. */
export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Goes somewhere on the page, and waits until its heading is there and what it is about has been read. */
  readonly go: (path: string) => Promise<void>;
  /** @throws where it asked another origin, broke the policy of its content, or failed in itself */
  readonly end: () => Promise<void>;
};

/** An address of every verifier that answers without a script. */
const QUIET = '/v1/sign-in';

/** Opens the page as nobody, and writes down whatever it should not have done. */
export async function visit(verifier: { readonly url: string }, options: WindowOptions = {}): Promise<Visit> {
  const here = await begin(verifier, options);
  await here.go('/');
  return here;
}

/** Opens the page somewhere as somebody who is signed in. */
export async function visitAs(
  person: TestPrincipal,
  verifier: TestVerifier,
  path = '/',
  options: WindowOptions = {},
): Promise<Visit> {
  const here = await begin(verifier, options);
  await here.page.goto(verifier.url + QUIET);
  await holdSession(here.page, verifier, person);
  await here.go(path);
  return here;
}

async function begin({ url }: { readonly url: string }, options: WindowOptions): Promise<Visit> {
  const opened = await openWindow(options);
  const { page, context } = opened;
  const faults: string[] = [];
  const asks = (request: Request): void => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && !['data:', 'blob:'].includes(protocol)) faults.push(`asked ${origin}`);
  };
  const says = (message: ConsoleMessage): void => {
    // The browser says of every refused request that it was refused: the page shows those.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  };
  const fails = (error: WebError): void => {
    faults.push(String(error.error().stack));
  };
  context.on('request', asks).on('console', says).on('weberror', fails);
  return {
    page,
    context,
    go: async (path) => {
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.loading').first().waitFor({ state: 'hidden' });
    },
    end: async () => {
      context.off('request', asks).off('console', says).off('weberror', fails);
      await giveBack(opened, options, url + QUIET);
      if (faults.length > 0) throw new Error(`the page did what it must not:\n${faults.join('\n')}`);
    },
  };
}

/** Signs in by hand, with a token that this browser binds to itself. */
export async function signIn(
  { page }: Pick<Visit, 'page'>,
  verifier: TestVerifier,
  { id }: Pick<TestPrincipal, 'id'>,
): Promise<void> {
  const { body } = await verifier.call('POST', '/v1/tokens', {
    token: verifier.adminToken,
    body: { principalId: id, label: 'page', bindWithinSeconds: 600 },
  });
  await page.getByLabel('Token', { exact: true }).fill(String(body['token']));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').first().waitFor();
}
