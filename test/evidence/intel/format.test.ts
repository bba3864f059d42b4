import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatPem } from '../../../src/bytes/pem.ts';
import type { EvidenceFolder } from '../../../src/evidence/format.ts';
import { recogniseFormat } from '../../../src/evidence/formats.ts';
import { type Judgement, type JudgeOptions, judgeOffline } from '../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES, offlinePolicy } from '../../../src/policy/offline-policy.ts';
import { describeWithVectors, vector, vectorsFolder } from '../../vectors.ts';
import { argumentsOf, type Case, expectedCases, intelPins } from './folder.ts';

const authenticity = offlinePolicy.parse(BUILT_IN_POLICIES.get('authenticity'));
const at = new Date('2025-06-21T00:00:00Z');
const BASELINE = 'intel/mutations/00_baseline';

function folder(path: string): Map<string, Uint8Array> {
  const names = readdirSync(join(vectorsFolder ?? '', path));
  return new Map(names.map((name) => [name, vector(join(path, name))]));
}

const judge = (files: EvidenceFolder, options: Partial<JudgeOptions> = {}): Judgement =>
  judgeOffline(files, { at, policy: authenticity, pins: intelPins, ...options });
const failed = ({ checks }: Judgement): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const hexText = (bytes: Uint8Array): Uint8Array => Buffer.from(Buffer.from(bytes).toString('hex'), 'latin1');

describeWithVectors('sextant verify of a quote', () => {
  const { cases, mutations } = expectedCases();
  const judgeCase = (one: Case): Judgement => {
    const { folders, at: instant } = argumentsOf(one);
    const [own = '', behind] = folders;
    const collateral = behind === undefined ? new Map() : folder(behind);
    return judge(folder(own), { at: instant, collateral });
  };

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const judgement = judgeCase(one);
    expect(judgement).toMatchObject({ format: 'intel-quote', authentic: one.authentic });
    expect(judgement.tcbStatus).toBe(one.tcbStatus);
    expect(judgement.verdict?.status ?? null).toBe(one.tcbStatus);
  });

  it.each(mutations.map((one) => [one.name, one] as const))('with %s', (_, one) => {
    const judgement = judgeCase(one);
    expect(judgement).toMatchObject({ format: 'intel-quote', authentic: one.authentic });
    expect(judgement.tcbStatus).toBe(one.authentic ? 'UpToDate' : null);
  });

  it('takes a lone quote, bytes or hexadecimal, and the collateral behind it', () => {
    const collateral = folder(BASELINE);
    const quote = collateral.get('quote.bin') ?? expect.unreachable();
    collateral.delete('quote.bin');
    const spaced = Buffer.from(
      `0x${Buffer.from(quote)
        .toString('hex')
        .replace(/(.{64})/g, '$1\n')}`,
    );
    for (const [name, bytes] of [
      ['quote.bin', quote],
      ['anything.dat', quote],
      ['quote.hex', hexText(quote)],
      ['of-the-host.txt', spaced],
    ] as const) {
      expect(judge(new Map([[name, bytes]]), { collateral }), name).toMatchObject({ authentic: true });
    }
  });

  it('takes collateral in one file, and prefers what lies there by itself', () => {
    const one = 'intel/cases/phala_tdx_quote';
    const both = new Map(['quote.bin', 'collateral.json'].map((name) => [name, vector(`${one}/${name}`)]));
    expect(judge(both)).toMatchObject({ authentic: true, tcbStatus: 'UpToDate' });
    const overridden = new Map([...both, ['tcbInfo.json', vector(`${one}/qeIdentity.json`)]]);
    expect(failed(judge(overridden))).toEqual(['intel.tcb-info.well-formed', 'intel.beside.collateral']);
  });

  it('refuses a folder that holds a part twice, and not the same', () => {
    const one = 'intel/cases/phala_tdx_quote';
    const files = folder(one);
    expect(failed(judge(files))).toEqual([]);
    const whole: Record<string, string> = JSON.parse(
      Buffer.from(files.get('collateral.json') ?? []).toString(),
    );
    const changes: readonly (readonly [string, string])[] = [
      ['tcb_info_signature', '00'.repeat(64)],
      ['qe_identity', '{}'],
      ['tcb_info_issuer_chain', ''],
      ['qe_identity_issuer_chain', 'none'],
      ['root_ca_crl', '3000'],
      ['pck_crl', ''],
    ];
    for (const [name, value] of changes) {
      const changed = new Map([
        ...files,
        ['collateral.json', Buffer.from(JSON.stringify({ ...whole, [name]: value }))] as const,
      ]);
      expect(failed(judge(changed)), name).toEqual(['intel.beside.collateral']);
    }
    const der = Buffer.from(Buffer.from(files.get('pckcrl.hex') ?? []).toString(), 'hex');
    expect(failed(judge(new Map([...files, ['pckcrl.der', der] as const])))).toEqual([]);
    expect(failed(judge(new Map([...files, ['pckcrl.der', der.subarray(1)] as const])))).toEqual([
      'intel.beside.collateral',
    ]);
  });

  it('refuses a folder of two quotes that differ', () => {
    const files = folder(BASELINE);
    const quote = files.get('quote.bin') ?? expect.unreachable();
    expect(failed(judge(new Map([...files, ['quote.hex', hexText(quote)] as const])))).toEqual([]);
    const other = hexText(vector('intel/cases/google_v5_sample/quote.bin'));
    expect(failed(judge(new Map([...files, ['quote.hex', other] as const])))).toEqual(['intel.beside.quote']);
  });

  it.each([
    'tcbInfo.json',
    'tcbchain.pem',
    'qeIdentity.json',
    'qechain.pem',
    'collateral.json',
    'pckchain.pem',
    'root.pem',
    ...['rootcrl', 'pckcrl'].flatMap((name) =>
      ['hex', 'der', 'crl', 'pem'].map((ending) => `${name}.${ending}`),
    ),
    'quote.bin',
    'quote.dat',
    'quote.hex',
    'quote',
    'ccel.bin',
    'ccel',
  ])('judges a lone %s over the collateral, whatever lies there', (name) => {
    for (const collateral of [folder(BASELINE), folder('intel/cases/phala_tdx_quote')]) {
      const judgement = judge(new Map([[name, Uint8Array.of(0, 0, 0, 0, 3)]]), { collateral });
      expect(judgement).toMatchObject({ authentic: false });
    }
  });

  it('judges nothing of the collateral in the name of a file that is no part', () => {
    const judgement = judge(new Map([['notes.txt', Uint8Array.of(1)]]), { collateral: folder(BASELINE) });
    expect(judgement).toMatchObject({ format: null, authentic: null });
  });

  it('has a status that is null for what is not authentic', () => {
    const broken = judge(new Map([['quote.bin', Uint8Array.of(9)]]));
    const beside = judge(new Map([...folder(BASELINE), ['root.pem', Uint8Array.of(1)] as const]));
    const nonce = judge(folder(BASELINE), { nonce: Uint8Array.of(1) });
    for (const judgement of [broken, beside, nonce]) {
      expect(judgement).toMatchObject({ authentic: false, tcbStatus: null, verdict: null });
    }
  });

  it('takes CRLs as DER, hexadecimal and PEM', () => {
    const files = folder(BASELINE);
    const crl = Buffer.from(Buffer.from(files.get('pckcrl.hex') ?? []).toString(), 'hex');
    files.delete('pckcrl.hex');
    expect(failed(judge(files))).toEqual(['intel.crl.pck.present']);
    for (const [name, bytes] of [
      ['pckcrl.der', crl],
      ['pckcrl.crl', crl],
      ['pckcrl.pem', Buffer.from(formatPem('X509 CRL', crl))],
    ] as const) {
      expect(judge(new Map([...files, [name, bytes]])), name).toMatchObject({ authentic: true });
    }
    const damaged = new Map([...files, ['pckcrl.pem', Buffer.from('-----BEGIN X509 CRL-----\n')] as const]);
    expect(failed(judge(damaged))).toEqual(['intel.crl.pck.well-formed']);
  });

  it('trusts no root because it lies beside the quote', () => {
    const roots = ['intel.tcb-info.root', 'intel.qe-identity.root', 'intel.pck.root'];
    expect(failed(judge(folder(BASELINE), { pins: [] }))).toEqual(roots);
    const named = new Map([['root.pem', vector(`${BASELINE}/root.pem`)]]);
    expect(judge(folder(BASELINE), { pins: [], roots: named })).toMatchObject({ authentic: true });
  });

  it('refuses a root or a chain beside the quote that is not its own', () => {
    const other = vector('intel/cases/google_v5_sample/pckchain.pem');
    const withChain = new Map([...folder(BASELINE), ['pckchain.pem', other] as const]);
    expect(failed(judge(withChain))).toEqual(['intel.beside.pck-chain']);
    const withRoot = new Map([...folder(BASELINE), ['root.pem', other] as const]);
    expect(failed(judge(withRoot))).toEqual(['intel.beside.root']);
    const unreadable = new Map([...folder(BASELINE), ['root.pem', Uint8Array.of(1)] as const]);
    expect(failed(judge(unreadable))).toEqual(['intel.beside.root']);
  });

  it('compares a nonce with the report data', () => {
    const quote = vector(`${BASELINE}/quote.bin`);
    const reportData = quote.subarray(48 + 520, 48 + 584);
    expect(judge(folder(BASELINE)).notPerformed.map(({ id }) => id)).toEqual(['intel.quote.report-data']);
    expect(failed(judge(folder(BASELINE), { nonce: reportData }))).toEqual([]);
    const zeros = reportData.findLastIndex((octet) => octet !== 0) + 1;
    expect(failed(judge(folder(BASELINE), { nonce: reportData.subarray(0, zeros) }))).toEqual([]);
    for (const nonce of [
      reportData.subarray(0, zeros - 1),
      reportData.with(0, (reportData[0] ?? 0) ^ 1),
      Buffer.concat([reportData, Uint8Array.of(0)]),
      new Uint8Array(0),
    ]) {
      expect(failed(judge(folder(BASELINE), { nonce }))).toEqual(['intel.quote.report-data']);
    }
  });

  it('says what the guest measures', () => {
    expect(judge(folder(BASELINE)).tee?.kind).toBe('tdx');
    expect(
      judge(folder('intel/cases/automata_quotev3'), { at: new Date('2025-08-20T00:00:00Z') }).tee?.kind,
    ).toBe('sgx');
  });
});

describeWithVectors("a TD's event log", () => {
  const one = 'intel/cases/google_cos113_8000B';
  const instant = { at: new Date('2025-10-20T00:00:00Z') };
  const log = vector('eventlog/ccel-cos-113-intel-tdx.bin');
  const withLog = (name: string, bytes: Uint8Array): EvidenceFolder =>
    new Map([...folder(one), [name, bytes] as const]);

  it.each(['ccel.bin', 'ccel', 'eventlog'])('beside its quote as %s replays to its registers', (name) => {
    const judgement = judge(withLog(name, log), instant);
    expect(judgement).toMatchObject({ authentic: true });
    const asked = judgement.checks.map(({ id }) => id).filter((id) => id.startsWith('intel.ccel'));
    expect(asked).toEqual([0, 1, 2, 3].map((number) => `intel.ccel.rtmr-${number}`));
  });

  it('that differs in a digest is refused', () => {
    const at = Buffer.from(log).indexOf('4c0058bed422cb', 'hex');
    const digest = Buffer.from(log).indexOf(Buffer.from('0c0058bed422cb', 'hex')) + 2;
    expect([at, digest]).toEqual([-1, expect.any(Number)]);
    const altered = Uint8Array.from(log);
    altered[digest] = (altered[digest] ?? 0) ^ 1;
    expect(failed(judge(withLog('ccel.bin', altered), instant))).toEqual(['intel.ccel.rtmr-0']);
  });

  it('that is none is refused, and a TPM’s is passed over', () => {
    expect(failed(judge(withLog('ccel.bin', log.subarray(0, 500)), instant))).toEqual(['intel.ccel']);
    const foreign = judge(withLog('eventlog', vector('eventlog/ubuntu-2404-amd-sevsnp.bin')), instant);
    expect(foreign).toMatchObject({ authentic: true });
    expect(foreign.notPerformed.map(({ id }) => id)).toContain('intel.ccel');
  });

  it('is held against no quote that is not verified', () => {
    const judgement = judge(withLog('ccel.bin', log), { at: new Date('2035-01-01T00:00:00Z') });
    expect(judgement.notPerformed.map(({ id }) => id)).toContain('intel.ccel');
  });
});

describe('recognition', () => {
  it('leaves other files alone', () => {
    for (const [name, bytes] of [
      ['report.bin', new Uint8Array(1184).fill(2)],
      ['quote.msg', Uint8Array.of(0xff, 0x54)],
      ['eventlog', Uint8Array.of(0, 0, 0, 0, 3, 0, 0, 0)],
      ['text', Buffer.from('0300')],
    ] as const) {
      expect(recogniseFormat(new Map([[name, bytes]]))?.id ?? null, name).not.toBe('intel-quote');
    }
  });

  it('takes a file called quote.bin, whatever it holds', () => {
    expect(judge(new Map([['quote.bin', Uint8Array.of(9)]]))).toMatchObject({
      format: 'intel-quote',
      authentic: false,
      error: { code: 'truncated' },
    });
  });
});
