import type { BrowserContext, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { View } from '../../src/dashboard/app/view.ts';
import { ROLE_SCOPES } from '../../src/service/access/scopes.ts';
import { ROLES, type Role } from '../../src/service/principal.ts';
import type { TestVerifier } from '../http/verifier.ts';
import { faultsOf } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { startPageVerifier } from './page.ts';
import { type Visit, visitAs } from './visit.ts';

/** Typed under the page's own settings, which these files are not checked under: what a view draws is never loaded here. */
const INDEX = new URL('../../src/dashboard/views/index.ts', import.meta.url).href;
const { VIEWS } = (await import(INDEX)) as { readonly VIEWS: readonly View[] };

/** Whatever the page asks, but who looks. */
const READS = /\/v1\/(?!page-sessions)/;
const REFUSAL = {
  status: 403,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    title: 'Not allowed.',
    status: 403,
    code: 'forbidden',
    detail: 'This may not be read any more.',
    requestId: 'req_1',
  }),
};

/** Leaves everything that is asked without an answer, until all of it is refused, and whatever is asked after that at once. */
async function holdReads(context: BrowserContext): Promise<{ readonly refuse: () => Promise<void> }> {
  const held: Route[] = [];
  let isRefusing = false;
  await context.route(READS, async (route) => {
    if (isRefusing) await route.fulfill(REFUSAL);
    else held.push(route);
  });
  return {
    refuse: async () => {
      isRefusing = true;
      await Promise.all(held.map((route) => route.fulfill(REFUSAL)));
    },
  };
}

describeInBrowser('before anything of a view has been read, and where nothing may be', () => {
  let verifier: TestVerifier;
  beforeAll(async () => {
    verifier = await startPageVerifier();
  });
  afterAll(() => verifier.close());

  for (const [role, paths] of pathsByRole()) {
    describe(`an ${role}`, () => {
      let here: Visit;
      beforeAll(async () => {
        here = await visitAs(await verifier.principal(role, 'bureau'), verifier);
      });
      afterAll(() => here.end());

      it.each(paths)('is shown %s accessibly', async (path) => {
        const { refuse } = await holdReads(here.context);
        await here.page.goto(verifier.url + path.replaceAll(/:\w+/g, 'x'));
        await here.page.getByRole('heading', { level: 1 }).waitFor();
        expect(await faultsOf(here.page)).toEqual([]);
        await refuse();
        await here.page.locator('.loading').first().waitFor({ state: 'hidden' });
        expect(await faultsOf(here.page)).toEqual([]);
        await here.context.unrouteAll();
      });
    });
  }
});

/** Each view once, for the first role that is offered it. */
function pathsByRole(): Map<Role, string[]> {
  const byRole = new Map<Role, string[]>();
  for (const { path, scopes } of VIEWS) {
    const role = ROLES.find((each) => {
      const held: readonly string[] = ROLE_SCOPES[each];
      return scopes.length === 0 || scopes.some((scope) => held.includes(scope));
    });
    if (role === undefined) throw new Error(`nobody is offered ${path}`);
    byRole.set(role, [...(byRole.get(role) ?? []), path]);
  }
  return byRole;
}
