import { FormatError } from './errors.ts';

/**
 * A bounds-checked reader over bytes that an attacker may have written.
 *
 * Every read names its field, so that an error says where it happened; every length that comes from the input is
 * compared with a ceiling before a byte is taken; parsing ends with an explicit {@link Cursor.end}. Slices are views
 * of the input: copy the input once, at the border, and nothing can change underneath.
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #structure: string;
  #offset = 0;

  /** @param structure the standard's name of what is being read; it leads every error path */
  constructor(bytes: Uint8Array, structure: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#structure = structure;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(field: string): number {
    return this.#view.getUint8(this.#advance(1, field));
  }

  u16be(field: string): number {
    return this.#view.getUint16(this.#advance(2, field));
  }

  u16le(field: string): number {
    return this.#view.getUint16(this.#advance(2, field), true);
  }

  u32be(field: string): number {
    return this.#view.getUint32(this.#advance(4, field));
  }

  u32le(field: string): number {
    return this.#view.getUint32(this.#advance(4, field), true);
  }

  u64be(field: string): bigint {
    return this.#view.getBigUint64(this.#advance(8, field));
  }

  u64le(field: string): bigint {
    return this.#view.getBigUint64(this.#advance(8, field), true);
  }

  /** Exactly `length` bytes, as a view. */
  take(length: number, field: string): Uint8Array {
    const start = this.#advance(length, field);
    return this.#bytes.subarray(start, start + length);
  }

  /** What is left, as a view. Leaves the cursor at its end. */
  rest(field: string): Uint8Array {
    return this.take(this.remaining, field);
  }

  /** A big-endian u16 length and that many bytes: TPM's sized buffers (TPM2B, Part 2, 10.4). */
  sized16be(field: string, ceiling: number): Uint8Array {
    const length = this.u16be(`${field}.size`);
    this.#ceiling(length, ceiling, field);
    return this.take(length, field);
  }

  /** A little-endian u32 length and that many bytes. */
  sized32le(field: string, ceiling: number): Uint8Array {
    const length = this.u32le(`${field}.size`);
    this.#ceiling(length, ceiling, field);
    return this.take(length, field);
  }

  /** The bytes between an earlier offset and here: a signed range, exactly as received. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#offset);
  }

  /** The structure must end here. */
  end(): void {
    if (this.remaining === 0) return;
    throw new FormatError('trailing_data', `${this.#structure} is followed by ${this.remaining} more bytes`, {
      path: this.#structure,
      offset: this.#offset,
      expected: 'end of input',
      actual: `${this.remaining} bytes`,
    });
  }

  /** An error about a field that was just read. */
  bad(field: string, expected: string, actual: string): FormatError {
    return new FormatError('bad_value', `${this.#structure}.${field} is ${actual}, not ${expected}`, {
      path: `${this.#structure}.${field}`,
      offset: this.#offset,
      expected,
      actual,
    });
  }

  /** An error about a field whose value is legal but not read here. */
  unsupported(field: string, expected: string, actual: string): FormatError {
    return new FormatError('unsupported', `${this.#structure}.${field} ${actual} is not supported`, {
      path: `${this.#structure}.${field}`,
      offset: this.#offset,
      expected,
      actual,
    });
  }

  #advance(length: number, field: string): number {
    const start = this.#offset;
    // A fraction or NaN would pass both comparisons and then move the offset between bytes.
    if (!Number.isInteger(length) || length < 0 || length > this.remaining) {
      throw new FormatError('truncated', `${this.#structure} ends inside ${field}`, {
        path: `${this.#structure}.${field}`,
        offset: start,
        expected: `${length} bytes`,
        actual: `${this.remaining} bytes`,
      });
    }
    this.#offset = start + length;
    return start;
  }

  #ceiling(length: number, ceiling: number, field: string): void {
    if (length <= ceiling) return;
    throw new FormatError(
      'too_long',
      `${this.#structure}.${field} claims ${length} bytes, more than ${ceiling}`,
      {
        path: `${this.#structure}.${field}`,
        offset: this.#offset,
        expected: `at most ${ceiling} bytes`,
        actual: `${length} bytes`,
      },
    );
  }
}
