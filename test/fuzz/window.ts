/** The longest sample, swollen. */
const MOST_BYTES = 256 * 1024;
const [COUNT, LENGTH, HEADER_BYTES] = [0, 1, 8];

/** Memory of two threads in which one sees what the other reads, also when that never ends. */
export class Window {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly memory: SharedArrayBuffer;

  constructor(memory = new SharedArrayBuffer(HEADER_BYTES + MOST_BYTES)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
  }

  show(input: Uint8Array): void {
    const shown = input.subarray(0, MOST_BYTES);
    this.#bytes.set(shown);
    this.#words[LENGTH] = shown.length;
    Atomics.add(this.#words, COUNT, 1);
  }

  /** How many inputs were shown: the same for long is an input that is read for long. */
  count(): number {
    return Atomics.load(this.#words, COUNT);
  }

  input(): Uint8Array {
    return this.#bytes.slice(0, this.#words[LENGTH]);
  }
}
