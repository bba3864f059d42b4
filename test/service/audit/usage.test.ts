import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/bytes/canonical-json.ts';
import { canonicalDigest } from '../../../src/evidence/digest.ts';
import type { UsageWeighed } from '../../../src/protocol/usage.ts';
import { checkUsage } from '../../../src/service/audit/check-usage.ts';
import { Tally } from '../../../src/service/audit/tally.ts';

const HOUR = 3_600_000;
const weighed: UsageWeighed = {
  v: 1,
  atMs: HOUR,
  licenceId: 'lic_1',
  hostId: 'hst_1',
  held: false,
  metering: { sources: ['dcgm'], leastPercent: 0, reportWithinSeconds: 86_400 },
  purpose: 'inference',
  report: {
    ...{ fromMs: 0, untilMs: HOUR, unit: 'operations-e12', amount: 1000 },
    ...{ source: 'dcgm', purpose: 'inference' },
  },
  reportedUntilMs: null,
  payments: [
    {
      ...{ decisionId: 'dec_1', fromMs: 0, untilMs: HOUR, rateE12: 1, peakE12: 1 },
      ...{ account: null, period: '1970-01-01' },
    },
  ],
};
const told = {
  ...{ licenceId: 'lic_1', hostId: 'hst_1', from: '1970-01-01T00:00:00Z', until: '1970-01-01T01:00:00Z' },
  ...{ source: 'dcgm', unit: 'operations-e12', amount: 1000, purpose: 'inference' },
  ...{ leasedE12: 3600, creditedE12: 2600, reportSha256: 'aa', by: 'hst_1' },
};

async function found(act: object, input: object = weighed, kept = input): Promise<Tally> {
  const tally = new Tally();
  const inputSha256 = canonicalDigest('usage-input', canonicalJson(input as never)); // plain JSON, as above
  const body = { ...told, ...act, inputSha256 };
  const records = { weighed: async () => canonicalJson(kept as never) }; // likewise
  const about = { leafIndex: 7, type: 'usage.reported', atMs: HOUR, tenant: 'chips', body };
  await checkUsage(about, { records, deletions: { of: async () => null }, tally });
  return tally;
}

describe('an audit of a report of usage', () => {
  it('judges it again', async () => {
    const { findings, holds } = (await found({})).state();
    expect([findings, holds]).toEqual([[], { 'usage.judged-again': 1 }]);
  });

  it('lets less be given back than it leaves: an authority may have been there before', async () => {
    expect((await found({ creditedE12: 1 })).state().findings).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['gives back more than it leaves', { creditedE12: 2601 }, weighed],
    ['says another amount', { amount: 999 }, weighed],
    ['says another window', { until: '1970-01-01T00:59:59Z' }, weighed],
    ['says that more was paid', { leasedE12: 3601 }, weighed],
    ['is of another host', { hostId: 'hst_2' }, weighed],
    ['is the word of somebody else', { by: 'prn_1' }, weighed],
    [
      'is said to be the host’s own',
      {},
      { ...weighed, metering: { ...weighed.metering, operators: true }, operator: 'prn_1' },
    ],
    ['counts though it should not have', { creditedE12: 0 }, { ...weighed, held: true }],
  ])('finds one that %s', async (_, act, input) => {
    expect((await found(act, input)).state().found).toEqual({ 'usage.diverges': 1 });
  });

  it('finds what it was judged by altered', async () => {
    const kept = { ...weighed, metering: { ...weighed.metering, leastPercent: 1 } };
    expect((await found({}, weighed, kept)).state().found).toEqual({ 'inputs.altered': 1 });
  });
});
