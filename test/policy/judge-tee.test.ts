import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPins } from '../../src/cli/verify/pins.ts';
import { readEvidence } from '../../src/cli/verify/read-evidence.ts';
import { type Judgement, judgeOffline } from '../../src/policy/judge.ts';
import { type OfflinePolicy, offlinePolicy } from '../../src/policy/offline-policy.ts';
import { describeWithVectors } from '../vectors.ts';

type Case = {
  readonly arguments: readonly [string, ...string[]];
  readonly authentic: boolean;
  readonly format?: string;
  readonly name?: string;
  /** Present for Intel's cases alone: null where no status can be stated. */
  readonly tcbStatus?: string | null;
};

const policy = (members: object): OfflinePolicy => offlinePolicy.parse({ name: 'ours', ...members });
const authenticity = policy({ base: 'authenticity' });
const gate = policy({ base: 'gate' });
const failed = ({ checks }: Judgement): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

describeWithVectors('judgeOffline on genuine TEE evidence', (folder) => {
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { cases: intel, mutations }: { cases: Case[]; mutations: Case[] } = read('intel/expected.json');
  const { cases }: { cases: Case[] } = read('expected.json');
  const pins = readPins();

  const judge = ({ arguments: [path, ...flags] }: Case, by: OfflinePolicy): Judgement => {
    const option = (flag: string): string | undefined =>
      flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined;
    const collateral = option('--collateral');
    return judgeOffline(readEvidence(join(folder, path)), {
      at: new Date(option('--at') ?? '2026-06-01T00:00:00Z'),
      policy: by,
      pins,
      ...(collateral === undefined ? {} : { collateral: readEvidence(join(folder, collateral)) }),
    });
  };
  const titled = (list: readonly Case[]) => list.map((entry) => [entry.arguments.join(' '), entry] as const);

  it.each(titled([...intel, ...mutations]))('gives the verdict of %s', (_, entry) => {
    const judgement = judge(entry, authenticity);
    expect(judgement).toMatchObject({ authentic: entry.authentic, accepted: entry.authentic });
    if (entry.tcbStatus === undefined) return;
    expect(judgement.tcbStatus).toBe(entry.tcbStatus);
    expect(judgement.verdict === null).toBe(entry.tcbStatus === null);
  });

  const snp = cases.filter(({ format }) => format === 'snp');
  it.each(titled(snp))('gives the verdict of %s', (_, entry) => {
    const { authentic, format } = entry;
    const judgement = judge(entry, authenticity);
    expect(judgement).toMatchObject({ format, authentic, accepted: authentic });
    expect(judgement).not.toHaveProperty('tcbStatus');
  });

  describe('under the gate', () => {
    it.each<[string, string[]]>([
      ['phala_tdx_quote', []],
      ['google_v5_sample', []],
      ['google_cos113_8000B', []],
      ['automata_quotev4', ['intel.policy.tcb-status']],
      ['automata_quotev3', ['intel.policy.tcb-status']],
      ['phala_sgx_quote', ['intel.policy.tcb-status']],
      ['alibaba_quote_5', ['intel.policy.tcb-status', 'tdx.policy.service-td']],
      ['trustee_tdx_quote_4_DEBUG', ['tdx.policy.debug']],
      ['trustee_occlum_DEBUG', ['intel.policy.tcb-status', 'sgx.policy.debug']],
    ])('%s fails just %j', (wanted, expected) => {
      const entry = intel.find(({ name }) => name === wanted);
      if (entry === undefined) throw new Error(`no such case: ${wanted}`);
      const judgement = judge(entry, gate);
      expect(failed(judgement)).toEqual(expected);
      expect(judgement).toMatchObject({ authentic: true, accepted: false });
    });

    it.each<[string, string[]]>([
      ['snp/genoa-vcek-v3', []],
      ['snp/turin-vcek-v5', []],
      ['snp/milan-vcek-v3', ['snp.policy.product']],
      ['snp/milan-vcek-v2', ['snp.policy.product', 'snp.policy.committed-tcb', 'snp.policy.alias-check']],
      ['snp/milan-vlek-v3', ['snp.policy.product', 'snp.policy.committed-tcb', 'snp.policy.vmpl']],
    ])('%s fails just %j', (path, expected) => {
      const entry = cases.find(({ arguments: [first], authentic }) => first === path && authentic);
      if (entry === undefined) throw new Error(`no such case: ${path}`);
      const judgement = judge(entry, gate);
      expect(failed(judgement)).toEqual(expected);
      expect(judgement).toMatchObject({ authentic: true, accepted: false });
    });
  });

  it('accepts what a policy accepts by name, and keeps the weakness in sight', () => {
    const milan = cases.find(({ arguments: [path] }) => path === 'snp/milan-vcek-v3');
    if (milan === undefined) throw new Error('no Milan');
    const lenient = policy({
      base: 'gate',
      snp: { products: ['Milan'] },
      acceptNotPerformed: ['snp.revocation', 'snp.report-data'],
    });
    expect(judge(milan, lenient)).toMatchObject({
      accepted: true,
      weaknesses: [{ code: 'snp.product.weak' }],
    });
    const late = intel.find(({ name }) => name === 'automata_quotev4');
    if (late === undefined) throw new Error('no platform that is out of date');
    const days = (outOfDateGraceDays: number) =>
      policy({ base: 'gate', tdx: { outOfDateGraceDays }, acceptNotPerformed: ['intel.quote.report-data'] });
    // Its level was superseded on 13 March 2024, 586 days to the instant before the case is judged.
    expect(judge(late, days(586))).toMatchObject({
      accepted: true,
      weaknesses: [{ code: 'intel.tcb.weak' }],
    });
    expect(failed(judge(late, days(585)))).toEqual(['intel.policy.tcb-status']);
  });
});
