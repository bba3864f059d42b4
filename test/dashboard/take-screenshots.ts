import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { browser } from './browser.ts';
import { type Visit, visit } from './visit.ts';

/**
 * `node test/dashboard/take-screenshots.ts URL TOKEN-FILE [PATH …]`: every view that the navigation leads to, every other one that these lead
 * to, by the first address that is found of it, and the paths that are named; light and dark, into docs/page. Made for the demonstration; run
 * once for each role whose views differ.
 */
const [url = '', tokenFile = '', ...more] = process.argv.slice(2);
const folder = resolve(import.meta.dirname, '../../docs/page');
mkdirSync(folder, { recursive: true });

const views = globSync(resolve(import.meta.dirname, '../../src/dashboard/views/*/view.ts'));
const patterns = views
  .flatMap((view) =>
    [...readFileSync(view, 'utf8').matchAll(/^ +path: '(.+)',$/gm)].map(([, path = '']) => path),
  )
  .sort((one, other) => holes(one) - holes(other));
const taken = new Set<string>();
/** Views whose lists stand below what a window shows: their end is taken too. */
const LONG: ReadonlySet<string> = new Set(['/devices/:deviceId']);

const here = await visit({ url });
await shoot(here, 'sign-in');
await here.page.getByLabel('Token', { exact: true }).fill(readFileSync(tokenFile, 'utf8').trim());
await here.page.keyboard.press('Enter');
await here.page.getByRole('navigation').first().waitFor();
const waiting = [...(await linksIn('nav')), ...more];
for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
  const pattern = patterns.find((each) => matches(each, path as string));
  if (pattern === undefined || taken.has(pattern)) continue;
  taken.add(pattern);
  await here.go(path);
  await here.page.getByText('Loading …').first().waitFor({ state: 'hidden' });
  await here.page.waitForTimeout(500); // what a map or a chart draws after its figures have come
  await shoot(here, nameOf(pattern));
  if (LONG.has(pattern)) {
    await here.page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await shoot(here, `${nameOf(pattern)}-lists`);
  }
  waiting.push(...(await linksIn('main')));
}
await here.end();
await (await browser()).close();
process.stderr.write(
  `${taken.size} views; not found: ${patterns.filter((each) => !taken.has(each)).join(' ')}\n`,
);

async function linksIn(part: 'nav' | 'main'): Promise<string[]> {
  const links = await here.page.locator(`${part} a[href^="/"]`).all();
  return Promise.all(links.map(async (link) => (await link.getAttribute('href'))?.split(/[?#]/)[0] ?? '/'));
}

function holes(pattern: string): number {
  return pattern.split(':').length;
}

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path);
}

/** `/licences/:licenceId` is `licence`. */
function nameOf(pattern: string): string {
  if (pattern === '/') return 'overview';
  const [, list = '', ...rest] = pattern.split('/');
  const [last] = rest;
  if (last === undefined) return list;
  if (!last.startsWith(':')) return `${list}-${rest.join('-')}`;
  const one = list.replace(/ies$/, 'y').replace(/s$/, '');
  return one === list ? `${list}-one` : one;
}

async function shoot({ page }: Visit, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
}
