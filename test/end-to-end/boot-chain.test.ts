import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { eventLog, type Measurement } from '../../src/forge/tpm/measured-boot.ts';
import { authority, secureBootChain } from '../../src/forge/tpm/secure-boot.ts';
import type { Appraisal } from '../../src/protocol/appraisal.ts';
import { cutPower, describeWithSwtpm, type Swtpm, startSwtpm } from '../swtpm.ts';
import { type Host, makeWorld, NEVER, type World } from './world.ts';

const sha256 = (bytes: Uint8Array | string): string => hash('sha256', bytes);
const signer = (name: string): Uint8Array => makeEkCa(new Date(), name).root;
const firmwareSigner = signer('the platform');
const kernelSigner = signer('the distribution');
const stranger = signer('somebody else');
const image = (name: string): string => sha256(`the image of ${name}`);

/** Power off and on, as an operating system does it. */
async function reset(tpm: Swtpm): Promise<void> {
  // Without it a TPM takes the loss of power for an attempt to guess its secrets.
  await tpm.tool('tpm2_shutdown', '--clear');
  await cutPower(tpm);
}

describeWithSwtpm('a boot chain in a real TPM, its log and a verifier over HTTP', () => {
  let world: World;
  let tpm: Swtpm;
  let host: Host;
  let folder: string;
  beforeAll(async () => {
    world = await makeWorld();
    tpm = await startSwtpm();
    folder = mkdtempSync(join(tmpdir(), 'sextant-boot-'));
    await world.trustRoots('software-tpms', tpm.ca.rootPem);
    const issuer = await readFile(join(tpm.ca.folder, 'issuercert.pem'), 'utf8');
    const der = Buffer.from(issuer.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    host = world.host({
      tcti: tpm.tcti,
      ek: { algorithm: 'ecc384', intermediates: [new Uint8Array(der)] },
      akAlgorithm: 'ecc',
      akHandle: 0x8101a580,
      pcrs: 'sha256:0-9,14',
      logs: { eventLogPath: join(folder, 'log') },
    });
    await boot(secureBootChain({ firmwareSigner, kernelSigner }));
    await host.enrol(await world.enrolmentToken());
  });
  afterAll(async () => {
    await Promise.all([world?.close(), tpm?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Extends the chain into the TPM and leaves its log where the kernel would show it. */
  async function boot(chain: readonly Measurement[], logged = chain): Promise<void> {
    await reset(tpm);
    const extensions = chain.map(
      ({ pcr, event, measured = event }) => `${pcr}:sha256=${hash('sha256', measured)}`,
    );
    await tpm.tool('tpm2_pcrextend', ...extensions);
    writeFileSync(join(folder, 'log'), eventLog(logged, ['sha256']));
  }

  async function attest(): Promise<Appraisal> {
    world.verifier.advance(3_600_000);
    return (await host.agent.attest(NEVER)).appraisal;
  }

  const level = ({ devices }: Appraisal): string | undefined => devices[0]?.label;
  const eventsOf = ({ referenceSets }: Appraisal) =>
    referenceSets.nearest?.differences.map(({ field, event }) => [field, event?.pcr, event?.sentence]);
  const sentences = ({ reasons }: Appraisal): string => reasons.map(({ sentence }) => sentence).join('\n');

  const firmware = async (): Promise<string> => {
    const text = await tpm.tool('tpm2_pcrread', 'sha256:0');
    return /0x([0-9A-F]{64})/.exec(text)?.[1]?.toLowerCase() ?? '';
  };

  it('replays to what the TPM quotes, and nothing is approved yet', async () => {
    const appraisal = await attest();
    expect(appraisal.outcome).toBe('accepted');
    expect(level(appraisal)).toBe('G1');
    expect(appraisal.reasons.map(({ code }) => code)).toEqual(['host.no-reference-set']);
  });

  describe('under a set of signers', () => {
    let set: string;
    beforeAll(async () => {
      set = await world.trustSet({
        kind: 'tpm-pcrs',
        name: 'by-signers',
        bank: 'sha256',
        pcrs: { '0': [await firmware()] },
        boot: {
          secureBoot: true,
          signers: [sha256(firmwareSigner), sha256(kernelSigner)],
          dbx: { contains: ['ab'.repeat(32)] },
          minimumSbatLevel: '2023012900',
          loaders: [[image('shim 1'), image('GRUB 1')]],
          kernelCommandLine: { pcr: 8, arguments: ['/vmlinuz*', 'root=/dev/*', 'ro'], required: ['ro'] },
        },
      });
    });
    afterAll(() => world.withdraw(set));

    it('reaches its level', async () => {
      expect(level(await attest())).toBe('G2-tpm');
    });

    it('keeps it with another kernel of the same signer', async () => {
      await boot(secureBootChain({ firmwareSigner, kernelSigner, kernel: 'kernel 2' }));
      const appraisal = await attest();
      expect(level(appraisal)).toBe('G2-tpm');
      expect(appraisal.referenceSets.matched.map(({ name }) => name)).toEqual(['by-signers']);
    });

    it.each<[string, string, number, Parameters<typeof secureBootChain>[0]]>([
      ['a kernel of another signer', 'boot.signer', 7, { firmwareSigner, kernelSigner: stranger }],
      ['another boot loader', 'boot.loader', 4, { firmwareSigner, kernelSigner, grub: 'GRUB 2' }],
      [
        'an argument of the kernel that nobody allowed',
        'boot.commandLine',
        8,
        { firmwareSigner, kernelSigner, commandLine: '/vmlinuz root=/dev/sda ro init=/bin/sh' },
      ],
      [
        'a key that is used later',
        'boot.signer',
        7,
        { firmwareSigner, kernelSigner, more: [authority('shim', 'MokList', stranger)] },
      ],
    ])('loses it with %s, and the answer names the event', async (_, field, pcr, chain) => {
      await boot(secureBootChain(chain));
      const appraisal = await attest();
      expect(appraisal.outcome).toBe('accepted');
      expect(level(appraisal)).toBe('G1');
      expect(new Set(eventsOf(appraisal)?.map(([name]) => name))).toEqual(new Set([field]));
      const [[, register, sentence = ''] = []] = eventsOf(appraisal) ?? [];
      expect(register).toBe(pcr);
      expect(sentence).toMatch(/^Event \d+ of PCR/);
      expect(sentences(appraisal)).toContain(sentence);
    });

    it.each<[string, string, Parameters<typeof secureBootChain>[0]]>([
      ['Secure Boot off', 'boot.secureBoot', { firmwareSigner, kernelSigner, secureBoot: false }],
      ['an older dbx', 'boot.dbx', { firmwareSigner, kernelSigner, dbx: ['cd'.repeat(32)] }],
      ['an older SbatLevel', 'boot.sbatLevel', { firmwareSigner, kernelSigner, sbatLevel: '2021030218' }],
    ])('loses it with %s', async (_, field, chain) => {
      await boot(secureBootChain(chain));
      expect(eventsOf(await attest())?.map(([name]) => name)).toContain(field);
    });

    it('loses it where the log is another boot’s, or could not be read', async () => {
      const wanted = secureBootChain({ firmwareSigner, kernelSigner });
      await boot(secureBootChain({ firmwareSigner, kernelSigner: stranger }), wanted);
      const another = await attest();
      expect(eventsOf(another)?.map(([name]) => name)).toEqual(['boot.log']);
      expect(another.reasons.map(({ code }) => code)).toContain('host.event-log-differs');
      rmSync(join(folder, 'log'));
      const without = await attest();
      expect(without.outcome).toBe('accepted');
      expect(eventsOf(without)?.map(([name]) => name)).toEqual(['boot.log']);
      expect(without.reasons.map(({ code }) => code)).toContain('host.event-log-absent');
      expect(sentences(without)).toContain('ENOENT');
    });
  });

  it('names the event in which a register departs from the last accepted boot', async () => {
    const chain = { firmwareSigner, kernelSigner };
    await boot(secureBootChain(chain));
    const text = await tpm.tool('tpm2_pcrread', 'sha256:4,8');
    const [four = '', eight = ''] = [...text.matchAll(/0x([0-9A-F]{64})/g)].map(([, hex]) =>
      hex?.toLowerCase(),
    );
    const pcrs = { '4': [four], '8': [eight] };
    const set = await world.trustSet({ kind: 'tpm-pcrs', name: 'by-digests', bank: 'sha256', pcrs });
    expect(level(await attest())).toBe('G2-tpm');
    await boot(secureBootChain({ ...chain, kernel: 'kernel 3', commandLine: '/vmlinuz single' }));
    const appraisal = await attest();
    expect(level(appraisal)).toBe('G1');
    expect(eventsOf(appraisal)).toEqual([
      ['pcr.sha256.4', 4, expect.stringContaining(image('kernel 3'))],
      ['pcr.sha256.8', 8, expect.stringContaining('/vmlinuz single')],
    ]);
    expect(sentences(appraisal)).toContain('when the host was last accepted it was "linux /vmlinuz root=');
    await world.withdraw(set);
  });
});
