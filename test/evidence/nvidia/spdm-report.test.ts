import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes/concat.ts';
import { FormatError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/text.ts';
import { OPAQUE } from '../../../src/evidence/nvidia/opaque.ts';
import { parseSpdmReport } from '../../../src/evidence/nvidia/spdm-report.ts';
import { readClaims } from '../../../src/evidence/nvidia/versions.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { flipped, genuine, LONE } from './genuine.ts';

function code(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

function tlv(id: number, value: Uint8Array): Uint8Array {
  return concatBytes([u16(id), u16(value.length), value]);
}

/** A report of one block with these opaque fields; its signature is nobody's. */
function report(...fields: readonly Uint8Array[]): Uint8Array {
  const opaque = concatBytes(fields);
  return concatBytes([
    fromHex('11e001ff', 'request'),
    new Uint8Array(33),
    fromHex('1160000001370000', 'response'),
    fromHex('01013300013000', 'block'),
    new Uint8Array(48 + 32),
    u16(opaque.length),
    opaque,
    new Uint8Array(96),
  ]);
}

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('the opaque data of a report', () => {
  const claims = (...fields: readonly Uint8Array[]) =>
    readClaims(parseSpdmReport(report(...fields)).opaque, 'gpu');

  it('keeps fields that mean nothing here, and reads none that is not there', () => {
    const { opaque } = parseSpdmReport(report(tlv(200, Uint8Array.of(1, 2)), tlv(201, new Uint8Array())));
    expect([...opaque].map(([id, value]) => [id, toHex(value)])).toEqual([
      [200, '0102'],
      [201, ''],
    ]);
    expect(Object.values(claims()).every((claim) => claim === null)).toBe(true);
  });

  it('refuses a field that stands twice, one that is too long, and too many', () => {
    const one = tlv(3, ascii('550.1'));
    expect(code(() => parseSpdmReport(report(one, one)))).toBe('duplicate');
    expect(code(() => parseSpdmReport(report(tlv(3, new Uint8Array(1025)))))).toBe('bad_value');
    const many = Array.from({ length: 65 }, (_, id) => tlv(100 + id, new Uint8Array()));
    expect(code(() => parseSpdmReport(report(...many.slice(1))))).toBeNull();
    expect(code(() => parseSpdmReport(report(...many)))).toBe('budget_exceeded');
  });

  it('refuses a field that ends outside, and data of a layout that nobody here knows', () => {
    expect(code(() => parseSpdmReport(report(u16(3), u16(9), ascii('550'))))).toBe('truncated');
    expect(code(() => parseSpdmReport(report(tlv(34, u16(1)))))).toBeNull();
    expect(code(() => parseSpdmReport(report(tlv(34, u16(2)))))).toBe('unsupported');
    expect(code(() => parseSpdmReport(report(tlv(34, u16(256)))))).toBe('unsupported');
    expect(code(() => parseSpdmReport(report(tlv(34, new Uint8Array()))))).toBe('bad_value');
  });

  it.each([
    [0, 'spt'],
    [1, 'mpt'],
    [2, 'ppcie'],
  ])('reads feature flag %i as mode %s, whatever the older field says', (flag, mode) => {
    const older = tlv(OPAQUE.protectedPcieStatus, Uint8Array.of(0xaa));
    expect(claims(tlv(OPAQUE.featureFlag, u16(flag)), older).mode).toBe(mode);
  });

  it('reads the mode of reports without a feature flag', () => {
    expect(claims(tlv(OPAQUE.protectedPcieStatus, Uint8Array.of(0xaa))).mode).toBe('ppcie');
    expect(claims(tlv(OPAQUE.protectedPcieStatus, Uint8Array.of(0x55))).mode).toBe('spt');
  });

  it.each([
    ['a feature flag', OPAQUE.featureFlag, u16(3)],
    ['a protected PCIe status', OPAQUE.protectedPcieStatus, Uint8Array.of(0x56)],
    ['an NVDEC0 status', OPAQUE.nvdec0Status, Uint8Array.of(1)],
    ['a VBIOS version of 7 bytes', OPAQUE.vbiosVersion, new Uint8Array(7)],
    [
      'a VBIOS version with something behind it',
      OPAQUE.vbiosVersion,
      Uint8Array.of(0, 94, 0, 150, 1, 0, 0, 1),
    ],
    ['a driver version with a path in it', OPAQUE.driverVersion, ascii('../550')],
    ['an empty driver version', OPAQUE.driverVersion, new Uint8Array(4)],
    ['a driver version with zeros in it', OPAQUE.driverVersion, ascii('550\0.1')],
    ['a driver version of 65 characters', OPAQUE.driverVersion, ascii('5'.repeat(65))],
  ])('refuses %s that NVIDIA does not document', (_, id, value) => {
    expect(code(() => claims(tlv(id, value)))).toBe('bad_value');
  });

  it('refuses a report longer than any', () => {
    expect(code(() => parseSpdmReport(new Uint8Array(16_385)))).toBe('too_long');
  });
});

describeWithVectors('genuine NVIDIA reports', () => {
  it('reads what another reader read', () => {
    const { requestNonce, responderNonce, measurements, opaque, signature } = parseSpdmReport(
      genuine('hopper-580').report,
    );
    const request = JSON.parse(Buffer.from(vector('nvidia/hopper-580/request-parsed.json')).toString());
    const response = JSON.parse(Buffer.from(vector('nvidia/hopper-580/response-parsed.json')).toString());
    expect(`0x${toHex(requestNonce)}`).toBe(request.Nonce);
    expect(`0x${toHex(responderNonce)}`).toBe(response.Nonce);
    expect(`0x${toHex(signature)}`).toBe(response.Signature);
    const blocks: Record<string, { DMTFSpecMeasurementValue: string }> =
      response.MeasurementRecord.MeasurementBlocks;
    expect(measurements.map((value) => `0x${toHex(value)}`)).toEqual(
      Object.values(blocks).map((block) => block.DMTFSpecMeasurementValue),
    );
    const fields: Record<string, unknown> = response.OpaqueData.OpaqueDataField;
    expect(`0x${toHex(opaque.get(OPAQUE.fwid) ?? new Uint8Array())}`).toBe(fields['OPAQUE_FIELD_ID_FWID']);
    expect(readClaims(opaque, 'gpu')).toMatchObject({
      driverVersion: '580.159.03',
      mode: 'spt',
      nvdec0Enabled: false,
    });
  });

  it.each(LONE)('keeps the signed range of %s exactly', (name) => {
    const { report: bytes } = genuine(name);
    const { signed, signature } = parseSpdmReport(bytes);
    expect(toHex(concatBytes([signed, signature]))).toBe(toHex(bytes));
    expect(signature).toHaveLength(96);
  });

  it.each(LONE)('refuses %s cut at every byte, and one byte more', (name) => {
    const { report: bytes } = genuine(name);
    for (let length = 0; length < bytes.length; length++) {
      expect(code(() => parseSpdmReport(bytes.subarray(0, length)))).toBe('truncated');
    }
    expect(code(() => parseSpdmReport(concatBytes([bytes, Uint8Array.of(0)])))).toBe('trailing_data');
  });

  it('reads the one with a stray zero behind it once that is cut', () => {
    const { report: bytes } = genuine('hopper-trailing-byte');
    expect(code(() => parseSpdmReport(bytes))).toBe('trailing_data');
    expect(code(() => parseSpdmReport(bytes.subarray(0, -1)))).toBeNull();
  });

  it.each([
    ['the SPDM version of the request', 0],
    ['the request code', 1],
    ['whether a signature was asked for', 2],
    ['which measurements were asked for', 3],
    ['the SPDM version of the response', 37],
    ['the response code', 38],
    ['the number of blocks', 41],
    ['the length of the record', 42],
    ['the index of the first block', 45],
    ['its measurement specification', 46],
    ['its size', 47],
    ['the size of its value', 50],
    ['the index of the second block', 100],
  ])('refuses another value of %s', (_, offset) => {
    expect(code(() => parseSpdmReport(flipped(genuine('hopper-580').report, offset, 2)))).toBe('bad_value');
  });

  it('refuses a slot that SPDM does not have, and no block at all', () => {
    const { report: bytes } = genuine('hopper-580');
    expect(code(() => parseSpdmReport(flipped(bytes, 36, 8)))).toBe('bad_value');
    expect(code(() => parseSpdmReport(flipped(bytes, 41, 64)))).toBe('bad_value');
  });

  it('throws FormatError alone, whatever the bytes', () => {
    const { report: bytes } = genuine('switch-ls10');
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const copy = Uint8Array.from(bytes);
        for (const [offset, octet] of changes) copy[offset] = octet;
        code(() => readClaims(parseSpdmReport(copy).opaque, 'switch'));
      }),
      { numRuns: fuzzRuns },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        code(() => parseSpdmReport(noise));
        code(() => parseSpdmReport(report(noise)));
      }),
      { numRuns: fuzzRuns },
    );
  });
});
