/** TPP of one group of companies that is somewhere, and what speaks for that. */
export type PlacedTpp = {
  /** Where it stands, or was allowed to go; null where that is not known. */
  readonly country: string | null;
  readonly tpp: number;
  /**
   * verified: devices showed themselves, at a facility that is authorised. claimed: allocated or registered, and not shown.
   * requested: what this request would add.
   */
  readonly basis: 'verified' | 'claimed' | 'requested';
};

/** Whole per cent, rounded against whoever asks. */
export type TierShares = {
  readonly tier1SharePercent: number;
  readonly largestTier2SharePercent: number;
};

/**
 * How much of a group's TPP stands in tier 1, and how much in that country outside it which has most, this request included. What nobody
 * has shown counts towards the whole and where it was allowed to go, and never for tier 1; what is nowhere known counts in every
 * country outside it.
 *
 * @param tier1 the pack's own list of countries
 * @returns null for a group that has nothing: a share of nothing is not known
 */
export function tierSharesOf(placed: readonly PlacedTpp[], tier1: readonly string[]): TierShares | null {
  let [whole, inTier1, anywhere] = [0n, 0n, 0n];
  const outside = new Map<string, bigint>();
  for (const { country, tpp: amount, basis } of placed) {
    const tpp = BigInt(amount);
    whole += tpp;
    if (country === null) anywhere += tpp;
    else if (!tier1.includes(country)) outside.set(country, (outside.get(country) ?? 0n) + tpp);
    else if (basis !== 'claimed') inTier1 += tpp;
  }
  if (whole === 0n) return null;
  const most = [...outside.values()].reduce((one, other) => (one > other ? one : other), 0n) + anywhere;
  return {
    tier1SharePercent: Number((100n * inTier1) / whole),
    largestTier2SharePercent: Number((100n * most + whole - 1n) / whole),
  };
}
