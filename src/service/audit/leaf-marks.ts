/**
 * `opened`: leaves whose acts were shown. `appraisal`, `decision`: those of which what is kept is their own.
 */
type Mark = 'opened' | 'appraisal' | 'decision';

/** What was found of each leaf, a bit each: a million leaves take less than half a megabyte. */
export class LeafMarks {
  readonly #bits: { readonly [K in Mark]: Uint8Array };
  #opened = 0;

  constructor(size: number) {
    const bytes = Math.ceil(size / 8);
    this.#bits = {
      opened: new Uint8Array(bytes),
      appraisal: new Uint8Array(bytes),
      decision: new Uint8Array(bytes),
    };
  }

  set(kind: Mark, leafIndex: number): void {
    if (kind === 'opened') this.#opened++;
    const bits = this.#bits[kind];
    const byte = Math.floor(leafIndex / 8);
    bits[byte] = (bits[byte] ?? 0) | (1 << (leafIndex % 8));
  }

  /** How many acts were shown. */
  get opened(): number {
    return this.#opened;
  }

  isOpened(leafIndex: number): boolean {
    return ((this.#bits.opened[Math.floor(leafIndex / 8)] ?? 0) & (1 << (leafIndex % 8))) !== 0;
  }

  /** Whether the leaf is marked; it is not afterwards, so that no two can stand on one leaf. */
  take(kind: 'appraisal' | 'decision', leafIndex: number): boolean {
    const bits = this.#bits[kind];
    const byte = Math.floor(leafIndex / 8);
    const bit = 1 << (leafIndex % 8);
    const present = ((bits[byte] ?? 0) & bit) !== 0;
    if (present) bits[byte] = (bits[byte] ?? 0) & ~bit;
    return present;
  }
}
