import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPins } from '../../../src/cli/verify/pins.ts';
import type { EvidenceFolder } from '../../../src/evidence/format.ts';
import { AZURE_SNP, AZURE_TDX } from '../../../src/evidence/format-azure.ts';
import { recogniseFormat } from '../../../src/evidence/formats.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { type AzureCvmParts, type ForgedAzureCvm, forgeAzureCvm } from '../../../src/forge/azure/cvm.ts';
import { snpHardware, tdxHardware } from '../../../src/forge/azure/hardware.ts';
import { forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { anchorFromCertificate, type Pin, parseCertificate, writePem } from '../../../src/pki/index.ts';
import { type Judgement, type JudgeOptions, judgeOffline } from '../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES, type OfflinePolicy } from '../../../src/policy/offline-policy.ts';
import { describeWithVectors, vector } from '../../vectors.ts';
import { at, nonce } from './judge-vm.ts';
import { patched } from './samples.ts';

const named = (name: string): OfflinePolicy => {
  const found = BUILT_IN_POLICIES.get(name);
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found;
};
const pins = readPins();

function judge(files: EvidenceFolder, options: Partial<JudgeOptions> = {}): Judgement {
  return judgeOffline(files, { at, policy: named('authenticity'), pins, ...options });
}

const failed = ({ checks }: Judgement): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const left = ({ notPerformed }: Judgement): string[] => notPerformed.map(({ id }) => id);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Evidence as tools leave it, one file a part. */
function filesOf({ hclReport, vtpm, tdQuote, certificates, crl }: AzureCvmParts): Map<string, Uint8Array> {
  const pcrs = [...(vtpm.pcrs.get('sha256')?.values() ?? [])];
  return new Map([
    ['hcl-report.bin', hclReport],
    ['quote.msg', vtpm.quote],
    ['quote.sig', vtpm.signature],
    ['quote.pcrs', new Uint8Array(Buffer.concat(pcrs))],
    ['ak.crt', vtpm.akCertificate],
    ['chain.pem', utf8(certificates.map((der) => writePem(der)).join(''))],
    ...(tdQuote === null ? [] : [['td-quote.bin', tdQuote] as const]),
    ...(crl === null ? [] : [['ark.crl', crl] as const]),
  ]);
}

/** The same as the attesters of Confidential Containers write it. */
function attesterJson({ hclReport, vtpm, tdQuote, certificates }: AzureCvmParts, version: 0 | 1): Uint8Array {
  const [base64, hex] = (['base64url', 'hex'] as const).map(
    (encoding) => (bytes: Uint8Array) => (version === 0 ? [...bytes] : Buffer.from(bytes).toString(encoding)),
  ) as [(bytes: Uint8Array) => unknown, (bytes: Uint8Array) => unknown]; // two encodings were mapped
  const [vcek = new Uint8Array()] = certificates;
  const pcrs = [...(vtpm.pcrs.get('sha256')?.values() ?? [])].map(hex);
  const quote = { message: hex(vtpm.quote), signature: hex(vtpm.signature.subarray(6)), pcrs };
  const hardware =
    tdQuote === null
      ? { vcek: version === 0 ? writePem(vcek) : base64(vcek) }
      : { td_quote: base64(tdQuote) };
  const old = version === 0 && tdQuote === null;
  return utf8(
    JSON.stringify({
      ...(version === 0 ? {} : { version }),
      [old ? 'quote' : 'tpm_quote']: quote,
      [old ? 'report' : 'hcl_report']: base64(hclReport),
      ...hardware,
    }),
  );
}

const platform = forgeTdxPlatform({ seed: 'azure format', at });
const vms: Partial<Record<'snp' | 'tdx', { vm: ForgedAzureCvm; parts: AzureCvmParts }>> = {};
beforeAll(async () => {
  const hardware = { snp: snpHardware(forgeSnpPlatform({ at })), tdx: tdxHardware(platform) };
  for (const kind of ['snp', 'tdx'] as const) {
    const vm = await forgeAzureCvm({ at, hardware: hardware[kind] });
    vms[kind] = { vm, parts: await vm.evidence(nonce) };
  }
}, 120_000);

function forged(kind: 'snp' | 'tdx'): {
  parts: AzureCvmParts;
  options: Partial<JudgeOptions>;
  /** The hardware's, then Azure's. */
  roots: readonly Uint8Array[];
} {
  const found = vms[kind];
  if (found === undefined) throw new Error('made before all');
  const { vm, parts } = found;
  const roots = [...vm.hardware.roots, vm.akCa.root];
  const collateral = parts.intelCollateral;
  const files: [string, Uint8Array | null][] = [
    ['tcbInfo.json', collateral.tcbInfo],
    ['tcbchain.pem', collateral.tcbInfoChain],
    ['qeIdentity.json', collateral.qeIdentity],
    ['qechain.pem', collateral.qeIdentityChain],
    ['rootcrl.der', collateral.rootCrl],
    ['pckcrl.der', collateral.pckCrl],
  ];
  return {
    parts,
    roots,
    options: {
      roots: new Map(roots.map((der, index) => [`${index}.der`, der])),
      collateral: new Map(files.flatMap(([name, bytes]) => (bytes === null ? [] : [[name, bytes] as const]))),
      nonce,
    },
  };
}

describe.each(['snp', 'tdx'] as const)('evidence of an Azure VM on %s, in files', (kind) => {
  it('is recognised, judged whole, and measured', () => {
    const { parts, options } = forged(kind);
    const files = filesOf(parts);
    const judgement = judge(files, options);
    expect(judgement).toMatchObject({ format: `azure-${kind}`, authentic: true, accepted: true });
    expect(failed(judgement)).toEqual([]);
    expect(left(judgement)).toEqual(['azure.ak-certificate.revocation']);

    // The one question that files cannot answer; a policy may let it pass by name.
    const gate = judge(files, { ...options, policy: named('gate') });
    expect(gate).toMatchObject({ authentic: true, accepted: false });
    const lenient = {
      ...named('gate'),
      name: 'lenient',
      acceptNotPerformed: ['azure.ak-certificate.revocation'],
    };
    expect(judge(files, { ...options, policy: lenient }).accepted).toBe(true);
  });

  it.each([0, 1] as const)('is read as attesters write it, version %i', (version) => {
    const { parts, options } = forged(kind);
    const chain = filesOf(parts).get('chain.pem') ?? new Uint8Array();
    const files = new Map([
      ['any-name.json', attesterJson(parts, version)],
      ['chain.pem', chain],
    ]);
    const judgement = judge(files, options);
    expect(judgement).toMatchObject({ format: `azure-${kind}`, authentic: true });
    expect(left(judgement)).not.toContain('azure.hardware-report');
    expect(left(judgement)).toContain('azure.ak-certificate');
  });

  it('is refused by the gate without what the hardware’s word rests on', () => {
    const { parts, options } = forged(kind);
    const files = filesOf({ ...parts, tdQuote: null, certificates: [], crl: null });
    files.delete('ak.crt');
    files.delete('chain.pem');
    const judgement = judge(files, { ...options, policy: named('gate') });
    expect(judgement).toMatchObject({ format: `azure-${kind}`, authentic: true, accepted: false });
    expect(left(judgement)).toContain('azure.hardware-report');
    expect(failed(judge(files, { ...options, policy: measuring(named('authenticity')) }))).toEqual([
      'policy.hash-algorithms',
    ]);
  });

  it.each(['quote.msg', 'quote.sig'])('cannot be judged without %s', (name) => {
    const { parts, options } = forged(kind);
    const files = filesOf(parts);
    files.delete(name);
    expect(judge(files, options)).toMatchObject({
      authentic: null,
      error: { code: 'part_missing', path: name },
    });
  });

  it('is refused where a part is another’s or broken', () => {
    const { parts, options } = forged(kind);
    const refused = (name: string, bytes: Uint8Array): Judgement =>
      judge(new Map([...filesOf(parts), [name, bytes]]), options);
    expect(failed(refused('quote.pcrs', new Uint8Array(24 * 32)))).toEqual(['tpm.quote.pcr-digest']);
    expect(refused('ak.crt', Uint8Array.of(0x30, 0x82))).toMatchObject({
      authentic: false,
      error: { code: 'truncated', path: 'akCertificate' },
    });
    expect(refused('hcl-report.bin', parts.hclReport.subarray(0, 1300))).toMatchObject({
      format: `azure-${kind}`,
      authentic: false,
      error: { code: 'truncated', path: 'hclReport.variableData' },
    });
  });

  it('counts roots that came along as pinned, each for what it is', () => {
    const { parts, options, roots } = forged(kind);
    const { roots: _, ...rest } = options;
    const certificates = [...parts.certificates, ...roots];
    const files = filesOf({ ...parts, certificates });
    const pinned = (names: readonly string[]): Judgement =>
      judge(files, { ...rest, pins: roots.map((der, index) => pinOf(der, names[index] ?? '')) });
    const AZURE = 'Azure Virtual TPM Root Certificate Authority 2023';
    expect(pinned(['any', AZURE])).toMatchObject({ authentic: true });
    expect(failed(pinned(['any', 'any']))).toEqual(['azure.ak-certificate.chain']);
    expect(failed(pinned([AZURE, AZURE]))).toContain(kind === 'snp' ? 'snp.chain.root' : 'intel.pck.root');
  });

  it('believes no firmware version of a virtual TPM', () => {
    const { parts, options, roots } = forged(kind);
    const anchors = roots.map((der) => anchorFromCertificate(parseCertificate(der)));
    const context = {
      at,
      strictness: 'gate',
      named: new Map(),
      anchors,
      pins: [],
      collateral: options.collateral ?? new Map(),
    } as const;
    const { measured } = (kind === 'snp' ? AZURE_SNP : AZURE_TDX).verify(filesOf(parts), context);
    expect(measured).toMatchObject({
      kind: 'tee',
      tee: { tee: kind },
      vtpm: { firmwareVersion: 0n, signatureHash: 'sha256' },
    });
  });

  it('measures what a policy can name, once it is verified', () => {
    const { parts, options } = forged(kind);
    const judgement = judge(filesOf(parts), { ...options, policy: measuring(named('authenticity')) });
    expect(failed(judgement)).toEqual([]);
    expect(judgement.checks.map(({ id }) => id)).toContain('policy.hash-algorithms');
  });
});

function pinOf(der: Uint8Array, name: string): Pin {
  const { sha256, publicKey } = parseCertificate(der);
  return {
    name,
    role: 'root',
    subject: 'CN=forged',
    certificateSha256: sha256,
    publicKeySha256: publicKey.sha256,
    notBefore: '2020-01-01T00:00:00Z',
    notAfter: '2049-01-01T00:00:00Z',
    source: 'https://example.com/',
  };
}

/** A policy that nothing satisfies unless something was measured. */
function measuring(policy: OfflinePolicy): OfflinePolicy {
  return { ...policy, name: 'measuring', hashAlgorithms: ['sha256'] };
}

describe('recognising', () => {
  const report = (type: number): Uint8Array => {
    const bytes = new Uint8Array(1300);
    bytes.set(utf8('HCLA'));
    bytes[1224] = type;
    return bytes;
  };

  it('goes by the report, and by the TD quote where the report does not say', () => {
    const is = (files: [string, Uint8Array][]): string | undefined => recogniseFormat(new Map(files))?.id;
    expect(is([['x', report(2)]])).toBe('azure-snp');
    expect(is([['x', report(4)]])).toBe('azure-tdx');
    expect(is([['x', report(3)]])).toBe('azure-snp');
    expect(
      is([
        ['x', report(0)],
        ['td-quote.bin', new Uint8Array()],
      ]),
    ).toBe('azure-tdx');
    expect(is([['x', utf8('HCLA')]])).toBe('azure-snp');
    expect(is([['x.json', utf8('{"hcl_report":"SENMQ')]])).toBe('azure-snp');
    expect(is([['x.json', utf8('{"td_quote":"","hcl_report": [ 72, 67, 76, 65, 2')]])).toBe('azure-tdx');
  });

  it('leaves other files alone', () => {
    const others: [string, Uint8Array][] = [
      ['x.json', utf8('{"report":"c29tZXRoaW5nIGVsc2U"}')],
      ['x.json', utf8('"hcl_report":"SENMQ')],
      ['x.txt', utf8('{"hcl_report":"SENMQ')],
      ['report.bin', new Uint8Array(1184)],
      ['x', new Uint8Array()],
    ];
    for (const [name, bytes] of others) {
      const files = new Map([[name, bytes]]);
      expect(
        [AZURE_SNP, AZURE_TDX].some((format) => format.recognises(files)),
        name,
      ).toBe(false);
    }
  });
});

describe('evidence as attesters write it', () => {
  it('may stand behind white space', () => {
    const { parts, options } = forged('snp');
    const chain = filesOf(parts).get('chain.pem') ?? new Uint8Array();
    const json = Buffer.concat([utf8('\n \r\n\t'), attesterJson(parts, 1)]);
    const files = new Map([
      ['evidence.json', new Uint8Array(json)],
      ['chain.pem', chain],
    ]);
    expect(judge(files, options)).toMatchObject({ format: 'azure-snp', authentic: true });
  });

  it('is known for it, and refused, with a report that does not begin as one', () => {
    const { parts, options } = forged('snp');
    const hclReport = Uint8Array.from(parts.hclReport);
    hclReport[0] = 0x49;
    const files = new Map([['evidence.json', attesterJson({ ...parts, hclReport }, 1)]]);
    expect(judge(files, options)).toMatchObject({
      format: 'azure-snp',
      authentic: false,
      error: { code: 'bad_value' },
    });
  });
});

describe('the VCEK of an Azure VM on SNP', () => {
  it('is the one that somebody laid beside the evidence, not the one inside', () => {
    const { parts, options } = forged('snp');
    const [own = new Uint8Array()] = parts.certificates;
    const another = forgeSnpPlatform({ at, hwid: new Uint8Array(64).fill(9) }).certificates()[0];
    const files = (vcek: Uint8Array): EvidenceFolder =>
      new Map([
        ['evidence.json', attesterJson(parts, 1)],
        [
          'chain.pem',
          utf8(
            parts.certificates
              .slice(1)
              .map((der) => writePem(der))
              .join(''),
          ),
        ],
        ['vcek.der', vcek],
      ]);
    expect(judge(files(own), options).authentic).toBe(true);
    const judgement = judge(files(another ?? own), options);
    expect(judgement.authentic).toBe(false);
    expect(failed(judgement)).toContain('snp.leaf.hwid');
  });
});

describe('attester evidence', () => {
  const changed = (path: string, by: unknown): Uint8Array => {
    const evidence = JSON.parse(new TextDecoder().decode(attesterJson(forged('snp').parts, 1)));
    const [first = '', second] = path.split('.');
    if (second === undefined) evidence[first] = by;
    else evidence[first][second] = by;
    return utf8(JSON.stringify(evidence));
  };
  const codeOf = (json: Uint8Array): string | undefined => judge(new Map([['e.json', json]])).error?.code;

  it.each<[string, unknown, string | undefined]>([
    ['version', 2, undefined],
    ['unheard_of', 1, undefined],
    ['tpm_quote', [], 'bad_value'],
    ['tpm_quote.message', 'zz', 'bad_value'],
    ['tpm_quote.message', 1, 'bad_value'],
    ['tpm_quote.message', [256], 'bad_value'],
    ['tpm_quote.message', [-1], 'bad_value'],
    ['tpm_quote.message', [1.5], 'bad_value'],
    ['tpm_quote.message', ['1'], 'bad_value'],
    ['tpm_quote.message', '', 'truncated'],
    ['tpm_quote.signature', '', undefined],
    ['tpm_quote.signature', '00'.repeat(513), 'too_long'],
    ['tpm_quote.pcrs', {}, 'bad_value'],
    ['tpm_quote.pcrs', ['00'], 'bad_value'],
    ['tpm_quote.pcrs', Array(33).fill('00'.repeat(32)), 'bad_value'],
    ['vcek', 'AA=', 'bad_value'],
    ['vcek', 'AA==', 'bad_value'],
    ['vcek', '-----BEGIN CERTIFICATE-----', 'truncated'],
    ['td_quote', 'AAAA', 'unsupported'],
  ])('%s as %j', (path, by, code) => {
    expect(codeOf(changed(path, by))).toBe(code);
  });
});

type Expected = {
  readonly arguments: readonly string[];
  readonly format: string;
  readonly authentic: boolean;
};

describeWithVectors('genuine evidence of Azure VMs', (folder) => {
  const { cases: all }: { cases: readonly Expected[] } = JSON.parse(
    readFileSync(join(folder, 'expected.json'), 'utf8'),
  );
  const cases = all.filter(({ format }) => format.startsWith('azure-'));
  const NAMES = ['evidence.json', 'ark.pem', 'ask.pem', 'vcek.pem'];
  const read = (path: string, names = NAMES): Map<string, Uint8Array> =>
    new Map(
      names.flatMap((name) => {
        try {
          return [[name, vector(`${path}/${name}`)] as const];
        } catch {
          return [];
        }
      }),
    );
  const instant = new Date('2026-06-01T00:00:00Z');

  it('has three cases', () => expect(cases).toHaveLength(3));

  it.each(cases.map((one) => [one.arguments[0] ?? '', one] as const))('%s', (path, { format, authentic }) => {
    const judgement = judge(read(path), { at: instant });
    expect(judgement).toMatchObject({ format, authentic, accepted: true });
    expect(left(judgement).includes('azure.hardware-report')).toBe(path !== 'snp/azure-genoa');
  });

  it('verifies hardware of 2025 too, once AMD’s certificates lie beside it', () => {
    const collateral = read('snp/milan-vcek-v3');
    const judgement = judge(read('tpm/azure-snp'), { at: instant, collateral });
    expect(judgement.authentic).toBe(true);
    expect(left(judgement)).toEqual(['snp.revocation', 'azure.ak-certificate', 'tpm.quote.extra-data']);
  });

  it('answers the nonce that it was made for, and no other', () => {
    const challenge = new TextEncoder().encode('challenge');
    const files = read('tpm/azure-tdx');
    expect(left(judge(files, { at: instant, nonce: challenge }))).not.toContain('tpm.quote.extra-data');
    expect(failed(judge(files, { at: instant, nonce }))).toEqual(['tpm.quote.extra-data']);
  });

  it('counts no pin of another maker for the hardware’s root', () => {
    const judgement = judge(read('snp/azure-genoa'), { at: instant, pins: [] });
    expect(failed(judgement)).toEqual(['snp.chain.root']);
    expect(failed(judge(read('tpm/azure-tdx'), { at: instant, pins: [] }))).toEqual(['intel.pck.root']);
  });

  it.each(['tpm/azure-snp', 'tpm/azure-tdx', 'snp/azure-genoa'])(
    '%s is refused with a bit of any part turned over',
    (path) => {
      const files = read(path);
      const evidence = JSON.parse(new TextDecoder().decode(files.get('evidence.json')));
      const parts: [string, string, number][] = [
        ['hcl_report', 'report', 2437],
        ['tpm_quote.message', 'quote.message', 100],
        ['tpm_quote.signature', 'quote.signature', 256],
        ['td_quote', 'td_quote', 600],
      ];
      for (const [newer, older, length] of parts) {
        const [holder, member] = holderOf(evidence, newer) ?? holderOf(evidence, older) ?? [];
        if (holder === undefined || member === undefined) continue;
        const genuine = holder[member];
        const encoding = member === 'message' || member === 'signature' ? 'hex' : 'base64url';
        const bytes =
          typeof genuine === 'string' ? Buffer.from(genuine, encoding) : Buffer.from(genuine as number[]);
        for (let offset = 0; offset < Math.min(length, bytes.length); offset += 29) {
          if (path === 'tpm/azure-tdx' && member === 'hcl_report' && isOfNobody(offset)) continue;
          const turned = patched(bytes, offset, (bytes[offset] ?? 0) ^ 0x20);
          holder[member] = typeof genuine === 'string' ? Buffer.from(turned).toString(encoding) : [...turned];
          const one = new Map([...files, ['evidence.json', utf8(JSON.stringify(evidence))]]);
          expect(judge(one, { at: instant }).authentic, `${member} ${offset}`).not.toBe(true);
        }
        holder[member] = genuine;
      }
    },
  );
});

type Json = { [name: string]: unknown };

function holderOf(evidence: Json, path: string): [holder: Json, member: string] | undefined {
  const [first = '', second] = path.split('.');
  if (second === undefined) return first in evidence ? [evidence, first] : undefined;
  const inner = evidence[first];
  return typeof inner === 'object' && inner !== null ? [inner as Json, second] : undefined; // parsed JSON
}

/** CPUSVN and MAC of a TDREPORT are for its own machine: no quote repeats them, and nobody else can check them. */
function isOfNobody(offset: number): boolean {
  return (offset >= 48 && offset < 64) || (offset >= 32 + 224 && offset < 32 + 256);
}
