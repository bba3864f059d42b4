/** Leaves whose acts were found kept, a bit each: a million leaves take a quarter of a megabyte. */
export class LeafMarks {
  readonly #bits: { readonly [K in 'appraisal' | 'decision']: Uint8Array };

  constructor(size: number) {
    const bytes = Math.ceil(size / 8);
    this.#bits = { appraisal: new Uint8Array(bytes), decision: new Uint8Array(bytes) };
  }

  set(kind: 'appraisal' | 'decision', leafIndex: number): void {
    const bits = this.#bits[kind];
    const byte = Math.floor(leafIndex / 8);
    bits[byte] = (bits[byte] ?? 0) | (1 << (leafIndex % 8));
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
