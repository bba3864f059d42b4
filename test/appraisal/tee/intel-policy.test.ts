import { describe, expect, it } from 'vitest';
import { appraiseSgx, type SgxRules, sgxPolicyOf } from '../../../src/appraisal/intel/sgx-policy.ts';
import {
  appraiseTdx,
  type TdxExpectation,
  type TdxRules,
  tdxPolicyOf,
  tdxRules,
} from '../../../src/appraisal/intel/tdx-policy.ts';
import type { PolicyOutcome } from '../../../src/appraisal/policy-findings.ts';
import type { SgxState, TdxState } from '../../../src/appraisal/tee-state.ts';
import { type IntelVerdict, TCB_STATUSES } from '../../../src/evidence/intel/verdict.ts';
import { AT, LATE, tdxState, value } from './states.ts';

const failed = ({ findings }: PolicyOutcome): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const weak = ({ weaknesses }: PolicyOutcome): string[] => weaknesses.map(({ code }) => code);
const judge = (
  state: TdxState,
  rules: TdxRules = {},
  more: Omit<TdxExpectation, 'policy'> = {},
  at = AT,
): PolicyOutcome => appraiseTdx(state, { policy: tdxPolicyOf(tdxRules.parse(rules)), ...more }, at);

const attributes = (bits: readonly number[]): string =>
  bits
    .reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
    .toString(16)
    .padStart(16, '0');

describe('the policy for TDX', () => {
  it('accepts by default a guest in order on a platform that is up to date', () => {
    const outcome = judge(tdxState());
    expect(failed(outcome)).toEqual([]);
    expect(outcome).toMatchObject({ weaknesses: [], acceptedUntil: null });
  });

  it.each<[string, string, Partial<TdxState>, Partial<IntelVerdict>]>([
    ['intel.policy.tcb-status', 'a platform that is out of date', {}, { platform: LATE }],
    ['intel.policy.tcb-status', 'one that needs hardening', {}, { status: 'SWHardeningNeeded' }],
    [
      'intel.policy.evaluation-number',
      'documents of two evaluations',
      {},
      { evaluationNumbers: { tcbInfo: 19, qeIdentity: 18 } },
    ],
    ['tdx.policy.debug', 'a guest in debug mode', { tdAttributes: attributes([0, 28]) }, {}],
    ['tdx.policy.sept-ve-disable', 'a guest open to #VE', { tdAttributes: attributes([]) }, {}],
    ['tdx.policy.migratable', 'a guest that may move', { tdAttributes: attributes([28, 29]) }, {}],
    ['tdx.policy.xfam', 'a guest without SSE', { xfam: '00000000000600e5' }, {}],
    ['tdx.policy.xfam', 'a guest with a feature that TDX allows none', { xfam: '00000000000e00e7' }, {}],
    [
      'tdx.policy.service-td',
      'a guest with a service TD',
      { measured: { ...tdxState().measured, mrServiceTd: value('38', 48) } },
      {},
    ],
  ])('refuses by %s alone %s', (id, _, changed, verdict) => {
    expect(failed(judge(tdxState(changed, verdict)))).toEqual([id]);
  });

  it('judges each attribute bit by what it means', () => {
    const harmless = [27, 28, 30, 31, 63];
    for (let bit = 0; bit < 64; bit++) {
      const bits = bit === 28 ? [28] : [28, bit];
      const expected = harmless.includes(bit)
        ? []
        : [bit === 0 ? 'debug' : bit < 8 ? 'tud' : bit === 29 ? 'migratable' : 'reserved'];
      expect(failed(judge(tdxState({ tdAttributes: attributes(bits) })))).toEqual(
        expected.map((name) => `tdx.policy.${name}`),
      );
    }
  });

  it('lets go by name what may be waived, and says that it is weak', () => {
    const open = tdxState({ tdAttributes: attributes([29]) });
    const outcome = judge(open, { waived: ['sept-ve-disable', 'migratable'] });
    expect(failed(outcome)).toEqual([]);
    expect(weak(outcome)).toEqual(['tdx.sept-ve.weak', 'tdx.migratable.weak']);
    expect(weak(judge(tdxState(), { waived: ['sept-ve-disable', 'migratable'] }))).toEqual([]);
    expect(tdxRules.safeParse({ waived: ['debug'] }).success).toBe(false);
  });

  it('leaves a service TD that a set lists to the set, and does not miss one that TD 1.0 cannot show', () => {
    const mrServiceTd = value('38', 48);
    const bound = tdxState({ measured: { ...tdxState().measured, mrServiceTd } });
    expect(failed(judge(bound, {}, { mrServiceTd: [mrServiceTd] }))).toEqual([]);
    expect(failed(judge(tdxState({ measured: { ...tdxState().measured, mrServiceTd: null } })))).toEqual([]);
  });
});

describe('the policy for the platform of an Intel TEE', () => {
  it('says which component needs what', () => {
    const [check] = judge(tdxState({}, { platform: LATE })).findings.checks;
    expect(check).toMatchObject({
      where: 'tdx.tcbStatus',
      expected: 'UpToDate',
      actual:
        'OutOfDate: platform sgxtcbcomponents[3] needs 7, has 5 (BIOS); platform tdxtcbcomponents[0] needs 5, has 3 (OS/VMM: TDX Module)',
    });
  });

  it('accepts any status but Revoked by name, and says that it is weak', () => {
    for (const status of TCB_STATUSES) {
      const state = tdxState({}, { status });
      if (status === 'UpToDate') continue;
      expect(failed(judge(state))).toEqual(['intel.policy.tcb-status']);
      const parsed = tdxRules.safeParse({ acceptedTcbStatuses: ['UpToDate', status] });
      expect(parsed.success).toBe(status !== 'Revoked');
      if (!parsed.success) continue;
      const outcome = judge(state, parsed.data);
      expect(failed(outcome)).toEqual([]);
      expect(weak(outcome)).toEqual(['intel.tcb.weak']);
    }
  });

  it('refuses a revoked platform even where a program states otherwise', () => {
    const policy = { ...tdxPolicyOf(), acceptedTcbStatuses: TCB_STATUSES, outOfDateGraceDays: 700 };
    const revoked = tdxState({}, { status: 'Revoked' });
    expect(failed(appraiseTdx(revoked, { policy }, AT))).toEqual(['intel.policy.tcb-status']);
  });

  describe('with grace', () => {
    const late = tdxState({}, { platform: LATE });
    const since = Date.parse('2025-05-14T00:00:00Z');
    const day = 86_400_000;

    it('accepts until so many days after the first newer level, and not an instant longer', () => {
      const end = new Date(since + 300 * day);
      const outcome = judge(late, { outOfDateGraceDays: 300 }, {}, end);
      expect(failed(outcome)).toEqual([]);
      expect(weak(outcome)).toEqual(['intel.tcb.weak']);
      expect(outcome.acceptedUntil).toEqual(end);
      expect(failed(judge(late, { outOfDateGraceDays: 300 }, {}, new Date(end.getTime() + 1)))).toEqual([
        'intel.policy.tcb-status',
      ]);
    });

    it('is none by default, not even on the day itself', () => {
      expect(failed(judge(late, {}, {}, new Date(since)))).toEqual(['intel.policy.tcb-status']);
    });

    it('counts from the part that was superseded first', () => {
      const qe = { ...LATE, supersededOn: '2024-11-13T00:00:00Z' };
      const both = tdxState({}, { status: 'OutOfDate', platform: LATE, qe });
      const end = new Date(Date.parse('2024-11-13T00:00:00Z') + 300 * day);
      expect(judge(both, { outOfDateGraceDays: 300 }, {}, end).acceptedUntil).toEqual(end);
      expect(failed(judge(both, { outOfDateGraceDays: 300 }, {}, new Date(since)))).toEqual([]);
      expect(failed(judge(both, { outOfDateGraceDays: 300 }))).toEqual(['intel.policy.tcb-status']);
    });

    it('covers lateness alone', () => {
      const configuration = { ...LATE, status: 'OutOfDateConfigurationNeeded' } as const;
      const state = tdxState({}, { status: configuration.status, platform: configuration });
      expect(failed(judge(state, { outOfDateGraceDays: 700 }))).toEqual(['intel.policy.tcb-status']);
      const rules: TdxRules = {
        outOfDateGraceDays: 700,
        acceptedTcbStatuses: ['UpToDate', 'ConfigurationNeeded'],
      };
      expect(failed(judge(state, rules))).toEqual([]);
      const relaunch = tdxState({}, { status: 'TDRelaunchAdvised' });
      expect(failed(judge(relaunch, { outOfDateGraceDays: 700 }))).toEqual(['intel.policy.tcb-status']);
    });

    it.each([
      ['no newer level is known', null],
      ['its date cannot be read', 'soon'],
    ])('is none where %s', (_, supersededOn) => {
      const state = tdxState({}, { platform: { ...LATE, supersededOn } });
      expect(failed(judge(state, { outOfDateGraceDays: 700 }))).toEqual(['intel.policy.tcb-status']);
    });
  });

  it('refuses a denied advisory of any part, whatever status is accepted', () => {
    const rules: TdxRules = { acceptedTcbStatuses: ['OutOfDate'], deniedAdvisories: ['INTEL-SA-00837'] };
    expect(failed(judge(tdxState({}, { platform: LATE }), rules))).toEqual(['intel.policy.advisories']);
    expect(failed(judge(tdxState({}, { advisories: ['INTEL-SA-00615'] }), rules))).toEqual([
      'intel.policy.tcb-status',
    ]);
  });

  it('asks for the evaluation number that the policy names', () => {
    expect(failed(judge(tdxState(), { minimumEvaluationNumber: 19 }))).toEqual([]);
    expect(failed(judge(tdxState(), { minimumEvaluationNumber: 20 }))).toEqual([
      'intel.policy.evaluation-number',
    ]);
  });

  it('knows a platform by PPID or PIID, and an unnamed one not at all', () => {
    expect(failed(judge(tdxState(), { platforms: [value('e1', 16)] }))).toEqual([]);
    expect(failed(judge(tdxState(), { platforms: [value('e2', 16)] }))).toEqual(['intel.policy.platform']);
    expect(failed(judge(tdxState({ platformIds: [] }), { platforms: [value('e1', 16)] }))).toEqual([
      'intel.policy.platform',
    ]);
  });
});

describe('the policy for SGX', () => {
  const { measured: _, tdAttributes: __, xfam: ___, ...platform } = tdxState({}, { module: null });
  const enclave: SgxState = {
    ...platform,
    kind: 'sgx',
    measured: { mrEnclave: value('a0', 32), mrSigner: value('b0', 32), isvProdId: '1' },
    flags: '0000000000000005',
    isvSvn: 3,
  };
  const judgeSgx = (changed: Partial<SgxState>, rules: SgxRules = {}) =>
    appraiseSgx({ ...enclave, ...changed }, sgxPolicyOf(rules), AT);

  it('accepts by default an enclave in order', () => {
    expect(failed(judgeSgx({}))).toEqual([]);
  });

  it.each<[string, Partial<SgxState>, SgxRules]>([
    ['sgx.policy.debug', { flags: '0000000000000007' }, {}],
    ['sgx.policy.init', { flags: '0000000000000004' }, {}],
    ['sgx.policy.isv-svn', {}, { minimumIsvSvn: 4 }],
    ['intel.policy.tcb-status', { verdict: { ...enclave.verdict, status: 'SWHardeningNeeded' } }, {}],
    ['intel.policy.platform', {}, { platforms: [value('ff', 16)] }],
  ])('refuses by %s alone', (id, changed, rules) => {
    expect(failed(judgeSgx(changed, rules))).toEqual([id]);
  });
});
