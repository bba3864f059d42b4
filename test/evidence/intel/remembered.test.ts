import { describe, expect, it } from 'vitest';
import { sha256OfShared } from '../../../src/evidence/intel/digest.ts';
import { type IntelQuoteInput, parseQuote, verifyIntelQuote } from '../../../src/evidence/intel/index.ts';
import { Recent } from '../../../src/evidence/intel/recent.ts';
import { FORGED_AT, forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';

const DAY_MS = 86_400_000;
const platform = forgeTdxPlatform({ seed: 'remembered' });
const anchors = [anchorFromCertificate(parseCertificate(platform.root))];

/** Its own copies each time, so that a test may write to them. */
function input(changes: Partial<IntelQuoteInput> = {}): IntelQuoteInput {
  const { tcbInfo, ...rest } = platform.collateral();
  const collateral = { ...rest, tcbInfo: Uint8Array.from(tcbInfo ?? []) };
  return { quote: platform.quote(new Uint8Array(64)), collateral, anchors, at: FORGED_AT, ...changes };
}

function failed(given: IntelQuoteInput): string[] {
  const { findings, verified } = verifyIntelQuote(given);
  const ids = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  expect(verified === null).toBe(ids.length > 0);
  return ids;
}

/** The offset of a part of a quote, which occurs once. */
function offsetOf(quote: Uint8Array, part: Uint8Array): number {
  return Buffer.from(quote).indexOf(part);
}

describe('what was verified before', () => {
  it('says every check again, and the same verdict', () => {
    const given = input();
    const first = verifyIntelQuote(given);
    const again = verifyIntelQuote(given);
    expect(again.findings).toEqual(first.findings);
    expect(again.verdict).toEqual(first.verdict);
    expect(again.verified?.validUntil).toEqual(first.verified?.validUntil);
  });

  it('counts for nobody who does not trust its root', () => {
    const given = input();
    expect(failed(given)).toEqual([]);
    const roots = ['intel.tcb-info.root', 'intel.qe-identity.root', 'intel.pck.root'];
    expect(failed({ ...given, anchors: [] })).toEqual(roots);
    const other = anchorFromCertificate(parseCertificate(forgeTdxPlatform({ seed: 'another' }).root));
    expect(failed({ ...given, anchors: [other] })).toEqual(roots);
    expect(failed({ ...given, anchors: [other, ...anchors] })).toEqual([]);
  });

  it('counts for no bytes that were written to since', () => {
    const given = input();
    const { tcbInfo } = given.collateral;
    if (tcbInfo === null) return expect.unreachable();
    expect(failed(given)).toEqual([]);
    const evaluation = Buffer.from(tcbInfo).indexOf('"tcbEvaluationDataNumber":18') + 26;
    const before = tcbInfo[evaluation] ?? 0;
    tcbInfo[evaluation] = before + 1;
    expect(failed(given)).toEqual(['intel.tcb-info.signature']);
    tcbInfo[evaluation] = before;
    expect(failed(given)).toEqual([]);
  });

  it('counts at no other time, and names no instant but its own', () => {
    const given = input();
    expect(failed(given)).toEqual([]);
    const late = new Date(FORGED_AT.getTime() + 40 * DAY_MS);
    expect(failed({ ...given, at: late })).toContain('intel.tcb-info.dates');
    expect(failed({ ...given, at: new Date(Number.NaN) })).not.toEqual([]);
    const tomorrow = new Date(FORGED_AT.getTime() + DAY_MS);
    const { findings } = verifyIntelQuote({ ...given, at: tomorrow });
    expect(JSON.stringify(findings)).not.toContain(FORGED_AT.toISOString());
  });

  it('counts for no other signature, key, report or authentication data', () => {
    const given = input();
    expect(failed(given)).toEqual([]);
    const { signature, attestationKey, qe } = parseQuote(given.quote);
    const with1 = (part: Uint8Array): IntelQuoteInput => {
      const quote = Uint8Array.from(given.quote);
      const offset = offsetOf(quote, part) + part.length - 1;
      quote[offset] = (quote[offset] ?? 0) ^ 1;
      return { ...given, quote };
    };
    expect(failed(with1(signature))).toEqual(['intel.quote.signature']);
    expect(failed(with1(qe.signature))).toEqual(['intel.qe.signature']);
    expect(failed(with1(qe.authData))).toEqual(['intel.qe.report-data']);
    expect(failed(with1(attestationKey))).toContain('intel.qe.report-data');
    expect(failed(with1(qe.reportBytes))).toEqual(['intel.qe.signature', 'intel.qe.report-data']);
    expect(failed(given)).toEqual([]);
  });

  it('counts for no quote of which something is missing', () => {
    const given = input();
    expect(failed(given)).toEqual([]);
    for (const [part, check] of [
      ['tcbInfo', 'intel.tcb-info.well-formed'],
      ['tcbInfoChain', 'intel.tcb-info.chain'],
      ['qeIdentity', 'intel.qe-identity.well-formed'],
      ['qeIdentityChain', 'intel.qe-identity.chain'],
      ['rootCrl', 'intel.crl.root.present'],
      ['pckCrl', 'intel.crl.pck.present'],
    ] as const) {
      expect(failed({ ...given, collateral: { ...given.collateral, [part]: null } })).toEqual([check]);
    }
  });
});

describe('a digest of a shared array', () => {
  it('is that of what the array holds now', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const first = sha256OfShared(bytes);
    expect(sha256OfShared(bytes)).toBe(first);
    bytes[0] = 9;
    expect(sha256OfShared(bytes)).not.toBe(first);
    bytes[0] = 1;
    expect(sha256OfShared(bytes)).toBe(first);
    expect(sha256OfShared(Uint8Array.of(1, 2, 3))).toBe(first);
  });
});

describe('a map of recent entries', () => {
  it('lets go of what was not used for longest', () => {
    const recent = new Recent<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    expect(recent.get('a')).toBe(1);
    recent.set('c', 3);
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3]);
    recent.set('c', 4);
    expect([recent.get('a'), recent.get('c')]).toEqual([1, 4]);
    recent.clear();
    expect(recent.get('a')).toBe(undefined);
  });
});
