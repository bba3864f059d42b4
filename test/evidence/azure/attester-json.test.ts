import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SextantError } from '../../../src/bytes/errors.ts';
import { parseAttesterEvidence } from '../../../src/evidence/azure/attester-json.ts';
import { azureEvidenceType, readAzureFolder } from '../../../src/evidence/azure/folder.ts';
import { parseTpmtSignature } from '../../../src/evidence/tpm/index.ts';
import { fuzzRuns } from '../../vectors.ts';

const text = JSON.stringify({
  version: 1,
  tpm_quote: { message: 'ff', signature: '00'.repeat(256), pcrs: Array(24).fill('11'.repeat(32)) },
  hcl_report: 'SENMQQIAAAA',
  td_quote: 'BAAC',
});
const utf8 = (json: string): Uint8Array => new TextEncoder().encode(json);

describe('parseAttesterEvidence', () => {
  it('puts the signature back into its structure and the PCRs under their numbers', () => {
    const { signature, pcrs, tdQuote, vcek } = parseAttesterEvidence(utf8(text));
    expect(parseTpmtSignature(signature)).toMatchObject({ scheme: 'rsassa', hash: { name: 'sha256' } });
    expect([...(pcrs.banks.get('sha256')?.keys() ?? [])]).toEqual([...Array(24).keys()]);
    expect(tdQuote).toEqual(Uint8Array.of(4, 0, 2));
    expect(vcek).toBeNull();
  });

  it('takes the padding of base64 where it is whole', () => {
    const quoteOf = (padded: string): Uint8Array | null =>
      parseAttesterEvidence(utf8(text.replace('"BAAC"', `"${padded}"`))).tdQuote;
    expect(['BAA=', 'BA==', 'BAA', 'BA'].map(quoteOf)).toEqual([
      Uint8Array.of(4, 0),
      Uint8Array.of(4),
      Uint8Array.of(4, 0),
      Uint8Array.of(4),
    ]);
    for (const wrong of ['BAA==', 'BA=', 'BAAC=', 'BAAC==', 'B===', '=']) {
      expect(() => quoteOf(wrong), wrong).toThrow(SextantError);
    }
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < text.length; length++) {
      expect(() => parseAttesterEvidence(utf8(text.slice(0, length))), `${length}`).toThrow(SextantError);
    }
  });

  it('reads or refuses anything at all', () => {
    const near = fc
      .tuple(fc.nat(text.length), fc.nat(4), fc.string({ maxLength: 4 }))
      .map(([at, length, put]) => utf8(text.slice(0, at) + put + text.slice(at + length)));
    const foreign = fc.record({ hcl_report: fc.json(), tpm_quote: fc.jsonValue(), td_quote: fc.jsonValue() });
    const any = fc.oneof(
      near,
      fc.uint8Array(),
      fc.json().map(utf8),
      foreign.map((json) => utf8(JSON.stringify(json))),
    );
    fc.assert(
      fc.property(any, (bytes) => {
        const files = new Map([['e.json', bytes]]);
        azureEvidenceType(files);
        try {
          readAzureFolder(files);
        } catch (error) {
          if (!(error instanceof SextantError)) throw error;
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});
