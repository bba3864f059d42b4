import { describe, expect, it } from 'vitest';
import { appraiseSgx, type SgxRules, sgxPolicyOf } from '../../../../src/appraisal/intel/sgx-policy.ts';
import { appraiseTdx, type TdxRules, tdxPolicyOf } from '../../../../src/appraisal/intel/tdx-policy.ts';
import { teeStateOf } from '../../../../src/appraisal/tee-state.ts';
import type { EnclaveReport, TdReport } from '../../../../src/evidence/intel/evidence.ts';
import { verifyIntelQuote } from '../../../../src/evidence/intel/index.ts';
import { FORGED_AT } from '../../../../src/forge/intel/platform.ts';
import { ANCHORS, REPORT_DATA, sgx, tdx } from './verifier.ts';

/** Point 16 of Intel's rules: what is genuine and yet not good enough, from the quote's bytes to the policy's word. */

type Rules = { readonly policy?: TdxRules; readonly mrServiceTd?: readonly string[] };

/** Ids of the demands that fail; the quote itself verifies. */
function demandsOn(
  measured: Partial<TdReport>,
  { policy = {}, mrServiceTd }: Rules = {},
  platform = tdx,
): string[] {
  const quote = platform.quote(REPORT_DATA, measured);
  const { verified } = verifyIntelQuote({
    ...{ quote, collateral: platform.collateral(), anchors: ANCHORS, at: FORGED_AT },
  });
  const state = verified && teeStateOf(verified);
  if (state?.kind !== 'tdx') throw new Error('not verified');
  const { findings } = appraiseTdx(state, { policy: tdxPolicyOf(policy), mrServiceTd }, FORGED_AT);
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

function demandsOnEnclave(measured: Partial<EnclaveReport>, rules: SgxRules = {}, platform = sgx): string[] {
  const quote = platform.quote(REPORT_DATA, measured);
  const { verified } = verifyIntelQuote({
    ...{ quote, collateral: platform.collateral(), anchors: ANCHORS, at: FORGED_AT },
  });
  const state = verified && teeStateOf(verified);
  if (state?.kind !== 'sgx') throw new Error('not verified');
  const { findings } = appraiseSgx(state, sgxPolicyOf(rules), FORGED_AT);
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

/** SEPT_VE_DISABLE and nothing else. */
const GOOD = 1n << 28n;
const bits = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('16: a TD', () => {
  it('in order meets every demand', () => {
    expect(demandsOn({})).toEqual([]);
    expect(demandsOn({ tdAttributes: GOOD, mrServiceTd: new Uint8Array(48) })).toEqual([]);
  });

  it('that can be debugged', () => {
    expect(demandsOn({ tdAttributes: GOOD | 1n })).toEqual(['tdx.policy.debug']);
  });

  it.each(bits(1, 7))('under scrutiny, bit %i', (bit) => {
    expect(demandsOn({ tdAttributes: GOOD | (1n << BigInt(bit)) })).toEqual(['tdx.policy.tud']);
  });

  it('whose host may inject #VE', () => {
    expect(demandsOn({ tdAttributes: 0n })).toEqual(['tdx.policy.sept-ve-disable']);
    expect(demandsOn({ tdAttributes: 0n }, { policy: { waived: ['sept-ve-disable'] } })).toEqual([]);
  });

  it('that may migrate', () => {
    expect(demandsOn({ tdAttributes: GOOD | (1n << 29n) })).toEqual(['tdx.policy.migratable']);
  });

  it.each([...bits(8, 26), ...bits(32, 62)])('with reserved attribute %i', (bit) => {
    expect(demandsOn({ tdAttributes: GOOD | (1n << BigInt(bit)) })).toEqual(['tdx.policy.reserved']);
  });

  it.each(bits(0, 63))('with bit %i of XFAM otherwise', (bit) => {
    const free = [2, 5, 6, 7, 8, 9, 11, 12, 14, 15, 17, 18].includes(bit);
    const xfam = 0x3n ^ (1n << BigInt(bit));
    expect(demandsOn({ xfam })).toEqual(free ? [] : ['tdx.policy.xfam']);
  });

  it('with a service TD that nobody listed', () => {
    const mrServiceTd = new Uint8Array(48).fill(7);
    expect(demandsOn({ mrServiceTd })).toEqual(['tdx.policy.service-td']);
  });
});

const STATUSES = [
  ['SWHardeningNeeded', {}],
  ['ConfigurationNeeded', {}],
  ['ConfigurationAndSWHardeningNeeded', {}],
  ['OutOfDate', {}],
  ['OutOfDateConfigurationNeeded', {}],
] as const;

describe('16: a platform', () => {
  it.each(STATUSES)('that is %s, unless the policy accepts just that', (status) => {
    const platform = tdx.with({ statuses: { platform: status } });
    expect(demandsOn({}, {}, platform)).toEqual(['intel.policy.tcb-status']);
    expect(demandsOn({}, { policy: { acceptedTcbStatuses: [status] } }, platform)).toEqual([]);
    const enclaves = sgx.with({ statuses: { platform: status } });
    expect(demandsOnEnclave({}, {}, enclaves)).toEqual(['intel.policy.tcb-status']);
    expect(demandsOnEnclave({}, { acceptedTcbStatuses: [status] }, enclaves)).toEqual([]);
  });

  it('that is revoked, whatever the policy accepts', () => {
    const all = STATUSES.map(([status]) => status);
    for (const statuses of [{ platform: 'Revoked' }, { module: 'Revoked' }, { qe: 'Revoked' }]) {
      const policy = { acceptedTcbStatuses: all, outOfDateGraceDays: 730 };
      expect(demandsOn({}, { policy }, tdx.with({ statuses }))).toEqual(['intel.policy.tcb-status']);
    }
  });

  it('whose guest should be launched anew', () => {
    const measured = {
      teeTcbSvn: Uint8Array.of(5, 1, 3, ...new Uint8Array(13)),
      teeTcbSvn2: Uint8Array.of(6, 1, 3, ...new Uint8Array(13)),
    };
    expect(demandsOn(measured)).toEqual(['intel.policy.tcb-status']);
    expect(demandsOn(measured, { policy: { acceptedTcbStatuses: ['TDRelaunchAdvised'] } })).toEqual([]);
  });

  it('that is open to an advisory which somebody denies', () => {
    const older = { teeTcbSvn: Uint8Array.of(4, 1, 3, ...new Uint8Array(13)) };
    const policy = { acceptedTcbStatuses: ['OutOfDate' as const] };
    expect(demandsOn(older, { policy })).toEqual([]);
    expect(demandsOn(older, { policy: { ...policy, deniedAdvisories: ['INTEL-SA-01036'] } })).toEqual([
      'intel.policy.advisories',
    ]);
    expect(demandsOn(older, { policy: { ...policy, deniedAdvisories: ['INTEL-SA-01037'] } })).toEqual([]);
  });

  it('judged by an old evaluation, or by two', () => {
    const two = tdx.with({ qeIdentity: { tcbEvaluationDataNumber: 17 } });
    expect(demandsOn({}, {}, two)).toEqual(['intel.policy.evaluation-number']);
    expect(demandsOn({}, { policy: { minimumEvaluationNumber: 19 } })).toEqual([
      'intel.policy.evaluation-number',
    ]);
    expect(demandsOn({}, { policy: { minimumEvaluationNumber: 18 } })).toEqual([]);
  });

  it('that nobody registered', () => {
    const platform = tdx.with({ pck: { ppid: '11'.repeat(16), platformInstanceId: '22'.repeat(16) } });
    const only = (...platforms: string[]): Rules => ({ policy: { platforms } });
    expect(demandsOn({}, only('33'.repeat(16)), platform)).toEqual(['intel.policy.platform']);
    expect(demandsOn({}, only('33'.repeat(16), '11'.repeat(16)), platform)).toEqual([]);
    expect(demandsOn({}, only('22'.repeat(16)), platform)).toEqual([]);
  });

  it('without a name is no registered one', () => {
    const zero = '00'.repeat(16);
    const platform = tdx.with({ pck: { ppid: zero, platformInstanceId: zero } });
    expect(demandsOn({}, { policy: { platforms: [zero] } }, platform)).toEqual(['intel.policy.platform']);
  });
});

describe('16: an enclave', () => {
  const attributes = (flags: number): Uint8Array =>
    Uint8Array.of(flags, 0, 0, 0, 0, 0, 0, 0, 0xe7, 0, 0, 0, 0, 0, 0, 0);

  it('in order meets every demand', () => {
    expect(demandsOnEnclave({})).toEqual([]);
  });

  it('that can be debugged', () => {
    expect(demandsOnEnclave({ attributes: attributes(7) })).toEqual(['sgx.policy.debug']);
  });

  it('that never began', () => {
    expect(demandsOnEnclave({ attributes: attributes(4) })).toEqual(['sgx.policy.init']);
  });

  it('of an old ISVSVN', () => {
    expect(demandsOnEnclave({ isvSvn: 2 }, { minimumIsvSvn: 3 })).toEqual(['sgx.policy.isv-svn']);
    expect(demandsOnEnclave({ isvSvn: 3 }, { minimumIsvSvn: 3 })).toEqual([]);
  });
});
