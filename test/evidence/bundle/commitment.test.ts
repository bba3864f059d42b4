import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/text.ts';
import type { Item } from '../../../src/evidence/bundle/cmw.ts';
import { commitment, itemDigest } from '../../../src/evidence/bundle/commitment.ts';
import { BINDING_MEDIA_TYPE, TPM_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/labels.ts';

const binding = new TextEncoder().encode('{"v":1}');
const tpm: Item = { label: 'tpm', mediaType: TPM_QUOTE_MEDIA_TYPE, value: Uint8Array.of(1, 2, 3) };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('commitment', () => {
  it('is a hash over the prefix of its purpose and the canonical map of what came before', () => {
    const digest = sha256('sextant/v1/bundle-item\0{"v":1}');
    const map = `{"binding":{"mediaType":"${BINDING_MEDIA_TYPE}","sha256":"${digest}"}}`;
    expect(toHex(commitment('tpm-extra-data', binding, []))).toBe(
      sha256(`sextant/v1/tpm-extra-data\0${map}`),
    );
    expect(itemDigest(binding)).toBe(digest);
  });

  it('has the length that each format has room for', () => {
    expect(commitment('gpu-nonce', binding, [])).toHaveLength(32);
    expect(commitment('tpm-extra-data', binding, [])).toHaveLength(32);
    expect(commitment('tee-report-data', binding, [])).toHaveLength(64);
  });

  it('never serves two purposes', () => {
    const [gpu, quote] = [commitment('gpu-nonce', binding, []), commitment('tpm-extra-data', binding, [])];
    expect(toHex(gpu)).not.toBe(toHex(quote));
  });

  it('covers items of earlier stages alone, whatever their order', () => {
    const alone = toHex(commitment('tpm-extra-data', binding, []));
    expect(toHex(commitment('tpm-extra-data', binding, [tpm]))).toBe(alone);
    const before = toHex(commitment('tee-report-data', binding, []));
    const after = toHex(commitment('tee-report-data', binding, [tpm]));
    expect(after).not.toBe(before);
    const second: Item = { ...tpm, label: 'tpm-1' };
    expect(toHex(commitment('tee-report-data', binding, [tpm, second]))).toBe(
      toHex(commitment('tee-report-data', binding, [second, tpm])),
    );
  });

  it('changes with any change of the binding or of an earlier item', () => {
    const item = fc.record({
      label: fc.stringMatching(/^[a-z]{1,8}$/),
      mediaType: fc.constant(TPM_QUOTE_MEDIA_TYPE),
      value: fc.uint8Array({ minLength: 1, maxLength: 16 }),
    });
    const items = fc.uniqueArray(item, { selector: ({ label }) => label, maxLength: 4 });
    const show = (list: readonly Item[]): string =>
      JSON.stringify(list.map(({ label, value }) => [label, toHex(value)]).sort());
    fc.assert(
      fc.property(items, items, fc.uint8Array(), fc.uint8Array(), (left, right, one, other) => {
        const same = show(left) === show(right) && toHex(one) === toHex(other);
        const [a, b] = [
          commitment('tee-report-data', one, left),
          commitment('tee-report-data', other, right),
        ];
        expect(toHex(a) === toHex(b)).toBe(same);
      }),
    );
  });
});
