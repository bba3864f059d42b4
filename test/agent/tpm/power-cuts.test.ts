import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AkMemory } from '../../../src/agent/tpm/attestation-key.ts';
import type { TpmDevice } from '../../../src/agent/tpm/port.ts';
import { parsePcrChoice } from '../../../src/agent/tpm/selection.ts';
import { toolsTpm } from '../../../src/agent/tpm/tools.ts';
import { attributesText } from '../../../src/evidence/tpm/object-attributes.ts';
import { parseTpm2bPublic } from '../../../src/evidence/tpm/public.ts';
import { cutPower, describeWithSwtpm, type Swtpm, startSwtpm } from '../../swtpm.ts';

/** Above what a TPM allows (swtpm: three). */
const CUTS = 5;

describeWithSwtpm('a host that loses its power again and again', () => {
  let tpm: Swtpm;
  beforeAll(async () => {
    tpm = await startSwtpm();
  });
  afterAll(() => tpm.stop());

  const names = new Map<number, Uint8Array>();
  const memory: AkMemory = {
    recall: async (handle) => names.get(handle) ?? null,
    remember: async (handle, name) => void names.set(handle, name),
  };
  const device = (algorithm: 'rsa' | 'ecc', handle: number): TpmDevice =>
    toolsTpm({ tcti: tpm.tcti, ak: { algorithm, handle, memory }, eventLogPath: '/nonexistent' });
  const quote = (one: TpmDevice) =>
    one.quote({ extraData: randomBytes(32), choice: parsePcrChoice('sha256:0-7') });
  const counted = async (): Promise<number> => {
    const text = await tpm.tool('tpm2_getcap', 'properties-variable');
    return Number(/TPM2_PT_LOCKOUT_COUNTER:\s*(0x[0-9A-Fa-f]+|\d+)/.exec(text)?.[1]);
  };

  it.each([
    ['rsa', 0x8101a520],
    ['ecc', 0x8101a521],
  ] as const)(
    'quotes on by its %s key: the TPM takes no cut for an attempt to guess',
    async (algorithm, handle) => {
      const host = device(algorithm, handle);
      const { akPublic } = await host.createOrLoadAk();
      expect(attributesText(parseTpm2bPublic(akPublic).objectAttributes)).toBe(
        'fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, sign',
      );
      // Making it takes the endorsement key, which is guarded: that much may be counted, once.
      await cutPower(tpm);
      const before = await counted();
      for (let cut = 0; cut < CUTS; cut++) {
        await quote(host);
        await cutPower(tpm);
      }
      await quote(host);
      expect(await counted()).toBe(before);
    },
  );

  it('is locked out by a key that an agent of before made, which goes on to quote once that is over', async () => {
    const handle = 0x8101a522;
    await tpm.tool(
      'tpm2_createak',
      ...[
        '-C',
        '0x81010001',
        '-c',
        'old.ctx',
        '-u',
        'old.pub',
        '-f',
        'tss',
        '-G',
        'ecc',
        '-g',
        'sha256',
        '-s',
        'ecdsa',
      ],
    );
    await tpm.tool('tpm2_evictcontrol', '-C', 'o', '-c', 'old.ctx', `0x${handle.toString(16)}`);
    names.set(handle, parseTpm2bPublic(await tpm.read('old.pub')).name);
    const host = device('ecc', handle);
    const cutsUntilRefused = async (): Promise<unknown> => {
      for (let cut = 0; cut < CUTS; cut++) {
        await quote(host);
        await cutPower(tpm);
      }
      return null;
    };
    await expect(cutsUntilRefused()).rejects.toMatchObject({ code: 'tpm_lockout' });
    await tpm.tool('tpm2_dictionarylockout', '--clear-lockout');
    await quote(host);
  });
});
