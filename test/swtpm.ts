import { describe } from 'vitest';
import { swtpmAbsent } from '../src/forge/swtpm.ts';

export { type Swtpm, startSwtpm } from '../src/forge/swtpm.ts';

/** A suite over a real software TPM: reported as skipped, with its reason, where the programs are absent. */
export function describeWithSwtpm(name: string, suite: () => void): void {
  if (swtpmAbsent === null) {
    describe(name, suite);
    return;
  }
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error(`required here: ${swtpmAbsent}`);
  describe.skip(`${name} (skipped: ${swtpmAbsent})`, () => {});
}
