import { Cursor } from './cursor.ts';
import { FormatError } from './errors.ts';

/**
 * The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as far as messages of integers and bytes need
 * it: varints of at most 64 bits, in their shortest form, and length-delimited fields. Fixed-width fields and groups are refused.
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

/** The fields of one message in their order, to its last byte. @throws FormatError `truncated`, `bad_value`, `unsupported`, `not_canonical` */
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
    if ((octet & 0x80) !== 0) continue;
    if (octet !== 0 || at === 0) return value;
    throw new FormatError('not_canonical', `${field} is a number with superfluous octets`, { path: field });
  }
  throw cursor.bad(field, 'at most 64 bits', 'more');
}

/** What a message may hold: field number -> name, kind, and whether it may stand there again. */
export type ProtobufMessage<Name extends string> = Readonly<
  Record<number, { readonly name: Name; readonly kind: ProtobufField['kind']; readonly repeated?: true }>
>;

/** A message's fields by their names, in their order. */
export class ProtobufValues<Name extends string> {
  readonly #fields: readonly (ProtobufField & { readonly name: Name })[];

  constructor(fields: readonly (ProtobufField & { readonly name: Name })[]) {
    this.#fields = fields;
  }

  has(name: Name): boolean {
    return this.#fields.some((field) => field.name === name);
  }

  /** Every value of a length-delimited field. */
  all(name: Name): readonly Uint8Array[] {
    return this.#fields.flatMap((field) =>
      field.name === name && field.kind === 'bytes' ? [field.value] : [],
    );
  }

  bytes(name: Name): Uint8Array | null {
    return this.all(name)[0] ?? null;
  }

  /** Writers leave a number out where it is 0. */
  number(name: Name): bigint {
    const found = this.#fields.find((field) => field.name === name);
    return found?.kind === 'varint' ? found.value : 0n;
  }
}

/**
 * Reads a message of which every field is known. Protocol Buffers skip the unknown and take the last of several; here both
 * are refused, for two readers would take two different values.
 *
 * @throws FormatError as `parseProtobuf`; `unsupported` for unknown fields, `bad_value` for another wire type, `duplicate`
 */
export function readProtobuf<Name extends string>(
  bytes: Uint8Array,
  path: string,
  message: ProtobufMessage<Name>,
): ProtobufValues<Name> {
  const seen = new Set<number>();
  const named = parseProtobuf(bytes, path).map((field) => {
    const { number, kind } = field;
    const known = message[number];
    if (known === undefined) {
      throw new FormatError('unsupported', `${path} has an unknown field ${number}`, { path });
    }
    const where = `${path}.${known.name}`;
    if (known.kind !== kind) {
      const [expected, actual] = [known.kind, kind];
      throw new FormatError('bad_value', `${where} is of another wire type`, {
        path: where,
        expected,
        actual,
      });
    }
    if (seen.has(number) && known.repeated !== true) {
      throw new FormatError('duplicate', `${where} stands there twice`, { path: where });
    }
    seen.add(number);
    return { ...field, name: known.name };
  });
  return new ProtobufValues(named);
}
