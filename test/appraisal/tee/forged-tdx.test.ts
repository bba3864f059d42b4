import { describe, expect, it } from 'vitest';
import { matchReferenceSets } from '../../../src/appraisal/match.ts';
import { referenceSet, referenceSetDigest } from '../../../src/appraisal/reference-set.ts';
import { type TdxState, teeState, teeStateOf } from '../../../src/appraisal/tee-state.ts';
import { violationsOf } from '../../../src/appraisal/violations.ts';
import { toHex } from '../../../src/bytes/text.ts';
import type { TdReport } from '../../../src/evidence/intel/evidence.ts';
import { verifyIntelQuote } from '../../../src/evidence/intel/index.ts';
import { FORGED_AT, forgeTdxPlatform, type PlatformOptions } from '../../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';

/** A verified quote's state, from the bytes on. */
function stateOf(options: Partial<PlatformOptions>, measured: Partial<TdReport> = {}): TdxState {
  const platform = forgeTdxPlatform({ seed: 'appraisal', ...options });
  const { findings, verified } = verifyIntelQuote({
    quote: platform.quote(new Uint8Array(64), measured),
    collateral: platform.collateral(),
    anchors: [anchorFromCertificate(parseCertificate(platform.root))],
    at: FORGED_AT,
  });
  const failed = findings.checks.filter(({ status }) => status === 'fail');
  if (verified === null) throw new Error(`not verified: ${failed.map(({ id }) => id).join(', ')}`);
  const state = teeStateOf(verified);
  if (state.kind !== 'tdx') throw new Error('not TDX');
  return state;
}

const good = stateOf({});
const setFor = (policy: object = {}) => {
  const set = referenceSet.parse({
    kind: 'tdx',
    name: 'guest',
    version: '1',
    publisher: 'acme',
    sealed: false,
    mrTd: [good.measured['mrTd']],
    policy,
  });
  return { set, digest: referenceSetDigest(set) };
};
const match = (tee: TdxState, policy: object = {}) => {
  const context = { facilityId: null, at: FORGED_AT };
  const [only] = matchReferenceSets({ tpm: null, tee, vtpm: null }, [setFor(policy)], context);
  if (only === undefined) throw new Error('one set, one match');
  return only;
};
const fields = (tee: TdxState, policy: object = {}): string[] =>
  match(tee, policy).differences.map(({ field }) => field);

describe('a quote, from its bytes to its match', () => {
  it('matches the set of what it measures, and keeps through a store', () => {
    expect(fields(good)).toEqual([]);
    expect(teeState.parse(JSON.parse(JSON.stringify(good)))).toEqual(good);
    expect(good.platformIds).toHaveLength(2);
  });

  it.each(['platform', 'module', 'qe'] as const)(
    'differs by the status of its %s, and is no violation unless revoked',
    (part) => {
      const late = stateOf({ statuses: { [part]: 'OutOfDate' } });
      expect(fields(late)).toEqual(['tdx.tcbStatus']);
      expect(fields(late, { acceptedTcbStatuses: ['UpToDate', 'OutOfDate'] })).toEqual([]);
      expect(violationsOf([match(late)], late, 'guest-1')).toEqual([]);
    },
  );

  it('is a violation where any part is revoked, though genuine', () => {
    for (const part of ['platform', 'module', 'qe'] as const) {
      const revoked = stateOf({ statuses: { [part]: 'Revoked' } });
      const policy = { acceptedTcbStatuses: ['UpToDate', 'OutOfDate'], outOfDateGraceDays: 730 };
      expect(fields(revoked, policy)).toEqual(['tdx.tcbStatus']);
      expect(violationsOf([], revoked, 'guest-1')).toMatchObject([{ code: 'tcb.revoked' }]);
    }
  });

  it('differs in the attributes and features that it was launched with', () => {
    expect(fields(stateOf({}, { tdAttributes: 0x1000_0001n }))).toEqual(['tdx.tdAttributes']);
    expect(fields(stateOf({}, { xfam: 0x2n }))).toEqual(['tdx.xfam']);
  });

  it('shows a service TD of TD 1.5, which no set lists', () => {
    const mrServiceTd = new Uint8Array(48).fill(0x38);
    const bound = stateOf({}, { mrServiceTd });
    expect(bound.measured['mrServiceTd']).toBe(toHex(mrServiceTd));
    expect(fields(bound)).toEqual(['tdx.mrServiceTd']);
    expect(stateOf({}, { mrServiceTd: new Uint8Array(48) }).measured['mrServiceTd']).toBe('00'.repeat(48));
  });
});
