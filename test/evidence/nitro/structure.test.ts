import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CborValue } from '../../../src/bytes/cbor.ts';
import { encodeCbor } from '../../../src/bytes/cbor-encode.ts';
import { concatBytes } from '../../../src/bytes/concat.ts';
import { parseNitroDocument } from '../../../src/evidence/nitro/index.ts';
import { type ForgedNitroOptions, forgeNitroDocument } from '../../../src/forge/nitro/document.ts';
import { codeOf } from '../../bytes/refusal.ts';
import { fuzzRuns } from '../../vectors.ts';
import { AT } from './forged.ts';

const { document, payload, pki } = forgeNitroDocument({ at: AT });
const forge = (options: Partial<ForgedNitroOptions>): Uint8Array =>
  forgeNitroDocument({ at: AT, pki, ...options }).document;
const read = (options: Partial<ForgedNitroOptions>): string =>
  codeOf(() => parseNitroDocument(forge(options)));
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1);
const registers = (...indices: readonly (number | bigint | string)[]): CborValue =>
  new Map(indices.map((index) => [index, bytes(48)]));

describe('the structure of a Nitro attestation document', () => {
  it('is read with its optional fields null, or absent', () => {
    const absent = forge({ fields: { public_key: undefined, user_data: undefined, nonce: undefined } });
    for (const one of [document, absent]) {
      expect(parseNitroDocument(one)).toMatchObject({ publicKey: null, userData: null, nonce: null });
    }
  });

  it('is a copy of the input', () => {
    const input = document.slice();
    const { certificate } = parseNitroDocument(input);
    input.fill(0);
    expect(certificate).toEqual(pki.enclave);
  });

  it.each([
    ['an empty module_id', { module_id: '' }, 'bad_value'],
    ['a module_id of bytes', { module_id: bytes(8) }, 'bad_value'],
    ['a module_id of 257 characters', { module_id: 'i'.repeat(257) }, 'too_long'],
    ['another digest', { digest: 'SHA256' }, 'unsupported'],
    ['a digest that is no text', { digest: 384 }, 'bad_value'],
    ['a timestamp of zero', { timestamp: 0 }, 'bad_value'],
    ['a negative timestamp', { timestamp: -1 }, 'bad_value'],
    ['a timestamp after the year 9999', { timestamp: 253_402_300_800_000 }, 'bad_value'],
    ['the largest timestamp', { timestamp: 0xffff_ffff_ffff_ffffn }, 'bad_value'],
    ['a timestamp that is text', { timestamp: '1' }, 'bad_value'],
    ['no registers', { pcrs: new Map() }, 'bad_value'],
    ['registers in a list', { pcrs: [bytes(48)] }, 'bad_value'],
    ['a register 32', { pcrs: registers(0, 32) }, 'bad_value'],
    ['a register -1', { pcrs: registers(-1) }, 'bad_value'],
    ['a register beyond all numbers', { pcrs: registers(0x20_0000_0000_0000n) }, 'bad_value'],
    ['a register named by text', { pcrs: registers('0') }, 'bad_value'],
    ['a register of 47 bytes', { pcrs: new Map([[0, bytes(47)]]) }, 'bad_value'],
    ['a register of no bytes', { pcrs: new Map([[0, bytes(0)]]) }, 'bad_value'],
    ['a register of text', { pcrs: new Map([[0, 'a'.repeat(48)]]) }, 'bad_value'],
    ['an empty certificate', { certificate: bytes(0) }, 'bad_value'],
    ['a certificate of 1,025 bytes', { certificate: bytes(1025) }, 'too_long'],
    ['a certificate of text', { certificate: 'MII' }, 'bad_value'],
    ['an empty cabundle', { cabundle: [] }, 'bad_value'],
    ['a cabundle that is a certificate', { cabundle: bytes(9) }, 'bad_value'],
    ['a cabundle of 17', { cabundle: new Array<CborValue>(17).fill(bytes(9)) }, 'too_long'],
    ['an empty entry of the cabundle', { cabundle: [bytes(0)] }, 'bad_value'],
    ['an entry of 1,025 bytes', { cabundle: [bytes(1025)] }, 'too_long'],
    ['an entry of null', { cabundle: [null] }, 'bad_value'],
    ['an empty public_key', { public_key: bytes(0) }, 'bad_value'],
    ['a public_key of 1,025 bytes', { public_key: bytes(1025) }, 'too_long'],
    ['user_data of 513 bytes', { user_data: bytes(513) }, 'too_long'],
    ['user_data of text', { user_data: 'x' }, 'bad_value'],
    ['a nonce of 513 bytes', { nonce: bytes(513) }, 'too_long'],
    ['a nonce that is a number', { nonce: 7 }, 'bad_value'],
    ['a field that AWS does not know', { enclave_pcrs: registers(0) }, 'unsupported'],
    ['the registers of a NitroTPM', { pcrs: undefined, nitrotpm_pcrs: registers(0) }, 'unsupported'],
    ["the registers of a NitroTPM beside an enclave's", { nitrotpm_pcrs: registers(0) }, 'unsupported'],
    ['a null where a field is mandatory', { certificate: null }, 'bad_value'],
  ] as const)('refuses %s', (_, fields, code) => {
    expect(read({ fields })).toBe(code);
  });

  it.each(['module_id', 'digest', 'timestamp', 'pcrs', 'certificate', 'cabundle'])(
    'refuses it without %s',
    (name) => {
      expect(read({ fields: { [name]: undefined } })).toBe('bad_value');
    },
  );

  it('is read to the limits', () => {
    const fields = {
      module_id: 'i'.repeat(256),
      timestamp: 253_402_300_799_999,
      pcrs: new Map<number, Uint8Array>([
        [0, bytes(32)],
        [7, bytes(48)],
        [31, bytes(64)],
      ]),
      certificate: bytes(1024),
      cabundle: new Array<CborValue>(12).fill(bytes(1024)),
      public_key: bytes(1024),
      user_data: bytes(512),
      nonce: bytes(0),
    };
    expect(read({ fields })).toBe('accepted');
    expect(read({ fields: { timestamp: 1, user_data: bytes(0), public_key: bytes(1) } })).toBe('accepted');
    expect(
      read({ fields: { pcrs: registers(...Array.from({ length: 32 }, (_, index) => 31 - index)) } }),
    ).toBe('accepted');
    expect(read({ fields: { cabundle: new Array<CborValue>(16).fill(bytes(9)) } })).toBe('accepted');
    expect(read({ fields: { ...fields, cabundle: new Array<CborValue>(16).fill(bytes(1024)) } })).toBe(
      'too_long',
    );
  });

  it('refuses an explicit undefined, a field twice, and what follows the map', () => {
    const last = concatBytes([encodeCbor('nonce'), Uint8Array.of(0xf6)]);
    const before = payload.subarray(1, payload.length - last.length);
    const rebuilt = (head: number, ...tail: readonly Uint8Array[]): Uint8Array =>
      concatBytes([Uint8Array.of(head), before, ...tail]);
    expect(read({ payload: rebuilt(0xa9, last) })).toBe('accepted');
    expect(read({ payload: rebuilt(0xa9, encodeCbor('nonce'), Uint8Array.of(0xf7)) })).toBe('bad_value');
    expect(read({ payload: rebuilt(0xaa, last, last) })).toBe('duplicate');
    expect(read({ payload: rebuilt(0xbf, last, last, Uint8Array.of(0xff)) })).toBe('duplicate');
    expect(read({ payload: rebuilt(0xa9, last, Uint8Array.of(0xff)) })).toBe('trailing_data');
    expect(read({ payload: rebuilt(0xbf, last) })).toBe('truncated');
    expect(read({ payload: encodeCbor('a document') })).toBe('bad_value');
  });

  it.each([
    ['another algorithm', { protectedHeader: new Map([[1, -7]]) }, 'unsupported'],
    [
      'a protected header of more than the algorithm',
      {
        protectedHeader: new Map([
          [1, -35],
          [4, 0],
        ]),
      },
      'unsupported',
    ],
    ['something unprotected', { unprotectedHeader: new Map([[4, 0]]) }, 'bad_value'],
    ['an empty payload', { payload: new Uint8Array() }, 'bad_value'],
    ['a payload of 16,385 bytes', { payload: bytes(16_385) }, 'too_long'],
    ['a far longer one', { payload: bytes(100_000) }, 'too_long'],
  ])('refuses %s', (_, options, code) => {
    expect(read(options)).toBe(code);
  });

  it('refuses another framing of the same document: no signature covers it', () => {
    const code = (...parts: readonly (Uint8Array | number)[]): string =>
      codeOf(() =>
        parseNitroDocument(
          concatBytes(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part))),
        ),
      );
    expect(code(document)).toBe('accepted');
    expect(code(0xd2, document)).toBe('accepted');
    expect(code(0xd8, 0x12, document)).toBe('not_canonical');
    expect(code(0x98, 0x04, document.subarray(1))).toBe('not_canonical');
    expect(code(0x84, 0x58, document.subarray(1))).not.toBe('accepted');
    expect(code(0xd1, document)).toBe('bad_value');
    expect(code(0xd2, 0xd2, document)).toBe('bad_value');
    expect(code(document, 0)).toBe('trailing_data');
    expect(code(0x9f, document.subarray(1), 0xff)).toBe('unsupported');
  });

  it('refuses signatures that are not of 96 bytes, and no payload', () => {
    const header = encodeCbor(new Map([[1, -35]]));
    const sign1 = (content: CborValue, signature: Uint8Array): string =>
      codeOf(() => parseNitroDocument(encodeCbor([header, new Map(), content, signature])));
    expect(sign1(payload, bytes(96))).toBe('accepted');
    for (const length of [0, 64, 95, 97]) expect(sign1(payload, bytes(length))).toBe('bad_value');
    expect(sign1(null, bytes(96))).toBe('bad_value');
    expect(sign1(new Map(), bytes(96))).toBe('bad_value');
  });

  it('is refused cut anywhere', () => {
    for (const map of ['definite', 'indefinite'] as const) {
      const whole = forge({ map });
      for (let length = 0; length < whole.length; length++) {
        expect(codeOf(() => parseNitroDocument(whole.subarray(0, length)))).toBe('truncated');
      }
    }
  });

  it('is refused with its payload cut anywhere', () => {
    for (let length = 1; length < payload.length; length += 3) {
      expect(read({ payload: payload.subarray(0, length) })).not.toBe('accepted');
    }
  });

  it('never throws anything but a FormatError', () => {
    const position = fc.nat(payload.length - 1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), position, fc.boolean(), (noise, at, inside) => {
        const host = inside ? payload.slice() : document.slice();
        host.set(noise.subarray(0, host.length - at), at);
        const header = encodeCbor(new Map([[1, -35]]));
        const whole = inside ? encodeCbor([header, new Map(), host, bytes(96)]) : host;
        codeOf(() => parseNitroDocument(whole));
        codeOf(() => parseNitroDocument(noise));
      }),
      { numRuns: fuzzRuns },
    );
  });
});
