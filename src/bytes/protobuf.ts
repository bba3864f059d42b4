import { Cursor } from './cursor.ts';

/**
 * The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as far as messages of integers and bytes need
 * it: varints of at most 64 bits and length-delimited fields. Fixed-width fields and groups are refused.
 */
export type ProtobufField = { readonly number: number } & (
  | { readonly kind: 'varint'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
);

const MAX_FIELDS = 4096;
const MAX_FIELD_BYTES = 8 << 20;
const WIRE = { varint: 0, bytes: 2 } as const;
const MAX_VARINT_BYTES = 10;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/** The fields of one message in their order, to its last byte. @throws FormatError `truncated`, `too_long`, `bad_value`, `unsupported` */
export function parseProtobuf(bytes: Uint8Array, message: string): readonly ProtobufField[] {
  const cursor = new Cursor(bytes, message);
  const fields: ProtobufField[] = [];
  while (cursor.remaining > 0) {
    if (fields.length === MAX_FIELDS) throw cursor.bad('fields', `at most ${MAX_FIELDS}`, 'more');
    const tag = varint(cursor, 'tag');
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (number < 1 || number > 0x1fff_ffff) throw cursor.bad('tag', 'a field number', `${tag}`);
    if (wire === WIRE.varint)
      fields.push({ number, kind: 'varint', value: varint(cursor, `field ${number}`) });
    else if (wire === WIRE.bytes) fields.push({ number, kind: 'bytes', value: sized(cursor, number) });
    else throw cursor.unsupported('wireType', 'varint or length-delimited', `${wire}`);
  }
  return fields;
}

function sized(cursor: Cursor, number: number): Uint8Array {
  const length = varint(cursor, `field ${number}.length`);
  if (length > BigInt(MAX_FIELD_BYTES)) {
    throw cursor.bad(`field ${number}.length`, `at most ${MAX_FIELD_BYTES}`, `${length}`);
  }
  return cursor.take(Number(length), `field ${number}`);
}

function varint(cursor: Cursor, field: string): bigint {
  let value = 0n;
  for (let at = 0; at < MAX_VARINT_BYTES; at++) {
    const octet = cursor.u8(field);
    value |= BigInt(octet & 0x7f) << BigInt(7 * at);
    if (value > MAX_U64) break;
    if ((octet & 0x80) === 0) return value;
  }
  throw cursor.bad(field, 'at most 64 bits', 'more');
}
