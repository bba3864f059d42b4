import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerReader, MAX_DER_DEPTH } from '../../src/bytes/der.ts';
import { TAG } from '../../src/bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeElement,
  writeInteger,
  writeNamedBits,
  writeNull,
  writeObjectIdentifier,
  writeSequence,
  writeSetOf,
  writeText,
  writeTime,
} from '../../src/bytes/der-writer.ts';
import { FormatError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/text.ts';
import { fuzzRuns } from '../vectors.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'accepted';
}

const read = <T>(hex: string, how: (reader: DerReader) => T): T =>
  DerReader.parse(fromHex(hex, 'test'), 'Test', how);

type Case = readonly [what: string, hex: string, how: (reader: DerReader) => unknown, code: string];

const boolean = (reader: DerReader): unknown => reader.boolean('b');
const integer = (reader: DerReader): unknown => reader.integer('i', 20);
const unsigned = (reader: DerReader): unknown => reader.unsignedInteger('i', 2);
const small = (reader: DerReader): unknown => reader.smallInteger('i', 300);
const bits = (reader: DerReader): unknown => reader.bitString('s', 8);
const octets = (reader: DerReader): unknown => reader.bitStringOctets('s', 8);
const named = (reader: DerReader): unknown => reader.namedBits('s', 2);
const oid = (reader: DerReader): unknown => reader.oid('o');
const time = (reader: DerReader): unknown => reader.time('t');
const any = (reader: DerReader): unknown => reader.any('a', 300);
const set = (reader: DerReader): unknown => reader.setOf('s', 99, 4, (inner) => inner.any('m', 9));
const list = (reader: DerReader): unknown => reader.sequenceOf('s', 99, 2, (inner) => inner.any('m', 9));
const textOf =
  (tag: number) =>
  (reader: DerReader): unknown =>
    reader.string('t', 99, tag);
const timeHex = (tag: number, text: string): string => toHex(writeText(tag, text));
const utc = (text: string): string => timeHex(TAG.utcTime, text);
const generalized = (text: string): string => timeHex(TAG.generalizedTime, text);

const REFUSED: readonly Case[] = [
  ['nothing at all', '', any, 'truncated'],
  ['a tag without a length', '30', any, 'truncated'],
  ['a length without its octets', '3082', any, 'truncated'],
  ['contents that end early', '040361', any, 'truncated'],
  ['an indefinite length', '30800000', any, 'not_canonical'],
  ['a long form below 128', '04810161', any, 'not_canonical'],
  ['a length with a leading zero octet', `048200ff${'00'.repeat(255)}`, any, 'not_canonical'],
  ['a length of four octets', '048400000001', any, 'too_long'],
  ['more than the read allows', `0482012d${'00'.repeat(301)}`, any, 'too_long'],
  ['a long-form tag', '1f810100', any, 'unsupported'],
  ['bytes after the value', '010100ff', boolean, 'trailing_data'],
  ['bytes after a nested value', '3003010100', (r) => r.sequence('s', 9, () => 0), 'trailing_data'],
  ['another tag', '0201ff', boolean, 'bad_value'],
  ['a boolean of 01', '010101', boolean, 'not_canonical'],
  ['an empty boolean', '0100', boolean, 'not_canonical'],
  ['a boolean of two bytes', '0102ffff', boolean, 'too_long'],
  ['an empty integer', '0200', integer, 'bad_value'],
  ['a positive integer with a needless zero', '0202007f', integer, 'not_canonical'],
  ['a negative integer with a needless FF', '0202ff80', integer, 'not_canonical'],
  ['a negative integer where none may be', '020180', unsigned, 'bad_value'],
  ['an unsigned integer above its ceiling', '0203010000', unsigned, 'too_long'],
  ['a small integer above its maximum', '0202012d', small, 'bad_value'],
  ['a bit string without its first octet', '0300', bits, 'bad_value'],
  ['eight unused bits', '03020800', bits, 'bad_value'],
  ['unused bits of nothing', '030101', bits, 'bad_value'],
  ['unused bits that are set', '030201ff', bits, 'not_canonical'],
  ['a key of seven bits', '030201fe', octets, 'bad_value'],
  ['a named bit list with trailing zeros', '03020780', named, 'accepted'],
  ['a named bit list with a trailing zero octet', '0303008000', named, 'not_canonical'],
  ['a named bit list with a trailing zero bit', '03020680', named, 'not_canonical'],
  ['an empty object identifier', '0600', oid, 'bad_value'],
  ['an unfinished subidentifier', '06022a86', oid, 'truncated'],
  ['a padded subidentifier', '06032a8001', oid, 'not_canonical'],
  ['a padded first subidentifier', '0602802a', oid, 'not_canonical'],
  ['a null with contents', '050100', (r) => r.null('n'), 'too_long'],
  ['a set out of order', '3106020102020101', set, 'not_canonical'],
  ['an empty set', '3100', set, 'bad_value'],
  ['too many members', '3009020101020102020103', list, 'budget_exceeded'],
  ['a UTCTime without seconds', utc('2601010000Z'), time, 'bad_value'],
  ['a UTCTime with an offset', utc('2601010000+00'), time, 'bad_value'],
  ['a UTCTime without Z', utc('2601010000000'), time, 'bad_value'],
  ['the thirty-first of April', utc('260431000000Z'), time, 'bad_value'],
  ['the twenty-ninth of February in a common year', utc('270229000000Z'), time, 'bad_value'],
  ['month zero', utc('260001000000Z'), time, 'bad_value'],
  ['month thirteen', utc('261301000000Z'), time, 'bad_value'],
  ['hour twenty-four', utc('260101240000Z'), time, 'bad_value'],
  ['a leap second', utc('260630235960Z'), time, 'bad_value'],
  ['a GeneralizedTime with a fraction', generalized('20500101000000.0Z'), time, 'too_long'],
  [
    'a PrintableString with an at sign',
    toHex(writeText(TAG.printableString, 'a@b')),
    textOf(TAG.printableString),
    'bad_value',
  ],
  ['an IA5String beyond ASCII', '1601e9', textOf(TAG.ia5String), 'bad_value'],
  ['malformed UTF-8', '0c02c328', textOf(TAG.utf8String), 'bad_value'],
  ['overlong UTF-8', '0c02c080', textOf(TAG.utf8String), 'bad_value'],
  ['half a BMP character', '1e0100', textOf(TAG.bmpString), 'bad_value'],
  ['a surrogate in a BMPString', '1e02d800', textOf(TAG.bmpString), 'bad_value'],
  ['what is no character in a UniversalString', '1c0400110000', textOf(TAG.universalString), 'bad_value'],
  ['a string type that is not read', '190161', textOf(0x19), 'unsupported'],
];

describe('the DER reader', () => {
  it.each(REFUSED)('judges %s', (_what, hex, how, code) => {
    expect(codeOf(() => read(hex, how))).toBe(code);
  });

  it('refuses nesting below its budget', () => {
    let bytes = writeNull();
    for (let level = 0; level <= MAX_DER_DEPTH; level++) bytes = writeSequence(bytes);
    const descend = (reader: DerReader): void => {
      if (reader.has(TAG.null)) reader.null('bottom');
      else reader.sequence('level', 1000, descend);
    };
    expect(codeOf(() => DerReader.parse(bytes, 'Test', descend))).toBe('budget_exceeded');
  });

  it('says where in the input an error stands', () => {
    try {
      read('3008300602020001 0101'.replace(' ', ''), (reader) =>
        reader.sequence('outer', 99, (outer) =>
          outer.sequence('inner', 99, (inner) => inner.integer('n', 4)),
        ),
      );
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'not_canonical', path: 'Test.outer.inner.n', offset: 8 });
    }
  });

  it('keeps the exact bytes of an element', () => {
    const found = read('3003020105', (reader) => reader.sequence('s', 9, (inner) => inner.any('i', 9)));
    expect(toHex(found.raw)).toBe('020105');
    expect(found.offset).toBe(2);
  });

  it('reads what is well formed', () => {
    expect(read('0101ff', boolean)).toBe(true);
    expect(read('0202012c', small)).toBe(300);
    expect(read('03020780', named)).toEqual([0]);
    expect(read('030307ff80', named)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(read('06062a864886f70d', oid)).toBe('1.2.840.113549');
    expect(read('0603883703', oid)).toBe('2.999.3');
    expect(read(utc('491231235959Z'), time)).toEqual({
      instant: new Date('2049-12-31T23:59:59Z'),
      form: 'utc',
    });
    expect(read(utc('500101000000Z'), time)).toEqual({
      instant: new Date('1950-01-01T00:00:00Z'),
      form: 'utc',
    });
    expect(read(generalized('99991231235959Z'), time)).toEqual({
      instant: new Date('9999-12-31T23:59:59Z'),
      form: 'generalized',
    });
    expect(read(generalized('00990101000000Z'), time)).toMatchObject({ form: 'generalized' });
    expect(read('1e0400410042', textOf(TAG.bmpString))).toBe('AB');
    expect(read('1c0400000041', textOf(TAG.universalString))).toBe('A');
    expect(read('1401e9', textOf(TAG.teletexString))).toBe('é');
  });

  it('reads back what the writer wrote', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
        fc.uniqueArray(fc.integer({ min: 0, max: 15 })),
        fc.date({ min: new Date('1950-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 70n }), { maxLength: 4 }),
        fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        (number, set, date, arcs, members) => {
          const dotted = ['2.25', ...arcs].join('.');
          const bytes = writeSequence(
            writeInteger(number),
            writeNamedBits(set),
            writeTime(date),
            writeObjectIdentifier(dotted),
            writeSetOf(...members.map((member) => writeElement(TAG.octetString, member))),
            writeBoolean(number > 0n),
            writeBitString(members[0] ?? new Uint8Array(0)),
          );
          DerReader.parse(bytes, 'Test', (outer) =>
            outer.sequence('s', 1000, (reader) => {
              const contents = reader.integer('i', 20);
              expect(BigInt.asIntN(contents.length * 8, BigInt(`0x${toHex(contents)}`))).toBe(number);
              expect(reader.namedBits('n', 2)).toEqual(set.toSorted((a, b) => a - b));
              expect(reader.time('t').instant.getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
              expect(reader.oid('o')).toBe(dotted);
              expect(reader.setOf('m', 99, 4, (inner) => inner.octetString('e', 4))).toHaveLength(
                members.length,
              );
              expect(reader.boolean('b')).toBe(number > 0n);
              expect(reader.bitStringOctets('x', 4)).toEqual(members[0]);
            }),
          );
        },
      ),
      { numRuns: Math.min(fuzzRuns, 2000) },
    );
  });

  it('never accepts two encodings of one tree, and never fails but with a format error', () => {
    const rebuild = (reader: DerReader): Uint8Array => {
      const parts: Uint8Array[] = [];
      while (!reader.atEnd) {
        if (reader.has(TAG.sequence)) parts.push(writeSequence(reader.sequence('s', 1000, rebuild)));
        else {
          const { tag, contents } = reader.any('a', 1000);
          parts.push(writeElement(tag, contents));
        }
      }
      return new Uint8Array(Buffer.concat(parts));
    };
    const octet = fc.oneof(fc.constantFrom(0x30, 0x02, 0x04, 0x80, 0x81, 0x82, 0, 1, 2, 3, 4), fc.nat(255));
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 40 }), (octets) => {
        const bytes = new Uint8Array(octets);
        let rebuilt: Uint8Array;
        try {
          rebuilt = DerReader.parse(bytes, 'Test', rebuild);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          return;
        }
        expect(rebuilt).toEqual(bytes);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
