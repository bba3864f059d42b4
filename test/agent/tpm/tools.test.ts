import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AkMemory } from '../../../src/agent/tpm/attestation-key.ts';
import type { EkAlgorithm } from '../../../src/agent/tpm/endorsement-keys.ts';
import type { TpmDevice } from '../../../src/agent/tpm/port.ts';
import { parsePcrChoice } from '../../../src/agent/tpm/selection.ts';
import { toolsTpm } from '../../../src/agent/tpm/tools.ts';
import { toHex } from '../../../src/bytes/text.ts';
import { describeWithSwtpm, type Swtpm, startSwtpm } from '../../swtpm.ts';

function memory(): AkMemory {
  const names = new Map<number, Uint8Array>();
  return {
    recall: async (handle) => names.get(handle) ?? null,
    remember: async (handle, name) => void names.set(handle, name),
  };
}

const COMBINATIONS = [
  { ek: 'rsa2048', ak: 'rsa', handle: 0x8101a500 },
  { ek: 'rsa2048', ak: 'ecc', handle: 0x8101a501 },
  { ek: 'ecc384', ak: 'rsa', handle: 0x8101a502 },
  { ek: 'ecc384', ak: 'ecc', handle: 0x8101a503 },
] as const;

describeWithSwtpm('the collector over tpm2-tools', () => {
  let tpm: Swtpm;
  beforeAll(async () => {
    tpm = await startSwtpm({ banks: ['sha1', 'sha256', 'sha384'] });
  });
  afterAll(() => tpm.stop());

  const device = (ak: 'rsa' | 'ecc', handle: number, names = memory(), ek?: EkAlgorithm): TpmDevice =>
    toolsTpm({
      tcti: tpm.tcti,
      ak: { algorithm: ak, handle, memory: names },
      ...(ek === undefined ? {} : { ek: { algorithm: ek } }),
      eventLogPath: '/nonexistent',
    });

  describe.each(COMBINATIONS)(
    'with the $ek endorsement key and an $ak attestation key',
    ({ ek, ak, handle }) => {
      it('reads the endorsement, keeps one key, quotes and opens credentials', async () => {
        const tpmDevice = device(ak, handle, memory(), ek);
        const { ekCertificate, ekPublic } = await tpmDevice.readEndorsement();
        expect(ekCertificate[0]).toBe(0x30);
        const { akPublic, name } = await tpmDevice.createOrLoadAk();
        expect(await tpmDevice.createOrLoadAk()).toEqual({ akPublic, name });

        const extraData = randomBytes(32);
        const choice = parsePcrChoice('sha256:0-7,14+sha384:0');
        const quote = await tpmDevice.quote({ extraData, choice });
        expect([...(quote.pcrs.get('sha256')?.keys() ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 14]);
        expect(quote.pcrs.get('sha384')?.get(0)?.length).toBe(48);
        await writeFile(join(tpm.folder, 'ak.pub'), akPublic);
        await writeFile(join(tpm.folder, 'quote.msg'), quote.quote);
        await writeFile(join(tpm.folder, 'quote.sig'), quote.signature);
        await tpm.tool(
          'tpm2_checkquote',
          ...['-u', 'ak.pub', '-m', 'quote.msg', '-s', 'quote.sig', '-g', 'sha256', '-q', toHex(extraData)],
        );

        const secret = randomBytes(32);
        await writeFile(join(tpm.folder, 'ek.pub'), ekPublic);
        await writeFile(join(tpm.folder, 'secret'), secret);
        const make = (akName: Uint8Array): Promise<string> =>
          tpm.tool(
            'tpm2_makecredential',
            ...['-T', 'none', '-u', 'ek.pub', '-s', 'secret', '-n', toHex(akName), '-o', 'credential'],
          );
        await make(name);
        expect(await tpmDevice.activateCredential(takeApart(await tpm.read('credential')))).toEqual(
          new Uint8Array(secret),
        );
        await make(Uint8Array.from(name, (octet, index) => (index === 5 ? octet ^ 1 : octet)));
        await expect(
          tpmDevice.activateCredential(takeApart(await tpm.read('credential'))),
        ).rejects.toMatchObject({ code: 'credential_refused' });
      });
    },
  );

  it('derives the endorsement key again where none is persistent', async () => {
    await tpm.tool('tpm2_readpublic', '-c', '0x81010001', '-f', 'tss', '-o', 'kept.pub');
    const kept = await tpm.read('kept.pub');
    // EvictControl needs no persistent EK afterwards: the template and the seed give it back.
    const own = await startSwtpm();
    try {
      await own.tool('tpm2_readpublic', '-c', '0x81010001', '-f', 'tss', '-o', 'before.pub');
      await own.tool('tpm2_evictcontrol', '-C', 'o', '-c', '0x81010001');
      const { ekPublic } = await toolsTpm({
        tcti: own.tcti,
        ak: { algorithm: 'rsa', handle: 0x8101a500, memory: memory() },
      }).readEndorsement();
      expect(ekPublic).toEqual(await own.read('before.pub'));
      expect(ekPublic).not.toEqual(kept);
    } finally {
      await own.stop();
    }
  });

  it('takes no key for its own that it did not make, and overwrites none', async () => {
    const first = device('ecc', 0x8101a510);
    const { name } = await first.createOrLoadAk();
    await expect(device('ecc', 0x8101a510).createOrLoadAk()).rejects.toMatchObject({
      code: 'ak_handle_taken',
    });
    expect((await first.createOrLoadAk()).name).toEqual(name);
  });

  it('says that its key is gone rather than making another under an enrolled name', async () => {
    const evicted = device('ecc', 0x8101a511);
    await evicted.createOrLoadAk();
    await tpm.tool('tpm2_evictcontrol', '-C', 'o', '-c', '0x8101a511');
    const request = { extraData: randomBytes(32), choice: parsePcrChoice('sha256:0') };
    await expect(evicted.quote(request)).rejects.toMatchObject({ code: 'ak_absent' });
  });

  it('names the NV index that holds no certificate', async () => {
    await expect(device('ecc', 0x8101a512, memory(), 'ecc256').readEndorsement()).rejects.toMatchObject({
      code: 'nv_index_absent',
      expected: expect.stringContaining('0x01c0000a'),
    });
  });

  it('refuses a certificate of another TPM before the verifier has to', async () => {
    const { ekCertificate } = await device('ecc', 0x8101a513, memory(), 'ecc384').readEndorsement();
    const confused = toolsTpm({
      tcti: tpm.tcti,
      ek: { algorithm: 'rsa2048', certificate: ekCertificate },
      ak: { algorithm: 'ecc', handle: 0x8101a513, memory: memory() },
    });
    await expect(confused.readEndorsement()).rejects.toMatchObject({ code: 'ek_mismatch' });
  });

  it('says which bank is not active', async () => {
    const quoting = device('ecc', 0x8101a514);
    await quoting.createOrLoadAk();
    const request = { extraData: randomBytes(32), choice: parsePcrChoice('sha512:0') };
    await expect(quoting.quote(request)).rejects.toMatchObject({ code: 'pcr_bank_inactive' });
  });

  it('says that a hierarchy has a password', async () => {
    const own = await startSwtpm();
    try {
      await own.tool('tpm2_changeauth', '-c', 'e', 'opensesame');
      const locked = toolsTpm({
        tcti: own.tcti,
        ak: { algorithm: 'ecc', handle: 0x8101a500, memory: memory() },
      });
      await expect(locked.createOrLoadAk()).rejects.toMatchObject({ code: 'tpm_auth' });
    } finally {
      await own.stop();
    }
  });

  it('leaves no files, no transient objects and no sessions behind', async () => {
    const usual = process.env['TMPDIR'];
    const watched = await mkdtemp(join(tmpdir(), 'sextant-watched-'));
    try {
      process.env['TMPDIR'] = watched;
      await device('rsa', 0x8101a515).createOrLoadAk();
      expect(await readdir(watched)).toEqual([]);
    } finally {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
      await rm(watched, { recursive: true });
    }
    expect(await tpm.tool('tpm2_getcap', 'handles-transient')).toBe('');
    expect(await tpm.tool('tpm2_getcap', 'handles-loaded-session')).toBe('');
  });

  it('lets calls wait for each other instead of filling the TPM', async () => {
    const busy = device('ecc', 0x8101a516);
    await busy.createOrLoadAk();
    const choice = parsePcrChoice('sha256:0');
    const quotes = Array.from({ length: 5 }, () => busy.quote({ extraData: randomBytes(32), choice }));
    expect(await Promise.all(quotes)).toHaveLength(5);
  });
});

describe('the collector without a TPM', () => {
  const at = (tcti: string): TpmDevice =>
    toolsTpm({ tcti, ak: { algorithm: 'ecc', handle: 0x8101a500, memory: memory() } });

  it('says that there is no device', async () => {
    await expect(at('device:/nonexistent/tpmrm0').readEndorsement()).rejects.toMatchObject({
      code: 'tpm_absent',
    });
  });

  describe('reads the logs behind its registers', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sextant-log-'));
      await writeFile(join(folder, 'log'), Uint8Array.of(1, 2, 3));
      await writeFile(join(folder, 'large'), new Uint8Array(1 << 18));
      await writeFile(join(folder, 'long'), new Uint8Array((1 << 18) + 1));
    });
    afterAll(() => rm(folder, { recursive: true }));
    const read = (eventLog: string, imaLog: string, pcrs = 'sha256:0-10') =>
      toolsTpm({
        tcti: 'device:/nonexistent',
        ak: { algorithm: 'ecc', handle: 0x8101a500, memory: memory() },
        eventLogPath: join(folder, eventLog),
        imaLogPath: join(folder, imaLog),
      }).readLogs(parsePcrChoice(pcrs));

    it('as they are', async () => {
      const log = { log: Uint8Array.of(1, 2, 3), why: null };
      expect(await read('log', 'log')).toEqual({ eventLog: log, imaLog: log });
    });

    it('but no IMA log where PCR 10 is not quoted', async () => {
      expect((await read('log', 'log', 'sha256:0-9')).imaLog).toBeNull();
    });

    it('and says why one is not to be had', async () => {
      const { eventLog, imaLog } = await read('long', 'absent');
      expect(eventLog).toEqual({ log: null, why: expect.stringContaining('262144 bytes') });
      expect(imaLog).toEqual({ log: null, why: expect.stringContaining('ENOENT') });
    });

    it('and leaves out an IMA log for which the event log leaves no room', async () => {
      const { eventLog, imaLog } = await read('large', 'large');
      expect(eventLog.log).toHaveLength(1 << 18);
      expect(imaLog).toEqual({ log: null, why: expect.stringContaining('131072 bytes') });
    });
  });
});

/** tpm2_makecredential's file: 8 bytes of header, TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET. */
function takeApart(file: Uint8Array): { credentialBlob: Uint8Array; encryptedSecret: Uint8Array } {
  const second = 8 + 2 + (((file[8] ?? 0) << 8) | (file[9] ?? 0));
  return { credentialBlob: file.slice(8, second), encryptedSecret: file.slice(second) };
}
