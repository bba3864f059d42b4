/** A field of a fixed layout; the values of fields that nobody names are zero. */
export type Field = { readonly name: string; readonly offset: number; readonly size: number };

/**
 * Bytes of a fixed layout.
 * @throws RangeError for a value of another size than its field, and for a value without a field: a test that asks for
 * what cannot be forged must not pass by chance
 */
export function writeLayout(
  fields: readonly Field[],
  total: number,
  values: Readonly<Record<string, Uint8Array>>,
): Uint8Array {
  const bytes = new Uint8Array(total);
  for (const [name, value] of Object.entries(values)) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new RangeError(`no field ${name}`);
    if (value.length !== field.size) throw new RangeError(`${name} has ${field.size} bytes`);
    bytes.set(value, field.offset);
  }
  return bytes;
}

export function u16le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
}

export function u32le(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return new Uint8Array(bytes);
}

export function u64le(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return new Uint8Array(bytes);
}
