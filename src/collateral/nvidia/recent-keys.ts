const LIFE_MS = 2 * 86_400_000;
/** Some fleets' chips: who is forgotten is asked about when he comes again. */
const MAX_NAMES = 100_000;

/** Names that were asked for lately, so that what nobody needs any more is left to grow old. */
export class RecentKeys {
  readonly #seen = new Map<string, number>();

  note(name: string, at: Date): void {
    this.#seen.delete(name);
    this.#seen.set(name, at.getTime());
    if (this.#seen.size <= MAX_NAMES) return;
    const oldest = this.#seen.keys().next();
    if (oldest.done !== true) this.#seen.delete(oldest.value);
  }

  isRecent(name: string, at: Date): boolean {
    const seen = this.#seen.get(name);
    return seen !== undefined && at.getTime() - seen < LIFE_MS;
  }
}
