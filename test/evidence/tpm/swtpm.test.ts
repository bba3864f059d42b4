import { existsSync } from 'node:fs';
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
});
