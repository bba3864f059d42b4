import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEk, splitCertificates } from '../../../src/agent/tpm/endorsement.ts';
import { fuzzRuns } from '../../vectors.ts';

const certificate = (length: number): Uint8Array => {
  const der = new Uint8Array(4 + length).fill(0x41);
  der.set([0x30, 0x82, length >> 8, length & 0xff]);
  return der;
};

describe('choosing an endorsement key', () => {
  it.each([
    [[0x01c00016, 0x01c00002], {}, 'rsa2048'],
    [[0x01c00016], {}, 'ecc384'],
    [[0x01c0000a, 0x01c00002], { algorithm: 'ecc256' }, 'ecc256'],
    [[], { certificate: new Uint8Array() }, 'rsa2048'],
    [[], { source: async () => new Uint8Array() }, 'rsa2048'],
    [[0x01c00016], { source: async () => new Uint8Array() }, 'ecc384'],
    [[0x01c00016], { source: async () => new Uint8Array(), algorithm: 'ecc256' }, 'ecc256'],
    [[], { certificate: new Uint8Array(), algorithm: 'ecc384' }, 'ecc384'],
  ] as const)('with %j defined and %j wished takes %s', (indices, options, expected) => {
    expect(chooseEk(indices, options)).toBe(expected);
  });

  it.each([{}, { algorithm: 'ecc256' }] as const)('names the indices that were sought: %j', (options) => {
    expect(() => chooseEk([0x01c08000], options)).toThrowError(
      expect.objectContaining({
        code: 'nv_index_absent',
        expected: expect.stringContaining('0x01c0000a'),
        actual: '0x01c08000',
      }),
    );
  });
});

describe("a manufacturer's chain in NV", () => {
  it('is taken apart, whatever pads its end', () => {
    const [one, two] = [certificate(300), certificate(1000)];
    expect(splitCertificates(Buffer.concat([one, two]))).toEqual([one, two]);
    expect(splitCertificates(Buffer.concat([one, two, new Uint8Array(200).fill(0xff)]))).toEqual([one, two]);
    expect(splitCertificates(Buffer.concat([one, two.subarray(0, 999)]))).toEqual([one]);
    expect(splitCertificates(new Uint8Array())).toEqual([]);
  });

  it('never yields bytes that were not there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const found = Buffer.concat(splitCertificates(bytes));
        expect(found).toEqual(Buffer.from(bytes.subarray(0, found.length)));
      }),
      { numRuns: fuzzRuns },
    );
  });
});
