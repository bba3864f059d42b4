import { describe, expect, it } from 'vitest';
import { DerReader } from '../../src/bytes/der.ts';
import { TAG } from '../../src/bytes/der-tag.ts';
import {
  writeElement,
  writeObjectIdentifier,
  writeSequence,
  writeSetOf,
  writeText,
} from '../../src/bytes/der-writer.ts';
import type { Departure } from '../../src/pki/departure.ts';
import { attributeTexts, type Name, parseName, readName } from '../../src/pki/name.ts';

const attribute = (oid: string, text: string): Uint8Array =>
  writeSequence(writeObjectIdentifier(oid), writeText(TAG.utf8String, text));
const COMMON_NAME = '2.5.4.3';
const one = writeSequence(writeSetOf(attribute(COMMON_NAME, 'one')));
const joined = Buffer.concat([attribute(COMMON_NAME, 'b'), attribute(COMMON_NAME, 'a')]);
const outOfOrder = writeSequence(writeElement(TAG.set, new Uint8Array(joined)));

function tolerant(der: Uint8Array): { readonly name: Name; readonly departures: readonly Departure[] } {
  const departures = new Set<Departure>();
  const name = DerReader.parse(der, 'Name', (reader) => readName(reader, 'name', departures));
  return { name, departures: [...departures] };
}

describe('a name that was read before', () => {
  it('is the same name, and keeps nothing of the bytes around it', () => {
    const around = new Uint8Array([...one, ...new Uint8Array(5000)]);
    const first = parseName(around.subarray(0, one.length));
    const second = parseName(Uint8Array.from(one));
    expect(second).toEqual(first);
    expect(attributeTexts(second, COMMON_NAME)).toEqual(['one']);
    expect(second.der.buffer.byteLength).toBe(one.length);
  });

  it('departs from DER every time that it is read, and is refused every time by who tolerates nothing', () => {
    for (let round = 0; round < 3; round++) {
      expect(tolerant(outOfOrder).departures).toEqual(['rdn_out_of_order']);
      expect(() => parseName(outOfOrder)).toThrow(expect.objectContaining({ code: 'not_canonical' }));
    }
  });

  it('makes no room for what comes after it', () => {
    parseName(one);
    const more = new Uint8Array([...one, 0x05, 0x00]);
    expect(() => parseName(more)).toThrow(expect.objectContaining({ code: 'trailing_data' }));
    for (let length = 0; length < one.length; length++) {
      expect(() => parseName(one.subarray(0, length))).toThrow();
    }
  });

  it('stays itself however many others are read', () => {
    const first = parseName(one);
    for (let index = 0; index < 600; index++) {
      const other = parseName(writeSequence(writeSetOf(attribute(COMMON_NAME, `name ${index}`))));
      expect(other.canonical).not.toBe(first.canonical);
    }
    expect(parseName(one)).toEqual(first);
  });
});
