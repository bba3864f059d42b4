import type { ElementHandle, Locator, Page } from 'playwright-core';

/** More stops than any page has. */
const MOST_STOPS = 150;

type InPage = { readonly isConnected: boolean; readonly ownerDocument: { readonly activeElement: unknown } };

/** Goes on by Tab until it comes to something, as whoever has no pointer must. @throws where Tab never comes to it */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  let element = await found(target);
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    const stands = await element.evaluate(standing);
    if (stands === 'focused') return;
    if (stands === 'gone') element = await found(target);
    else await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${String(target)}`);
}

/** Found once and not at every stop: by its role, that takes the browser longer than the stop. */
async function found(target: Locator): Promise<ElementHandle<unknown>> {
  await target.first().waitFor();
  return target.first().elementHandle();
}

/** In the page, which may have drawn another in its place meanwhile. */
function standing(element: unknown): 'focused' | 'gone' | 'elsewhere' {
  const { isConnected, ownerDocument } = element as InPage; // whose types this side has not
  if (!isConnected) return 'gone';
  return element === ownerDocument.activeElement ? 'focused' : 'elsewhere';
}

/** Comes to something by Tab and presses a key on it. */
export async function pressOn(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Goes through a table to a row, whose rows are one stop of Tab together, and opens it. @throws where the arrow keys never come to it */
export async function openRow(page: Page, row: Locator): Promise<void> {
  let element = await found(row);
  await tabTo(page, page.getByRole('row').and(page.locator('[tabindex="0"]')));
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    const stands = await element.evaluate(standing);
    if (stands === 'focused') return page.keyboard.press('Enter');
    if (stands === 'gone') element = await found(row);
    else await page.keyboard.press('ArrowDown');
  }
  throw new Error(`the arrow keys never come to ${String(row)}`);
}

/** Of a field of choices takes the first whose name begins so, by typing it: quickly enough for the browser to take it for one word. */
export async function chooseNamed(page: Page, field: Locator, name: string): Promise<void> {
  await tabTo(page, field);
  for (let tries = 0; tries < 5; tries++) {
    await page.keyboard.type(name);
    const chosen = await field.evaluate((select) => (select as unknown as Chosen).selectedOptions[0]?.text); // a field of choices
    if (chosen?.startsWith(name) === true) return;
    await page.waitForTimeout(FORGOTTEN_MS);
  }
  throw new Error(`typing ${name} never chooses it`);
}

/** Of a field that says nothing until something is chosen takes the first, once there is one: the choices are read from the verifier. */
export async function chooseFirst(page: Page, field: Locator): Promise<void> {
  await field.locator('option').nth(1).waitFor({ state: 'attached' });
  await tabTo(page, field);
  await page.keyboard.press('ArrowDown');
}

type Chosen = { readonly selectedOptions: readonly { readonly text: string }[] };

/** What was typed longer ago is no part of a word any more. */
const FORGOTTEN_MS = 1_500;
