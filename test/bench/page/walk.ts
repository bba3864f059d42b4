import type { Page } from 'playwright-core';
import { DRAWN } from './measure.ts';

/** Where the first row leads, which tells rows apart as long as no two lists begin alike; ages in it go on by themselves. */
const FIRST = `document.querySelector('[data-place="0"] a')?.getAttribute('href') ?? ''`;

/**
 * What a person waits for between a key, a paste or a choice, and rows that are others, drawn: by the clock on the wall, the verifier's answer included.
 *
 * @param press presses one key, pastes or chooses, once: what is focused takes it
 * @throws where the first row does not change in half a minute
 */
export async function waitedFor(page: Page, press: () => Promise<void>): Promise<number> {
  await page.evaluate(`globalThis.waited = new Promise((resolve) => {
    const before = ${FIRST};
    let pressed;
    for (const type of ['keydown', 'beforeinput', 'change'])
      document.addEventListener(type, ({ timeStamp }) => { pressed ??= timeStamp; }, { capture: true, once: true });
    const look = () => {
      const first = ${FIRST};
      if (pressed === undefined || first === '' || first === before) requestAnimationFrame(look);
      else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
    };
    look();
  }); undefined`);
  await press();
  const late =
    'new Promise((_, reject) => setTimeout(() => reject(new Error("the first row stays")), 30_000))';
  return page.evaluate(`Promise.race([globalThis.waited, ${late}])`);
}

/** Does something and waits until the verifier has answered what it asks for then, and that is drawn. */
export async function answered(page: Page, asks: string, act: () => Promise<void>): Promise<void> {
  const answer = page.waitForResponse((response) => response.url().includes(asks));
  await act();
  await (await answer).finished();
  await page.evaluate(DRAWN);
}

/** Focuses a header and presses it: the first time ascending, the second time descending. */
export async function pressHeader(page: Page, name: string): Promise<void> {
  await page.getByRole('columnheader', { name }).getByRole('button').focus();
  await page.keyboard.press('Enter');
}

/** Goes down a list by the End key, a page of the verifier at a time, until all rows are there. Answers how long each page took. */
export async function walkDown(page: Page, rows: number): Promise<readonly number[]> {
  const times: number[] = [];
  const count = `Number(document.querySelector('[role="grid"]').getAttribute('aria-rowcount')) - 1`;
  await page.locator('[data-place="0"]').focus();
  for (let seen = Number(await page.evaluate(count)); seen < rows; ) {
    const started = performance.now();
    await page.keyboard.press('End');
    const before = seen;
    // Asked in the page at each frame: its policy lets nobody hand it a condition as text.
    const grown = `new Promise((resolve) => {
      const look = () => (${count} > ${before} ? resolve(${count}) : requestAnimationFrame(look));
      look();
    })`;
    seen = Number(await page.evaluate(grown));
    times.push(performance.now() - started);
  }
  return times;
}
