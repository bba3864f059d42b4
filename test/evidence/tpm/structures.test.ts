import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { attestCursor, parseTpmsAttestQuote, readAttestHeader } from '../../../src/evidence/tpm/attest.ts';
import { attestationKeyFromPublic } from '../../../src/evidence/tpm/attestation-key.ts';
import {
  importPublicKey,
  parsePcrMap,
  parseTpm2bPublic,
  parseTpmtPublic,
  qualifiedName,
  selectionText,
  TPM_RH_ENDORSEMENT,
  toPcrMap,
} from '../../../src/evidence/tpm/index.ts';
import { parsePcrFile } from '../../../src/evidence/tpm/pcr-file.ts';
import { handedPcrs } from '../../../src/evidence/tpm/pcrs.ts';
import { parseTpmtSignature } from '../../../src/evidence/tpm/signature.ts';
import { describeWithVectors, fuzzRuns, vector } from '../../vectors.ts';
import { attestation, eccPublicArea, join, rsaPublicArea, signature, sized, u8, u16, u32 } from './build.ts';
import { codeOf } from './code-of.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const STRUCTURES: readonly [string, (bytes: Uint8Array) => unknown, Uint8Array][] = [
  [
    'TPMS_ATTEST',
    parseTpmsAttestQuote,
    attestation({
      selection: [
        ['sha1', [0]],
        ['sha256', [0, 23]],
      ],
    }),
  ],
  ['TPMT_SIGNATURE of RSASSA', parseTpmtSignature, signature('rsassa', 'sha256', rsa.privateKey, u8(0))],
  ['TPMT_SIGNATURE of ECDSA', parseTpmtSignature, signature('ecdsa', 'sha256', ec.privateKey, u8(0))],
  ['TPM2B_PUBLIC of an RSA AK', parseTpm2bPublic, sized(rsaPublicArea(rsa.publicKey, { kind: 'ak' }))],
  ['TPM2B_PUBLIC of an ECC EK', parseTpm2bPublic, sized(eccPublicArea(ec.publicKey, { kind: 'ek' }))],
  [
    'TPMT_PUBLIC',
    parseTpmtPublic,
    eccPublicArea(ec.publicKey, { kind: 'ak', authPolicy: new Uint8Array(32) }),
  ],
];

describe.each(STRUCTURES)('%s', (_, parse, bytes) => {
  it('is read whole', () => {
    expect(codeOf(() => parse(bytes))).toBe('none');
  });

  it('is refused when cut anywhere', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(
        codeOf(() => parse(bytes.subarray(0, length))),
        `${length} bytes`,
      ).not.toBe('none');
    }
  });

  it('is refused with a byte more', () => {
    expect(codeOf(() => parse(join(bytes, u8(0))))).toBe('trailing_data');
  });

  it('says only FormatError to random bytes and mutations', () => {
    const noise = fc.uint8Array({ maxLength: 600 });
    const mutation = fc
      .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([index, mask]) => bytes.with(index, (bytes[index] ?? 0) ^ mask));
    fc.assert(
      fc.property(fc.oneof(noise, mutation), (input) => {
        try {
          parse(input);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describe('a quote', () => {
  const at = (offset: number, ...octets: number[]): Uint8Array => {
    const bytes = Uint8Array.from(attestation({}));
    bytes.set(octets, offset);
    return bytes;
  };
  // magic 4, type 2, qualifiedSigner 36, extraData 2: clockInfo begins at 44, the selection at 69.
  it.each([
    ['another magic', at(0, 0), 'bad_value'],
    ['another type', at(4, 0x80, 0x17), 'unsupported'],
    ['a name longer than any', at(6, 0, 67), 'too_long'],
    ['a clock neither safe nor unsafe', at(60, 2), 'bad_value'],
    ['seventeen banks', at(69, 0, 0, 0, 17), 'bad_value'],
    ['four thousand million banks', at(69, 0xff, 0xff, 0xff, 0xff), 'bad_value'],
    ['a bank of SM3', at(73, 0, 0x12), 'unsupported'],
    ['a selection of five bytes', at(75, 5), 'bad_value'],
    ['a digest longer than any', at(79, 0, 65), 'too_long'],
  ])('is refused with %s', (_, bytes, code) => {
    expect(codeOf(() => parseTpmsAttestQuote(bytes))).toBe(code);
  });

  it('is refused when a bank stands twice', () => {
    const twice = attestation({
      selection: [
        ['sha256', [0]],
        ['sha256', [1]],
      ],
    });
    expect(codeOf(() => parseTpmsAttestQuote(twice))).toBe('bad_value');
  });

  it('tells magic and type of what it is not', () => {
    expect(readAttestHeader(attestCursor(attestation({ magic: 1, type: 2 })))).toEqual({ magic: 1, type: 2 });
    expect(codeOf(() => readAttestHeader(attestCursor(new Uint8Array(5))))).toBe('truncated');
  });
});

describe('a signature', () => {
  it.each([
    ['a scheme that is not read (ECDAA)', join(u16(0x1a), u16(0x0b), sized(u8(1)), sized(u8(1)))],
    ['the null signature', u16(0x10)],
    ['an HMAC', join(u16(0x05), u16(0x0b), new Uint8Array(32))],
    ['a hash that is not read (SM3)', join(u16(0x18), u16(0x12), sized(u8(1)), sized(u8(1)))],
  ])('is refused with %s', (_, bytes) => {
    expect(codeOf(() => parseTpmtSignature(bytes))).toBe('unsupported');
  });

  it('is refused with a value longer than any key', () => {
    expect(codeOf(() => parseTpmtSignature(join(u16(0x14), u16(0x0b), u16(513))))).toBe('too_long');
    expect(codeOf(() => parseTpmtSignature(join(u16(0x18), u16(0x0b), u16(67))))).toBe('too_long');
  });
});

describe('a public area', () => {
  const rsaArea = rsaPublicArea(rsa.publicKey, { kind: 'ak' });
  const eccArea = eccPublicArea(ec.publicKey, { kind: 'ak' });
  const with16 = (bytes: Uint8Array, offset: number, value: number): Uint8Array =>
    bytes.with(offset, value >> 8).with(offset + 1, value & 0xff);
  // type 2, nameAlg 2, attributes 4, authPolicy 2, symmetric 2, scheme 4; RSA: keyBits at 16, exponent at 18, modulus at 22.
  it.each([
    ['a keyed hash', with16(rsaArea, 0, 0x08), 'unsupported'],
    ['a name hash that is not read', with16(rsaArea, 2, 0x12), 'unsupported'],
    ['reserved attribute 0', rsaArea.with(7, 0x73), 'reserved_not_zero'],
    ['reserved attribute 31', rsaArea.with(4, 0x80), 'reserved_not_zero'],
    [
      'a policy that is no digest',
      join(rsaArea.subarray(0, 8), sized(u8(1)), rsaArea.subarray(10)),
      'bad_value',
    ],
    ['a cipher that is not read', with16(rsaArea, 10, 0x26), 'unsupported'],
    ['an RSA key with an ECC scheme', with16(rsaArea, 12, 0x18), 'unsupported'],
    ['an ECC key with an RSA scheme', with16(eccArea, 12, 0x14), 'unsupported'],
    ['keyBits of 2047', with16(rsaArea, 16, 2047), 'unsupported'],
    ['keyBits of 3072 and a modulus of 2048', with16(rsaArea, 16, 3072), 'bad_value'],
    ['exponent 1', rsaArea.with(21, 1), 'bad_value'],
    ['exponent 3', rsaArea.with(21, 3), 'bad_value'],
    ['exponent 65538', rsaArea.with(19, 1).with(21, 2), 'bad_value'],
    ['a modulus without its top bit', rsaArea.with(24, 0x7f), 'bad_value'],
    ['a curve that is not read', with16(eccArea, 16, 0x10), 'unsupported'],
    ['a key derivation', with16(eccArea, 18, 0x20), 'unsupported'],
    ['an empty coordinate', join(eccArea.subarray(0, 20), u16(0), eccArea.subarray(54)), 'bad_value'],
  ])('is refused with %s', (_, bytes, code) => {
    expect(codeOf(() => parseTpmtPublic(bytes))).toBe(code);
  });

  it('is refused when AES is in another mode or size', () => {
    const ek = rsaPublicArea(rsa.publicKey, { kind: 'ek' });
    expect(codeOf(() => parseTpmtPublic(with16(ek, 12, 160)))).toBe('bad_value');
    expect(codeOf(() => parseTpmtPublic(with16(ek, 14, 0x44)))).toBe('unsupported');
  });

  it('is no key when its point is off the curve', () => {
    const off = eccArea.with(eccArea.length - 1, (eccArea.at(-1) ?? 0) ^ 1);
    expect(codeOf(() => attestationKeyFromPublic(sized(off)))).toBe('tpm_key_unusable');
  });

  it('is imported once however often it comes, and stays what it was', () => {
    const bytes = sized(eccArea);
    const key = attestationKeyFromPublic(bytes);
    expect(attestationKeyFromPublic(Uint8Array.from(bytes))).toBe(key);
    const name = Uint8Array.from(key.publicArea?.name ?? []);
    bytes.fill(0);
    expect(key.publicArea?.name).toEqual(name);
    expect(key.key.equals(ec.publicKey)).toBe(true);
  });

  it('keeps no more keys than its bound', () => {
    const first = attestationKeyFromPublic(sized(eccArea));
    for (let index = 0; index < 4096; index++) {
      const policy = join(u32(index), new Uint8Array(28));
      attestationKeyFromPublic(sized(eccPublicArea(ec.publicKey, { kind: 'ak', authPolicy: policy })));
    }
    expect(attestationKeyFromPublic(sized(eccArea))).not.toBe(first);
  });
});

describe('PCR values from the wire', () => {
  const zero = '00'.repeat(32);
  it.each([
    ['an unknown bank', { md5: { 0: '00'.repeat(16) } }, 'unsupported'],
    ['PCR 32', { sha256: { 32: zero } }, 'bad_value'],
    ['PCR 00', { sha256: { '00': zero } }, 'bad_value'],
    ['PCR -1', { sha256: { '-1': zero } }, 'bad_value'],
    ['a short value', { sha256: { 0: '00'.repeat(31) } }, 'bad_value'],
    ['a value that is no hexadecimal', { sha256: { 0: 'zz'.repeat(32) } }, 'bad_value'],
  ])('are refused with %s', (_, map, code) => {
    expect(codeOf(() => parsePcrMap(map))).toBe(code);
  });

  it('come back as they were', () => {
    const map = { sha1: { 0: '11'.repeat(20) }, sha256: { 0: zero, 7: 'ab'.repeat(32), 23: zero } };
    const values = parsePcrMap(map);
    expect(toPcrMap(values.banks)).toEqual(map);
    expect(selectionText(values.selection)).toBe('sha1:0+sha256:0,7,23');
  });
});

describeWithVectors('genuine structures of a TPM', () => {
  it('have the names that the TPM gave them', () => {
    for (const key of ['ak_rsa', 'ak_ecc']) {
      const area = parseTpm2bPublic(vector(`tpm/enrolment/${key}.pub`));
      expect(area.name).toEqual(vector(`tpm/enrolment/${key}.name`));
    }
  });

  it('have the qualified signer that their place in the hierarchy gives them', () => {
    const keys = ['ek.pub', 'ak_rsa.pub'].map((file) => parseTpm2bPublic(vector(`tpm/enrolment/${file}`)));
    const quote = parseTpmsAttestQuote(vector('tpm/cases/swtpm-rsa/quote.msg'));
    expect(qualifiedName(TPM_RH_ENDORSEMENT, keys)).toEqual(quote.qualifiedSigner);
  });

  it('are keys that can be imported', () => {
    for (const file of ['ek.pub', 'ekecc.pub', 'ak_rsa.pub', 'ak_ecc.pub']) {
      const key = importPublicKey(parseTpm2bPublic(vector(`tpm/enrolment/${file}`)));
      expect(key.type).toBe('public');
    }
  });
});

describeWithVectors("tpm2-tools' PCR file", () => {
  const file = vector('tpm/cases/swtpm-rsa-serialized/quote.pcrs');
  const signed = parseTpmsAttestQuote(vector('tpm/cases/swtpm-rsa-serialized/quote.msg')).pcrSelect;

  it('holds what the raw form holds', () => {
    const raw = handedPcrs(vector('tpm/cases/swtpm-rsa/quote.pcrs'), signed);
    const fromFile = handedPcrs(file, signed);
    expect(selectionText(fromFile.selection)).toBe('sha256:0,1,2,3,4,5,6,7,10,14');
    expect(fromFile.inSignedOrder).toEqual(raw.inSignedOrder);
  });

  it('is refused when cut or lengthened anywhere', () => {
    for (let length = 0; length < file.length; length++) {
      expect(
        codeOf(() => parsePcrFile(file.subarray(0, length))),
        `${length} bytes`,
      ).toBe('truncated');
    }
    expect(codeOf(() => parsePcrFile(join(file, u8(0))))).toBe('trailing_data');
  });

  it.each([
    ['seventeen banks', file.with(0, 17), 'bad_value'],
    ['a bank that is not read', file.with(4, 0x12), 'unsupported'],
    ['a selection of five bytes', file.with(6, 5), 'bad_value'],
    ['a fourth byte of a selection of three', file.with(10, 1), 'reserved_not_zero'],
    ['an unused selection in use', file.with(12, 1), 'reserved_not_zero'],
    ['too many lists', file.with(133, 1), 'bad_value'],
    ['nine digests in a list', file.with(136, 9), 'bad_value'],
    ['a digest of another length', file.with(140, 31), 'bad_value'],
    ['a digest longer than its place', file.with(140, 65), 'bad_value'],
    ['a PCR more than digests', file.with(9, 0xff), 'bad_value'],
    ['an unused digest in use', file.with(file.length - 1, 1), 'reserved_not_zero'],
  ])('is refused with %s', (_, bytes, code) => {
    expect(codeOf(() => parsePcrFile(bytes))).toBe(code);
  });

  it('says only FormatError to random bytes and mutations', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), (index, octet, length) => {
        for (const bytes of [file.with(index, octet), file.subarray(0, length)]) {
          try {
            handedPcrs(bytes, signed);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});
