import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetChains } from '../../../../src/evidence/intel/chain.ts';
import type { IntelCollateral } from '../../../../src/evidence/intel/collateral.ts';
import { forgetCollateral, forgetEndorsements } from '../../../../src/evidence/intel/endorsement.ts';
import { type IntelQuoteInput, verifyIntelQuote } from '../../../../src/evidence/intel/index.ts';
import { forgetStatuses } from '../../../../src/evidence/intel/revocation.ts';
import { forgetDocuments } from '../../../../src/evidence/intel/signed-collateral.ts';
import { forgeTdxPlatform } from '../../../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate } from '../../../../src/pki/index.ts';
import { fuzzRuns } from '../../../vectors.ts';
import { ANCHORS, days, REPORT_DATA, sgx, tdx } from './verifier.ts';

function forget(): void {
  forgetEndorsements();
  forgetCollateral();
  forgetChains();
  forgetStatuses();
  forgetDocuments();
}

/** All that an answer says. */
function answer(input: IntelQuoteInput): unknown {
  const { findings, verdict, verified } = verifyIntelQuote(input);
  return { checks: findings.checks, notPerformed: findings.notPerformed, verdict, verified };
}

const stranger = forgeTdxPlatform({ seed: 'stranger' });
const strangers = [anchorFromCertificate(parseCertificate(stranger.root))];
const worlds = [
  tdx,
  tdx.with({ revoked: ['pck'] }),
  tdx.with({ revoked: ['pckCa', 'tcbSigning'] }),
  tdx.with({ at: days(20) }),
  sgx,
  stranger,
].map((platform) => ({ quote: platform.quote(REPORT_DATA), collateral: platform.collateral() }));

const world = fc.constantFrom(...worlds);
const parts: readonly (keyof IntelCollateral)[] = [
  'tcbInfo',
  'tcbInfoChain',
  'qeIdentity',
  'rootCrl',
  'pckCrl',
];

/** Mostly what belongs together, with a part of another world now and then. */
const input: fc.Arbitrary<IntelQuoteInput> = fc
  .record({
    own: world,
    other: world,
    part: fc.option(fc.constantFrom(...parts), { freq: 2 }),
    anchors: fc.constantFrom(ANCHORS, ANCHORS, strangers, [...ANCHORS, ...strangers], []),
    at: fc.constantFrom(days(0), days(0), days(5), days(-2), days(25), days(40)),
  })
  .map(({ own, other, part, anchors, at }) => {
    const collateral = part === null ? own.collateral : { ...own.collateral, [part]: other.collateral[part] };
    return { quote: own.quote, collateral, anchors, at };
  });

describe('what is remembered', () => {
  beforeEach(forget);

  it('changes no answer, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 2, maxLength: 12 }), (inputs) => {
        const alone = inputs.map((each) => {
          forget();
          return answer(each);
        });
        forget();
        expect(inputs.map(answer)).toEqual(alone);
      }),
      { numRuns: Math.min(fuzzRuns, 60) },
    );
  });

  it('is not what an array held before somebody wrote to it', () => {
    const { quote, collateral } = worlds[0] ?? expect.unreachable();
    const own = { ...collateral, pckCrl: Uint8Array.from(collateral.pckCrl ?? []) };
    const asked = { quote, collateral: own, anchors: ANCHORS, at: days(0) };
    expect(verifyIntelQuote(asked).verified).not.toBeNull();
    own.pckCrl[own.pckCrl.length - 1] = (own.pckCrl.at(-1) ?? 0) ^ 1;
    expect(verifyIntelQuote(asked).verified).toBeNull();
  });
});
