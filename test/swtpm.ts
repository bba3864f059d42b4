import { createConnection } from 'node:net';
import { join } from 'node:path';
import { describe } from 'vitest';
import { type Swtpm, swtpmAbsent } from '../src/forge/swtpm.ts';

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

/**
 * Power off and on (swtpm's control channel, CMD_INIT without flags), then what the firmware does first; without the TPM2_Shutdown that an
 * operating system sends.
 */
export async function cutPower(tpm: Swtpm): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const control = createConnection(join(tpm.folder, 'tpm.ctrl'), () => {
      control.write(Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0));
    });
    control.once('error', reject);
    control.once('data', (answer) => {
      control.end();
      if (answer.readUInt32BE(0) === 0) resolve();
      else reject(new Error(`swtpm refused to reset: ${answer.toString('hex')}`));
    });
  });
  await tpm.tool('tpm2_startup', '--clear');
}
