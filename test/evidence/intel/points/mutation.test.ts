import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/bytes/errors.ts';
import type { IntelCollateral } from '../../../../src/evidence/intel/collateral.ts';
import { ENCLAVE_REPORT } from '../../../../src/forge/intel/enclave-report.ts';
import type { Field } from '../../../../src/forge/intel/layout.ts';
import { TD_REPORT } from '../../../../src/forge/intel/td-report.ts';
import { flipped, judge, REPORT_DATA, sgx, tdx } from './verifier.ts';

/** Point 2 of Intel's rules and the rest of them at once: no byte that anybody vouched for can be another. */

const HEADER: readonly Field[] = [
  { name: 'version', offset: 0, size: 2 },
  { name: 'attKeyType', offset: 2, size: 2 },
  { name: 'teeType', offset: 4, size: 4 },
  { name: 'reserved', offset: 8, size: 4 },
  { name: 'qeVendorId', offset: 12, size: 16 },
  { name: 'userData', offset: 28, size: 20 },
];
const DESCRIPTOR: readonly Field[] = [
  { name: 'bodyType', offset: 48, size: 2 },
  { name: 'bodySize', offset: 50, size: 4 },
];
const TD10 = TD_REPORT.slice(0, -2);

function at(base: number, fields: readonly Field[], prefix = ''): readonly Field[] {
  return fields.map(({ name, offset, size }) => ({ name: prefix + name, offset: base + offset, size }));
}

/** What follows the body. The quoting enclave's reserved bytes are signed as well. */
function signatureData(bodyEnd: number, version: number, size: number): readonly Field[] {
  const qe = bodyEnd + 4 + 128 + (version > 3 ? 6 : 0);
  const wrapped = version > 3 ? [{ name: 'outer type and size', offset: bodyEnd + 132, size: 6 }] : [];
  return [
    { name: 'signature data length', offset: bodyEnd, size: 4 },
    { name: 'signature', offset: bodyEnd + 4, size: 64 },
    { name: 'attestation key', offset: bodyEnd + 68, size: 64 },
    ...wrapped,
    ...at(qe, ENCLAVE_REPORT, 'qe '),
    { name: 'qe reserved', offset: qe + 20, size: 28 },
    { name: 'qe signature', offset: qe + 384, size: 64 },
    { name: 'authentication data and its length', offset: qe + 448, size: 34 },
    { name: 'inner type and size', offset: qe + 482, size: 6 },
    // But for the final NUL, which nobody signed.
    { name: 'chain', offset: qe + 488, size: size - (qe + 488) - 1 },
  ];
}

const TD15_QUOTE = tdx.quote(REPORT_DATA, { mrServiceTd: new Uint8Array(48) });
const QUOTES = [
  ['SGX v3', sgx, sgx.quote(REPORT_DATA), [...HEADER, ...at(48, ENCLAVE_REPORT)], 48 + 384, 3],
  ['TDX v4', tdx, tdx.quote(REPORT_DATA), [...HEADER, ...at(48, TD10)], 48 + 584, 4],
  ['TDX v5', tdx, TD15_QUOTE, [...HEADER, ...DESCRIPTOR, ...at(54, TD_REPORT)], 54 + 648, 5],
] as const;

/** Whether the verifier refuses it, one way or the other. */
function refuses(quote: Uint8Array, collateral: IntelCollateral): boolean {
  try {
    const { verified, failed } = judge(quote, collateral);
    return verified === null && failed.length > 0;
  } catch (error) {
    if (error instanceof FormatError) return true;
    throw error;
  }
}

/** First, last and some between. */
function offsets(size: number, step: number): readonly number[] {
  const between = Array.from({ length: Math.ceil(size / step) }, (_, index) => index * step);
  return [...between, size - 1];
}

describe.each(QUOTES)('%s', (_, platform, quote, signed, bodyEnd, version) => {
  const collateral = platform.collateral();
  const fields = [...signed, ...signatureData(bodyEnd, version, quote.length)];

  it('is accepted as it stands', () => {
    expect(refuses(quote, collateral)).toBe(false);
  });

  it('is covered by these fields to its last byte', () => {
    const covered = new Set(
      fields.flatMap(({ offset, size }) => Array.from({ length: size }, (_, index) => offset + index)),
    );
    const missing = Array.from(quote.keys()).filter((index) => !covered.has(index));
    // Reserved bytes of enclave reports, and the chain's NUL.
    const reserved = missing.filter((index) => index !== quote.length - 1);
    for (const index of reserved) expect(quote[index]).toBe(0);
    expect(missing.at(-1)).toBe(quote.length - 1);
  });

  it.each(fields)('$name', ({ offset, size }) => {
    for (const index of offsets(size, size > 600 ? 11 : 5)) {
      const changed = flipped(quote, offset + index, index % 8);
      expect(refuses(changed, collateral), `${offset + index}`).toBe(true);
    }
  });
});

describe('collateral', () => {
  const whole = tdx.collateral();
  const quote = tdx.quote(REPORT_DATA);

  it.each(['tcbInfo', 'tcbInfoChain', 'qeIdentity', 'qeIdentityChain', 'rootCrl', 'pckCrl'] as const)(
    '%s',
    (name) => {
      const bytes = whole[name] ?? new Uint8Array(0);
      expect(bytes.length).toBeGreaterThan(200);
      for (const index of offsets(bytes.length, 5)) {
        // The lowest bit: others would change the case of a hexadecimal digit, which says the same.
        const changed = { ...whole, [name]: flipped(bytes, index) };
        expect(refuses(quote, changed), `${index}`).toBe(true);
      }
    },
  );

  it.each(['tcbInfo', 'qeIdentity', 'rootCrl', 'pckCrl'] as const)('%s, cut or lengthened', (name) => {
    const bytes = whole[name] ?? new Uint8Array(0);
    for (let length = 0; length < bytes.length; length += 17) {
      expect(refuses(quote, { ...whole, [name]: bytes.subarray(0, length) }), `${length}`).toBe(true);
    }
    expect(refuses(quote, { ...whole, [name]: Buffer.concat([bytes, Uint8Array.of(0x30)]) })).toBe(true);
  });

  it('of another platform', () => {
    const other = tdx.with({ tcbInfo: { fmspc: '00806F050000' } }).collateral();
    expect(refuses(quote, { ...whole, tcbInfo: other.tcbInfo })).toBe(true);
    expect(refuses(quote, { ...whole, tcbInfo: sgx.collateral().tcbInfo })).toBe(true);
    expect(refuses(quote, { ...whole, qeIdentity: sgx.collateral().qeIdentity })).toBe(true);
    expect(refuses(quote, { ...whole, qeIdentity: whole.tcbInfo })).toBe(true);
    expect(refuses(quote, { ...whole, tcbInfo: whole.qeIdentity })).toBe(true);
  });
});
