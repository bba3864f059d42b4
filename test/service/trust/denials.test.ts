import { describe, expect, it } from 'vitest';
import type { TdxReferenceSet } from '../../../src/appraisal/reference/tdx.ts';
import { declaresBad } from '../../../src/service/trust/denials.ts';

const set: TdxReferenceSet = {
  kind: 'tdx',
  name: 'guest',
  version: '1',
  publisher: 'Cloud',
  mrTd: ['aa'.repeat(48)],
  sealed: false,
};
const vtpm: NonNullable<TdxReferenceSet['vtpm']> = { bank: 'sha256', pcrs: { '11': ['aa'.repeat(32)] } };

describe('a set', () => {
  it('that allows values alone declares none bad', () => {
    expect(declaresBad(set)).toBe(false);
    expect(declaresBad({ ...set, denied: {}, vtpm })).toBe(false);
  });

  it('declares values of the TEE bad, or of a virtual TPM', () => {
    expect(declaresBad({ ...set, denied: { mrTd: ['bb'.repeat(48)] } })).toBe(true);
    const denied = { '11': ['bb'.repeat(32)] };
    expect(declaresBad({ ...set, vtpm: { ...vtpm, denied } })).toBe(true);
  });
});
