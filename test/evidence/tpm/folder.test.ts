import { readdirSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Check } from '../../../src/evidence/check.ts';
import {
  attestationKeyFromPublic,
  parseTpm2bPublic,
  parseTpmtPublic,
  type TpmFolderOptions,
  verifyEndorsementKey,
  verifyTpmFolder,
  verifyTpmQuote,
} from '../../../src/evidence/tpm/index.ts';
import { anchorFromCertificate, parseCertificate, parsePem } from '../../../src/pki/index.ts';
import { describeWithSwtpm, type Swtpm, startSwtpm } from '../../swtpm.ts';
import { describeWithVectors, vector } from '../../vectors.ts';
import { codeOf } from './code-of.ts';

const failed = (checks: readonly Check[]): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

describeWithVectors('genuine and forged folders', (root) => {
  const folder = (name: string): Map<string, Uint8Array> =>
    new Map(
      readdirSync(joinPath(root, 'tpm/cases', name)).map((file) => [
        file,
        vector(`tpm/cases/${name}/${file}`),
      ]),
    );
  const nonce = new Uint8Array(
    Buffer.from(Buffer.from(vector('tpm/nonce.hex')).toString('latin1').trim(), 'hex'),
  );
  const options: TpmFolderOptions = {
    policy: 'authenticity',
    at: new Date('2026-11-22T00:00:00Z'),
    extraData: nonce,
    anchors: [],
  };

  it.each(['swtpm-rsa', 'swtpm-ecc', 'swtpm-rsa-serialized', 'swtpm-pcr16'])('%s is genuine', (name) => {
    const { findings, verified } = verifyTpmFolder(folder(name), options);
    expect(failed(findings.checks)).toEqual([]);
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name']);
    expect(verified).not.toBeNull();
  });

  it.each<[string, string, Uint8Array, string]>([
    ['swtpm-rsa', 'under another nonce', new Uint8Array(32), 'tpm.quote.extra-data'],
    ['forged-relabelled-pcr', 'PCR 16 called PCR 10', nonce, 'tpm.quote.pcr-selection'],
    ['forged-magic', 'signed by an ordinary key', nonce, 'tpm.quote.magic'],
  ])('%s is refused: %s', (name, _, extraData, id) => {
    const { findings, verified } = verifyTpmFolder(folder(name), { ...options, extraData });
    expect(failed(findings.checks)).toEqual([id]);
    expect(verified).toBeNull();
  });

  it('says that freshness is unproven where no nonce is given', () => {
    const { extraData: _, ...rest } = options;
    const { findings } = verifyTpmFolder(folder('swtpm-rsa'), rest);
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name', 'tpm.quote.extra-data']);
  });

  it.each(['quote.msg', 'quote.sig', 'ak.pub'])('is refused without %s', (name) => {
    const files = folder('swtpm-rsa');
    files.delete(name);
    expect(codeOf(() => verifyTpmFolder(files, options))).toBe('truncated');
  });

  it('claims no value without quote.pcrs', () => {
    const files = folder('swtpm-rsa');
    files.delete('quote.pcrs');
    expect(failed(verifyTpmFolder(files, options).findings.checks)).toEqual(['tpm.quote.pcr-selection']);
  });

  it('refuses two keys that differ', () => {
    const files = folder('swtpm-rsa');
    files.set('ak.pem', vector('tpm/cases/forged-magic/ak.pem'));
    expect(codeOf(() => verifyTpmFolder(files, options))).toBe('bad_value');
  });

  const ca = ['swtpm-localca-rootca-cert.pem', 'issuercert.pem'].flatMap((name) =>
    parsePem(Buffer.from(vector(`tpm/enrolment/${name}`)).toString('latin1')),
  );
  const anchors = ca.map((der) => anchorFromCertificate(parseCertificate(der)));

  it('examines an EK certificate that lies beside the quote', () => {
    const files = folder('swtpm-rsa').set('ek.der', vector('tpm/enrolment/ek_rsa.der'));
    files.set('ek.pub', vector('tpm/enrolment/ek.pub'));
    expect(verifyTpmFolder(files, { ...options, anchors }).verified).not.toBeNull();
    files.set('ek.pub', vector('tpm/enrolment/ekecc.pub'));
    const { findings, verified } = verifyTpmFolder(files, { ...options, anchors });
    expect(failed(findings.checks)).toEqual(['tpm.ek.public']);
    expect(verified).toBeNull();
  });

  it('says what it could not ask of an endorsement key', () => {
    const files = folder('swtpm-rsa').set('ek.crt', vector('tpm/enrolment/ek_rsa.der'));
    const { findings } = verifyTpmFolder(files, { ...options, anchors });
    expect(findings.notPerformed.map(({ id }) => id)).toEqual([
      'tpm.ak.name',
      'tpm.ek.revocation',
      'tpm.ek.public',
      'tpm.ek.template',
    ]);
    const none = verifyTpmFolder(folder('swtpm-rsa'), { ...options, anchors });
    expect(none.findings.notPerformed.map(({ id }) => id)).toEqual(['tpm.ak.name', 'tpm.ek.chain']);
  });

  it('holds an event log against the quote, and says when the two do not meet', () => {
    const files = folder('swtpm-rsa').set('eventlog', vector('eventlog/rhel8-uefi.bin'));
    const { findings, verified } = verifyTpmFolder(files, options);
    expect(failed(findings.checks)).toContain('tpm.eventlog.pcr-0');
    expect(verified).toBeNull();
    files.set('eventlog', vector('eventlog/debian-10.bin'));
    const old = verifyTpmFolder(files, options);
    expect(old.findings.notPerformed.map(({ id }) => id)).toContain('tpm.eventlog');
    files.set('eventlog', vector('eventlog/bogus.bin'));
    expect(codeOf(() => verifyTpmFolder(files, options))).toBe('too_long');
  });
});

describeWithSwtpm('quotes of a real TPM', () => {
  let tpm: Swtpm;
  beforeAll(async () => {
    tpm = await startSwtpm({ banks: ['sha1', 'sha256', 'sha384'] });
    await tpm.tool('tpm2_pcrextend', `16:sha256=${'ab'.repeat(32)},sha384=${'cd'.repeat(48)}`);
  });
  afterAll(() => tpm?.stop());

  const nonce = new Uint8Array(Buffer.from('00112233445566778899aabbccddeeff', 'hex'));
  async function quote(key: string, hash: string, selection: string, ...more: string[]): Promise<string[]> {
    await tpm.tool(
      'tpm2_createak',
      ...`-C 0x81010001 -c ak.ctx ${key} -u ak.pub -f tss -n ak.name`.split(' '),
    );
    const common = `-c ak.ctx -l ${selection} -q ${Buffer.from(nonce).toString('hex')} -g ${hash}`.split(' ');
    const scheme = key.endsWith('rsapss') ? ['--scheme', 'rsapss'] : [];
    await tpm.tool(
      'tpm2_quote',
      ...common,
      ...scheme,
      ...'-m quote.msg -s quote.sig -o quote.pcrs'.split(' '),
      ...more,
    );
    return ['quote.msg', 'quote.sig', 'quote.pcrs', 'ak.pub'];
  }
  const judge = async (files: readonly string[]) => {
    const bytes = await Promise.all(files.map(async (name) => [name, await tpm.read(name)] as const));
    const folder = new Map(bytes);
    const input = {
      quote: folder.get('quote.msg') ?? new Uint8Array(),
      signature: folder.get('quote.sig') ?? new Uint8Array(),
      pcrs: folder.get('quote.pcrs') ?? new Uint8Array(),
      ak: attestationKeyFromPublic(folder.get('ak.pub') ?? new Uint8Array()),
    };
    return verifyTpmQuote(input, { policy: 'gate', extraData: nonce, akName: await tpm.read('ak.name') });
  };

  it.each([
    ['RSASSA', '-G rsa -g sha256 -s rsassa', 'sha256', 'sha256:0,7'],
    ['RSA-PSS', '-G rsa -g sha256 -s rsapss', 'sha256', 'sha256:0,7,16'],
    ['RSASSA, SHA-384', '-G rsa -g sha384 -s rsassa', 'sha384', 'sha256:0,1,2,3,4,5,6,7,8,9'],
    ['ECDSA P-256', '-G ecc -g sha256 -s ecdsa', 'sha256', 'sha256:0,16'],
    ['ECDSA P-384, SHA-384', '-G ecc384 -g sha384 -s ecdsa', 'sha384', 'sha384:0,16'],
    ['ECDSA P-256 over two banks', '-G ecc -g sha256 -s ecdsa', 'sha256', 'sha256:0,16+sha384:16'],
    [
      'ECDSA P-256 over three banks, all PCRs of one',
      '-G ecc -g sha256 -s ecdsa',
      'sha256',
      'sha1:0+sha256:all+sha384:3,16,23',
    ],
  ])('verify: %s', async (_, key, hash, selection) => {
    for (const form of [[], ['-F', 'values']]) {
      const { findings, verified } = await judge(await quote(key, hash, selection, ...form));
      expect(failed(findings.checks)).toEqual([]);
      expect(findings.notPerformed).toEqual([]);
      const pcr16 = verified?.pcrs.get('sha384')?.get(16) ?? verified?.pcrs.get('sha256')?.get(16);
      if (selection.includes('16')) expect(pcr16?.some((octet) => octet !== 0)).toBe(true);
      expect(verified?.pcrs.has('sha1')).toBe(false);
    }
  });

  it('are refused under the gate when they quote SHA-1 alone', async () => {
    const { findings } = await judge(await quote('-G ecc -g sha256 -s ecdsa', 'sha256', 'sha1:0,1'));
    expect(failed(findings.checks)).toEqual(['tpm.quote.bank']);
  });

  it('are refused when another key signed them', async () => {
    const files = await quote('-G ecc -g sha256 -s ecdsa', 'sha256', 'sha256:0');
    await tpm.tool(
      'tpm2_createak',
      ...'-C 0x81010001 -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -f tss -n other'.split(' '),
    );
    const { findings } = await judge(files);
    expect(failed(findings.checks)).toEqual(['tpm.ak.name', 'tpm.quote.signature']);
  });

  it.each([
    ['RSA', '0x1c00002', '0x81010001'],
    ['ECC', '0x1c00016', '0x81010016'],
  ])('come from a TPM whose %s endorsement key its maker certified', async (_, index, handle) => {
    await tpm.tool('tpm2_nvread', index, '-o', 'ek.crt');
    await tpm.tool('tpm2_readpublic', '-c', handle, '-f', 'tss', '-o', 'ek.pub');
    const [rootCertificate] = parsePem(tpm.ca.rootPem).map((der) => parseCertificate(der));
    if (rootCertificate === undefined) return expect.unreachable();
    const { findings, verified } = verifyEndorsementKey(
      {
        certificate: await tpm.read('ek.crt'),
        intermediates: parsePem(tpm.ca.issuerPem),
        ekPublic: await tpm.read('ek.pub'),
      },
      { anchors: [anchorFromCertificate(rootCertificate)], at: new Date(Date.now() + 60_000) },
    );
    expect(failed(findings.checks)).toEqual([]);
    expect(verified?.publicArea).toEqual(parseTpm2bPublic(await tpm.read('ek.pub')));
    expect(parseTpmtPublic((await tpm.read('ek.pub')).subarray(2)).name).toEqual(verified?.publicArea.name);
  });
});
