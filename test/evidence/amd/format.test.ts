import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes/concat.ts';
import type { EvidenceFolder } from '../../../src/evidence/format.ts';
import { recogniseFormat } from '../../../src/evidence/formats.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { PRODUCTS } from '../../../src/forge/amd/product.ts';
import { writePem } from '../../../src/pki/index.ts';
import { type JudgeOptions, judgeOffline } from '../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES, offlinePolicy } from '../../../src/policy/offline-policy.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { AMD_PINS, JUNE_2026 } from './genuine.ts';
import { genoa, milan } from './points/forged.ts';

const authenticity = offlinePolicy.parse(BUILT_IN_POLICIES.get('authenticity'));
const DAY_MS = 86_400_000;

type Judgement = ReturnType<typeof judgeOffline>;

function judge(files: EvidenceFolder, options: Partial<JudgeOptions> = {}): Judgement {
  return judgeOffline(files, { at: JUNE_2026, policy: authenticity, pins: AMD_PINS, ...options });
}

function failed({ checks }: Judgement): string[] {
  return checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

function skipped({ notPerformed }: Judgement): string[] {
  return notPerformed.map(({ id }) => id);
}

function only(files: EvidenceFolder, ...names: readonly string[]): EvidenceFolder {
  return new Map([...files].filter(([name]) => names.includes(name)));
}

function changed(files: EvidenceFolder, name: string, bytes: Uint8Array): EvidenceFolder {
  return new Map([...files, [name, bytes]]);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describeWithVectors('genuine SEV-SNP evidence as files', (folder) => {
  const read = (path: string): EvidenceFolder =>
    new Map(readdirSync(join(folder, path)).map((name) => [name, vector(join(path, name))]));

  type Case = {
    readonly arguments: readonly [path: string, flag: string, at: string];
    readonly format: string;
    readonly authentic: boolean;
  };
  const { cases }: { cases: readonly Case[] } = JSON.parse(
    readFileSync(join(folder, 'expected.json'), 'utf8'),
  );
  const ours = cases.filter(({ format }) => format === 'snp');

  it('has cases', () => expect(ours.length).toBeGreaterThan(7));

  it.each(ours)('gives the verdict of $arguments', ({ arguments: [path, , at], authentic }) => {
    const judgement = judge(read(path), { at: new Date(at) });
    expect(judgement).toMatchObject({ format: 'snp', authentic, accepted: authentic });
    expect(failed(judgement).length > 0).toBe(!authentic);
  });

  const files = read('snp/genoa-vcek-v3');
  const part = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();

  it('is recognised nowhere else', () => {
    const others = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\/snp(?:\/|$)/.test(entry.parentPath))
      .map((entry): EvidenceFolder => {
        const bytes = new Uint8Array(readFileSync(join(entry.parentPath, entry.name)));
        return new Map([[entry.name, bytes]]);
      });
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter((lone) => recogniseFormat(lone)?.id === 'snp')).toEqual([]);
    expect(recogniseFormat(read('snp/azure-genoa'))?.id).not.toBe('snp');
  });

  it('trusts no ARK for lying beside the report', () => {
    expect(failed(judge(files, { pins: [] }))).toEqual(['snp.chain.root']);
    const roots = only(files, 'ark.pem');
    expect(judge(files, { pins: [], roots }).authentic).toBe(true);
    const forgedArk = new TextEncoder().encode(writePem(genoa.roots[0] ?? new Uint8Array()));
    expect(failed(judge(changed(files, 'ark.pem', forgedArk)))).toEqual(['snp.chain.root']);
  });

  it.each(['vcek.pem', 'ask.pem', 'ark.pem'])('refuses it with the %s of another line', (name) => {
    const other = vector(`snp/turin-vcek-v5/${name}`);
    const judgement = judge(changed(files, name, other));
    expect(judgement.authentic).toBe(false);
    expect(failed(judgement)).not.toEqual([]);
  });

  it('takes certificates from the collateral, and says nothing of a report without any', () => {
    const lone = only(files, 'report.bin');
    expect(judge(lone)).toMatchObject({ authentic: null, error: { code: 'part_missing', path: 'vcek.der' } });
    expect(judge(lone, { collateral: files }).authentic).toBe(true);
    // The broken report is refused for what it is, whatever else is missing.
    const broken = new Map([['report.bin', flipped(part('report.bin'), 17)]]);
    expect(judge(broken)).toMatchObject({ format: 'snp', authentic: false });
  });

  it('asks the nonce of the report data: whole, or 32 bytes with zeros behind them', () => {
    // This guest put nothing into its report data.
    expect(judge(files, { nonce: new Uint8Array(64) }).authentic).toBe(true);
    expect(judge(files, { nonce: new Uint8Array(32) }).authentic).toBe(true);
    for (const nonce of [new Uint8Array(32).fill(1), new Uint8Array(64).fill(1), new Uint8Array(65)]) {
      expect(failed(judge(files, { nonce }))).toEqual(['snp.report-data']);
    }
    expect(skipped(judge(files))).toEqual(['snp.revocation', 'snp.report-data']);
  });

  it('is refused cut or continued anywhere', () => {
    const report = part('report.bin');
    for (let length = 0; length < report.length; length += 7) {
      const cut = judge(changed(files, 'report.bin', report.subarray(0, length)));
      expect(cut).toMatchObject({ format: 'snp', authentic: false });
    }
    for (const more of [1, 23]) {
      const longer = concatBytes([report, new Uint8Array(more)]);
      expect(judge(changed(files, 'report.bin', longer)).error?.code).toBe('truncated');
    }
  });

  it('is refused with any one bit flipped, in the signed range or behind it', () => {
    const report = part('report.bin');
    // Prime to 8: every byte, each at another bit than its neighbours.
    for (let bit = 0; bit < report.length * 8; bit += 7) {
      const judgement = judge(changed(files, 'report.bin', flipped(report, bit)));
      if (judgement.authentic !== false) throw new Error(`bit ${bit} flipped and ${judgement.authentic}`);
    }
  });

  it.each(['attestation.bin', 'guest_report.bin', 'report', 'report.dat', 'milan.hex'])(
    'finds the report as %s',
    (name) => {
      const renamed = only(files, 'vcek.pem', 'ask.pem', 'ark.pem');
      expect(judge(changed(renamed, name, part('report.bin')))).toMatchObject({
        format: 'snp',
        authentic: true,
      });
    },
  );

  it.each(['hex', 'base64', 'base64url'] as const)('reads a report in %s, alone or not', (encoding) => {
    const text = Buffer.from(part('report.bin')).toString(encoding);
    const lines = new TextEncoder().encode(text.replace(/.{60}/g, '$&\n'));
    expect(judge(changed(files, 'report.bin', lines)).authentic).toBe(true);
    const lone = new Map([['report.txt', lines]]);
    expect(judge(lone, { collateral: files })).toMatchObject({ format: 'snp', authentic: true });
    const cut = new Map([['report.bin', lines.subarray(0, -4)]]);
    expect(judge(cut, { collateral: files }).accepted).toBe(false);
  });

  it('refuses a lone report with any one bit flipped, and knows it for one', () => {
    const report = part('report.bin');
    for (const offset of [0, 1, 2, 3, 0x34, 0x35, 0x36, 0x37]) {
      for (let bit = 0; bit < 8; bit++) {
        const lone = new Map([['evidence.dat', flipped(report, offset * 8 + bit)]]);
        expect(judge(lone, { collateral: files })).toMatchObject({ format: 'snp', authentic: false });
      }
    }
  });

  it('judges none of two reports that differ', () => {
    const report = part('report.bin');
    expect(judge(changed(files, 'attestation_report.bin', report)).authentic).toBe(true);
    const two = changed(files, 'attestation_report.bin', flipped(report, 700));
    expect(judge(two)).toMatchObject({ authentic: false, error: { code: 'duplicate' } });
  });

  it.each(['', '.cert', '.crt'])('reads certificates that end in "%s"', (ending) => {
    const renamed = ['vcek', 'ask', 'ark'].map((name) => [`${name}${ending}`, part(`${name}.pem`)] as const);
    expect(judge(new Map([['report.bin', part('report.bin')], ...renamed])).authentic).toBe(true);
  });

  it('refuses files that by their names hold certificates and hold none', () => {
    const judgement = judge(changed(files, 'ask.pem', new TextEncoder().encode('nothing')));
    expect(judgement).toMatchObject({ authentic: false, error: { code: 'bad_value', path: 'ask.pem' } });
    const der = new Map([...files, ['ask.der', Uint8Array.of(0x30, 0x00)]]);
    expect(failed(judge(der))).toEqual(['snp.certificates']);
  });

  it('passes over what bears other names and is no certificate', () => {
    const noise: [string, Uint8Array][] = [
      ['key.pem', new TextEncoder().encode('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')],
      ['strange.der', Uint8Array.of(0x30, 0x00)],
      ['notes.txt', new TextEncoder().encode('hello')],
      ['other.crt', vector('snp/turin-vcek-v5/ask.pem')],
    ];
    expect(judge(new Map([...files, ...noise])).authentic).toBe(true);
  });
});

describe('forged SEV-SNP evidence as files', () => {
  const at = JUNE_2026;
  const report = genoa.report(new Uint8Array(64).fill(7));
  const [leaf, ask, ark] = genoa.certificates();
  if (leaf === undefined || ask === undefined || ark === undefined) throw new Error('a chain of three');
  const roots: EvidenceFolder = new Map([['ark.der', ark]]);
  const files: EvidenceFolder = new Map([
    ['report.bin', report],
    ['vcek.der', leaf],
    ['ask.der', ask],
  ]);
  const accept = (folder: EvidenceFolder, more: Partial<JudgeOptions> = {}): Judgement =>
    judge(folder, { roots, at, ...more });

  it('is authentic under a root that somebody names', () => {
    expect(accept(files).authentic).toBe(true);
  });

  it('may come with the host’s certificate table, beside the report or behind it', () => {
    const table = genoa.auxblob();
    const beside = new Map([
      ['report.bin', report],
      ['auxblob.bin', table],
    ]);
    const linux = new Map([
      ['outblob', report],
      ['auxblob', table],
    ]);
    const behind = new Map([['evidence.bin', concatBytes([report, table])]]);
    for (const folder of [beside, linux, behind]) {
      expect(accept(folder)).toMatchObject({ format: 'snp', authentic: true });
    }
    const cut = new Map([['evidence.bin', concatBytes([report, table.subarray(0, 90)])]]);
    expect(accept(cut)).toMatchObject({ format: 'snp', authentic: false, error: { code: 'truncated' } });
  });

  it('asks the CRL beside it, DER or PEM', () => {
    const crl = genoa.crl();
    const pem = new TextEncoder().encode(writePem(crl, 'X509 CRL'));
    for (const [name, bytes] of [
      ['crl.der', crl],
      ['crl.pem', pem],
      ['Genoa.crl', crl],
    ] as const) {
      const judgement = accept(changed(files, name, bytes));
      expect(judgement.authentic).toBe(true);
      expect(skipped(judgement)).toEqual(['snp.report-data']);
    }
    const revoking = genoa.crl({ revoked: [PRODUCTS.Genoa.askSerial] });
    expect(failed(accept(changed(files, 'crl.der', revoking)))).toEqual(['snp.revocation']);
  });

  it('finds its own line’s CRL among those of others, and the newest of them', () => {
    const older = genoa.crl({ thisUpdate: new Date(at.getTime() - 9 * DAY_MS) });
    const newest = genoa.crl({ revoked: [PRODUCTS.Genoa.askSerial] });
    const collateral = new Map([
      ['a.crl', milan.crl()],
      ['b.crl', older],
      ['c.crl', newest],
      ['d.crl', older],
    ]);
    expect(failed(accept(files, { collateral }))).toEqual(['snp.revocation']);
    expect(failed(accept(files, { collateral: only(collateral, 'a.crl', 'b.crl') }))).toEqual([]);
    // Version 2 does not name its line: the certificates do.
    const second = changed(files, 'report.bin', genoa.report(new Uint8Array(64), { version: 2 }));
    expect(failed(accept(second, { collateral }))).toEqual(['snp.revocation']);
    expect(failed(accept(second, { collateral: only(collateral, 'a.crl', 'b.crl') }))).toEqual([]);
  });

  it('lets no older CRL beside the report hide what a newer one of the collateral says', () => {
    const older = genoa.crl({ thisUpdate: new Date(at.getTime() - 9 * DAY_MS) });
    const revoking = genoa.crl({ revoked: [PRODUCTS.Genoa.askSerial] });
    const withOlder = changed(files, 'crl.der', older);
    expect(failed(accept(withOlder))).toEqual([]);
    for (const name of ['crl.der', 'x.crl']) {
      const collateral = new Map([[name, revoking]]);
      expect(failed(accept(withOlder, { collateral }))).toEqual(['snp.revocation']);
    }
    // What lies beside the report is never passed over for being broken.
    const broken = changed(files, 'crl.der', flipped(genoa.crl(), 40));
    expect(accept(broken, { collateral: new Map([['crl.der', genoa.crl()]]) }).authentic).toBe(false);
  });

  it('refuses a CRL that is none, or another line’s where there is no other', () => {
    const garbage = new TextEncoder().encode('no CRL');
    for (const name of ['crl.der', 'crl.pem']) {
      expect(failed(accept(changed(files, name, garbage)))).toEqual(['snp.crl.well-formed']);
    }
    expect(failed(accept(changed(files, 'crl.der', milan.crl())))).toEqual(['snp.crl.issuer']);
  });

  it('finds among the VCEKs of several versions the one of the report', () => {
    const tcb = { fmc: null, bootLoader: 1, tee: 0, snp: 2, microcode: 3 };
    const updated = forgeSnpPlatform({ at, product: 'Genoa', pki: genoa.pki, hwid: genoa.chipId, tcb });
    const [other] = updated.certificates();
    if (other === undefined) throw new Error('a leaf');
    expect(accept(new Map([['0.crt', other], ...files])).authentic).toBe(true);
  });

  it('reports bits of the platform’s state that nobody knows, and is authentic all the same', () => {
    const odd = genoa.report(new Uint8Array(64), { platformInfo: 0x125n });
    const judgement = accept(changed(files, 'report.bin', odd));
    expect(judgement.authentic).toBe(true);
    expect(skipped(judgement)).toContain('snp.report.platform-info');
  });

  it('never throws, and never takes garbage for authentic', () => {
    const names = fc.constantFrom('report.bin', 'vcek.der', 'ask.pem', 'auxblob.bin', 'crl.der', 'x.crt');
    fc.assert(
      fc.property(names, fc.uint8Array({ maxLength: 1300 }), (name, bytes) => {
        const judgement = accept(changed(files, name, bytes));
        const replaced = name !== 'x.crt' && files.has(name);
        return !replaced || judgement.authentic !== true;
      }),
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
  });
});
