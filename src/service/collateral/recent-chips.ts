/** A host has one chip, and after an update of its firmware another version of it: this many in an hour are more than any needs. */
const MAX_CHIPS = 8;
const WINDOW_MS = 3_600_000;
/** Several fleets' worth, some hundred bytes each. */
const MAX_ASKERS = 16_384;

type Asked = { readonly chips: Set<string>; readonly since: number };

/** Driver and VBIOS of every GPU and switch of a host, were all of them different. */
export const MAX_MANIFESTS = 48;

/**
 * Which chips, or manifests, each host named lately. A report names its chip before anything vouches for it, and each new one costs AMD a
 * request: made-up ones are asked for a few times, and no more.
 */
export class RecentChips {
  readonly #askers = new Map<string, Asked>();
  readonly #most: number;

  /** @param most different names in an hour */
  constructor(most = MAX_CHIPS) {
    this.#most = most;
  }

  /**
   * @param asker a host, or a token that is about to enrol one
   * @returns 0 where the chip may be asked for; else milliseconds until another new one may
   */
  waitMs(asker: string, chip: string, now: Date): number {
    const known = this.#askers.get(asker);
    const current = known !== undefined && now.getTime() - known.since < WINDOW_MS ? known : null;
    const { chips, since } = current ?? { chips: new Set<string>(), since: now.getTime() };
    if (!chips.has(chip) && chips.size >= this.#most) return since + WINDOW_MS - now.getTime();
    chips.add(chip);
    this.#askers.delete(asker);
    this.#askers.set(asker, { chips, since });
    if (this.#askers.size > MAX_ASKERS) {
      const oldest = this.#askers.keys().next();
      if (oldest.done !== true) this.#askers.delete(oldest.value);
    }
    return 0;
  }
}
