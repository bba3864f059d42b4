import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

/** Debian's: `.ci/run` installs it. */
const CHROMIUM = process.env['SEXTANT_CHROMIUM'] ?? '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let started: Promise<Browser> | undefined;

/**
 * One browser for all suites of a worker; it ends with the process. It is started again where it is gone, and does not listen to signals:
 * suites of commands raise them in this process, for their commands alone.
 */
export async function browser(): Promise<Browser> {
  if ((await started)?.isConnected() !== true) {
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    started = chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true, ...signals });
  }
  return started as Promise<Browser>; // it was just started, if it was not there
}

/** A suite in a real browser: reported as skipped, with its reason, where there is none. */
export function describeInBrowser(name: string, suite: () => void): void {
  if (existsSync(CHROMIUM)) {
    describe(name, suite);
    return;
  }
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error(`${CHROMIUM} is required here and absent`);
  describe.skip(`${name} (skipped: ${CHROMIUM} is absent)`, () => {});
}
