import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { recogniseFormat } from '../../../src/evidence/formats.ts';
import { parseDeviceJson } from '../../../src/evidence/nvidia/index.ts';
import { writePem } from '../../../src/pki/index.ts';
import { fuzzRuns } from '../../vectors.ts';

const certificate = Buffer.from(writePem(Uint8Array.of(0x30, 0), 'CERTIFICATE')).toString('base64');
const device = { arch: 'HOPPER', nonce: '0xAB', evidence: 'AQI=', certificate, version: '1.0' };
const parse = (value: unknown) => parseDeviceJson(Buffer.from(JSON.stringify(value)));

function code(value: unknown): string | null {
  try {
    parse(value);
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('the JSON of collectors', () => {
  it('is an array of devices, or an object around one', () => {
    const expected = {
      arch: 'HOPPER',
      nonce: 'ab',
      report: Uint8Array.of(1, 2),
      certificates: [Uint8Array.of(0x30, 0)],
    };
    expect(parse([device, device])).toEqual([expected, expected]);
    expect(parse({ evidences: [device], result_code: 0 })).toEqual([expected]);
    expect(parse([{ evidence: 'AQI=', certificate }])).toEqual([{ ...expected, arch: null, nonce: null }]);
  });

  it.each([
    ['no list', { device }, 'bad_value'],
    ['no device', [], 'bad_value'],
    ['too many devices', Array.from({ length: 257 }, () => device), 'bad_value'],
    ['a device that is none', ['HOPPER'], 'bad_value'],
    ['an architecture that is no text', [{ ...device, arch: 1 }], 'bad_value'],
    ['no report', [{ ...device, evidence: undefined }], 'not_canonical'],
    ['a report that is no base64', [{ ...device, evidence: 'A' }], 'not_canonical'],
    ['a report in base64 that is not canonical', [{ ...device, evidence: 'AQJ=' }], 'not_canonical'],
    ['a report longer than any', [{ ...device, evidence: 'A'.repeat(80_000) }], 'too_long'],
    ['no chain', [{ ...device, certificate: '' }], 'not_canonical'],
    ['a chain that is no PEM', [{ ...device, certificate: 'AQI=' }], 'bad_value'],
  ])('is refused with %s', (_, value, expected) => expect(code(value)).toBe(expected));

  it.each([
    ['as nvattest prints it', { evidences: null, result_code: 501, result_message: 'NVML init failed' }],
    ['though there are devices', { evidences: [device], result_code: 1, result_message: 'Internal error' }],
    ['without a message', { evidences: null, result_code: -1 }],
    ['with a code that is a text', { evidences: [device], result_code: '0' }],
  ])('is refused where the collector failed, %s, with its own word for it', (_, value) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({ code: 'bad_value', path: 'result_code' }) as Error,
    );
    if ('result_message' in value) expect(() => parse(value)).toThrow(value.result_message);
  });

  it('is recognised where it holds nothing but the collector’s failure', () => {
    const failed = { evidences: null, result_code: 501, result_message: 'NVML init failed' };
    const bytes = Buffer.from(JSON.stringify(failed, null, 4));
    expect(recogniseFormat(new Map([['evidence.json', bytes]]))?.id).toBe('nvidia-gpu');
    expect(recogniseFormat(new Map([['gpus.json', bytes]]))?.id).toBe('nvidia-gpu');
  });

  it('throws FormatError alone, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        code(one);
        code([{ ...device, evidence: one, certificate: other }]);
        code({ evidences: [one, other] });
      }),
      { numRuns: Math.min(fuzzRuns, 2000) },
    );
  });
});
