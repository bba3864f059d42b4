import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithSwtpm, startSwtpm } from '../../swtpm.ts';

describeWithSwtpm('a software TPM', () => {
  it('answers quotes under its own EK and leaves nothing behind', async () => {
    const tpm = await startSwtpm({ banks: ['sha1', 'sha256', 'sha384'] });
    try {
      await tpm.tool(
        'tpm2_createak',
        ...'-C 0x81010001 -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -f tss'.split(' '),
      );
      await tpm.tool(
        'tpm2_quote',
        ...'-c ak.ctx -l sha256:0,1 -q 0011 -g sha256 -m msg -s sig -o pcrs'.split(' '),
      );
      expect((await tpm.read('msg')).subarray(0, 4)).toEqual(new Uint8Array([0xff, 0x54, 0x43, 0x47]));
      expect(tpm.ca.rootPem).toContain('BEGIN CERTIFICATE');
    } finally {
      await tpm.stop();
    }
    expect(existsSync(tpm.folder)).toBe(false);
    await tpm.stop();
  });

  it('quotes after a power cut, however few of them it would bear', async () => {
    const state = mkdtempSync(join(tmpdir(), 'sextant-test-'));
    const quote = '-c 0x81010002 -l sha256:0 -q 0011 -g sha256 -m msg -s sig -o pcrs'.split(' ');
    try {
      const before = await startSwtpm({ state });
      await before.tool('tpm2_dictionarylockout', '--setup-parameters', '--max-tries=1');
      await before.tool('tpm2_createak', ...'-C 0x81010001 -c ak.ctx -G ecc -g sha256 -s ecdsa'.split(' '));
      await before.tool('tpm2_evictcontrol', ...'-c ak.ctx 0x81010002'.split(' '));
      await before.tool('tpm2_quote', ...quote);
      await before.stop();
      const after = await startSwtpm({ state });
      await expect(after.tool('tpm2_quote', ...quote)).resolves.toContain('quoted');
      await after.stop();
    } finally {
      rmSync(state, { recursive: true });
    }
  });
});
