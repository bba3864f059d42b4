import { sumOf } from '../../ledger/units.ts';

/** TPP by where it is; null where that is not known. */
export class TppByCountry {
  readonly #sums = new Map<string | null, number>();

  /** @throws LedgerError `ledger_overflow` */
  add(country: string | null, tpp: number): void {
    if (tpp > 0) this.#sums.set(country, sumOf([this.#sums.get(country) ?? 0, tpp]));
  }

  /** Takes as much as is there in any of the countries. @returns how much was not there */
  take(countries: readonly string[], tpp: number): number {
    let missing = tpp;
    for (const country of countries) {
      const sum = this.#sums.get(country) ?? 0;
      const taken = Math.min(sum, missing);
      this.#sums.set(country, sum - taken);
      missing -= taken;
    }
    return missing;
  }

  /** By country, so that the same sums read the same. */
  entries(): { readonly country: string | null; readonly tpp: number }[] {
    return [...this.#sums]
      .map(([country, tpp]) => ({ country, tpp }))
      .sort((one, other) => ((one.country ?? '') < (other.country ?? '') ? -1 : 1));
  }
}
