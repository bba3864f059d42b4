import { productOf, sumOf } from './units.ts';

export type ChipCount = { readonly model: string; readonly quantity: number };

/** What a chip table says of a model. */
export type ChipFigures = {
  /** Total processing performance of one chip. */
  readonly tpp: number;
  /** The most that one chip can compute: 10^12 operations a second. */
  readonly peakE12PerSecond: number;
};

/** Figures by model, as a chip table in force has them. */
export type ChipTable = ReadonlyMap<string, ChipFigures>;

export type Counted = {
  readonly quantity: number;
  readonly tpp: number;
  /** What all of them can compute at most: 10^12 operations a second. */
  readonly rateE12: number;
  /** Models that stand in no table. They count nothing here, so that whoever counts must refuse them. */
  readonly unknown: readonly string[];
};

/** Counts chips by their table. @throws LedgerError `ledger_overflow`, `ledger_not_whole` */
export function countChips(chips: readonly ChipCount[], table: ChipTable): Counted {
  const known = chips.flatMap(({ model, quantity }) => {
    const figures = table.get(model);
    return figures === undefined ? [] : [{ quantity, ...figures }];
  });
  const unknown = new Set(chips.map(({ model }) => model).filter((model) => !table.has(model)));
  return {
    quantity: sumOf(chips.map(({ quantity }) => quantity)),
    tpp: sumOf(known.map(({ quantity, tpp }) => productOf(quantity, tpp))),
    rateE12: sumOf(known.map(({ quantity, peakE12PerSecond }) => productOf(quantity, peakE12PerSecond))),
    unknown: [...unknown].sort(),
  };
}
