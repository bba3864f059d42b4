/** Seconds since the epoch by blocks of them, each with a bit for every second in base64; ascending as they were first noted. */
export type SecondsState = readonly (readonly [block: number, bits: string])[];

/** Seconds of one block, some nine hours: 4 KiB. */
const BLOCK = 2 ** 15;
/** At most 16 MiB: four years in which something happened every nine hours. */
const MOST_BLOCKS = 4_096;

/** A set of seconds that takes a bit for each, whether few or all of them are in it; the oldest go where there are too many. */
export class Seconds {
  readonly #blocks: Map<number, Uint8Array>;
  /** Of what lies before nothing is known any more. */
  #from = Number.NEGATIVE_INFINITY;

  constructor(state: SecondsState) {
    this.#blocks = new Map(
      state.map(([block, bits]) => [block, new Uint8Array(Buffer.from(bits, 'base64'))]),
    );
    if (this.#blocks.size >= MOST_BLOCKS) this.#from = state[0]?.[0] ?? this.#from;
  }

  state(): SecondsState {
    return [...this.#blocks].map(([block, bits]) => [block, Buffer.from(bits).toString('base64')]);
  }

  add(second: number): void {
    const block = Math.floor(second / BLOCK);
    const bits = this.#blocks.get(block) ?? new Uint8Array(BLOCK / 8);
    const [byte, bit] = placeOf(second);
    bits[byte] = (bits[byte] ?? 0) | bit;
    this.#blocks.set(block, bits);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MOST_BLOCKS) break;
      this.#blocks.delete(oldest);
      this.#from = Math.max(this.#from, oldest + 1);
    }
  }

  has(second: number): boolean {
    const [byte, bit] = placeOf(second);
    return ((this.#blocks.get(Math.floor(second / BLOCK))?.[byte] ?? 0) & bit) !== 0;
  }

  /** Whether the second lies before what is remembered. */
  isBefore(second: number): boolean {
    return Math.floor(second / BLOCK) < this.#from;
  }
}

function placeOf(second: number): readonly [byte: number, bit: number] {
  const place = second - Math.floor(second / BLOCK) * BLOCK;
  return [Math.floor(place / 8), 1 << (place % 8)];
}
