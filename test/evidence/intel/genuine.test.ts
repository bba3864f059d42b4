import { expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { type IntelQuoteResult, verifyIntelQuote } from '../../../src/evidence/intel/index.ts';
import { describeWithVectors } from '../../vectors.ts';
import { argumentsOf, type Case, collateralIn, expectedCases, fileIn, genuineAnchors } from './folder.ts';

/** What is found, or the code of the error where the bytes are no quote. */
function judge(one: Case): Pick<IntelQuoteResult, 'verdict' | 'verified'> | string {
  const { folders, at } = argumentsOf(one);
  const quote = fileIn(folders, 'quote.bin');
  try {
    return verifyIntelQuote({ quote, collateral: collateralIn(folders), anchors: genuineAnchors(), at });
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describeWithVectors('a genuine quote', () => {
  const { cases, mutations } = expectedCases();

  it.each(cases.map((one) => [one.name, one] as const))('%s has the verdict of Intel', (_, one) => {
    const result = judge(one);
    if (typeof result === 'string') return expect.unreachable(result);
    expect(result.verified !== null).toBe(one.authentic);
    expect(result.verdict?.status ?? null).toBe(one.tcbStatus);
  });

  it.each(mutations.map((one) => [one.name, one] as const))('mutated as %s is judged so', (_, one) => {
    const result = judge(one);
    expect(typeof result !== 'string' && result.verified !== null).toBe(one.authentic);
  });
});
