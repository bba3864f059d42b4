import { buildPageWhenChanged } from '../../src/dashboard/build/build.ts';
import { PAGE_FOLDER } from '../../src/dashboard/build/settings.ts';
import { openPage, type Page } from '../../src/http/page/page.ts';
import { startTestVerifier, type TestVerifier } from '../http/verifier.ts';

/** The page, built where a source has changed since the last run. */
export async function builtPage(): Promise<Page> {
  await buildPageWhenChanged();
  return openPage(PAGE_FOLDER);
}

/** A verifier of its own that serves the page. */
export async function startPageVerifier(
  ...given: Parameters<typeof startTestVerifier>
): Promise<TestVerifier> {
  const [config, collateral = null] = given;
  return startTestVerifier(config, collateral, await builtPage());
}
